package io.distomon.operator.observed;

import static io.distomon.operator.Deployments.down;
import static io.distomon.operator.Deployments.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.Networks;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    @Test
    void aNodeIsSettledWhenItsDeploymentIsObservedUpdatedAndAvailable() {
        Deployment unobserved = new DeploymentBuilder(settled("nyc"))
                .editMetadata()
                .withGeneration(2L)
                .endMetadata()
                .build();
        Deployment old = new DeploymentBuilder(settled("sgp"))
                .editStatus()
                .withUpdatedReplicas(0)
                .endStatus()
                .build();

        Availability availability = of(settled("fra"), down("ams"), unobserved, old);

        assertThat(availability)
                .isEqualTo(new Availability(
                        Set.of("fra", "nyc", "sgp"), Set.of("fra"), Set.of("ams", "nyc", "sgp"), Map.of(), null));
    }

    @Test
    void aNodeIsOnItsWayUntilItsDeploymentHasComeToItsEndOrSomethingIsWrongWithItsPod() {
        Pod creating = pod("fra", waiting("ContainerCreating", null));
        Pod crashing = pod("fra", waiting("CrashLoopBackOff", "back-off"));

        assertThat(of(progressing("True", "ReplicaSetUpdated"), creating).starting())
                .containsExactly("fra");
        assertThat(of(progressing("True", "ReplicaSetUpdated"), crashing).starting())
                .isEmpty();
        assertThat(of(progressing("True", "NewReplicaSetAvailable"), creating).starting())
                .isEmpty();
        assertThat(of(progressing("False", "ProgressDeadlineExceeded"), creating)
                        .starting())
                .isEmpty();
        assertThat(of(refused("lab-fra-1")).starting()).isEmpty();
    }

    @Test
    void aNodeIsOnItsWayWhileItsDeploymentStillSaysThatTheChangeBeforeHasCome() {
        Deployment changed = new DeploymentBuilder(progressing("True", "NewReplicaSetAvailable"))
                .editStatus()
                .withUpdatedReplicas(null)
                .endStatus()
                .build();

        assertThat(of(changed).starting()).containsExactly("fra");
    }

    @Test
    void aNodeIsOnItsWayWhileItsPodIsNewerThanWhatItsDeploymentSaysHasCome() {
        Deployment complete = new DeploymentBuilder(progressing("True", "NewReplicaSetAvailable"))
                .editStatus()
                .withUpdatedReplicas(1)
                .editFirstCondition()
                .withMessage("ReplicaSet \"lab-fra-old\" has successfully progressed.")
                .endCondition()
                .endStatus()
                .build();

        assertThat(of(complete, unready("lab-fra-new", "2026-11-25T00:00:00Z")).starting())
                .containsExactly("fra");
        assertThat(of(complete, unready("lab-fra-old", "2026-11-25T00:00:00Z")).starting())
                .isEmpty();
        // It was ready for a minute after its container had begun.
        assertThat(of(complete, unready("lab-fra-new", "2026-11-25T00:01:01Z")).starting())
                .isEmpty();
    }

    private static Pod unready(String replicaSet, String since) {
        return pod("fra")
                .editMetadata()
                .withOwnerReferences(replicaSet(replicaSet))
                .endMetadata()
                .editOrNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .withLastTransitionTime(since)
                .endCondition()
                .addNewContainerStatus()
                .withName("node")
                .withReady(false)
                .withNewState()
                .withNewRunning()
                .withStartedAt("2026-11-25T00:00:01Z")
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    @Test
    void theFirstOneThatIsAvailableTellsSinceWhen() {
        assertThat(of(available("fra", "2026-11-25T00:02:00Z"), available("ams", "2026-11-25T00:01:00Z"), down("nyc"))
                        .since())
                .isEqualTo(Instant.parse("2026-11-25T00:01:00Z"));
    }

    private static Deployment available(String node, String since) {
        return new DeploymentBuilder(settled(node))
                .editStatus()
                .addNewCondition()
                .withType("Available")
                .withStatus("True")
                .withLastTransitionTime(since)
                .endCondition()
                .endStatus()
                .build();
    }

    private static Deployment progressing(String status, String reason) {
        return new DeploymentBuilder(down("fra"))
                .editStatus()
                .addNewCondition()
                .withType("Progressing")
                .withStatus(status)
                .withReason(reason)
                .withMessage("ReplicaSet \"lab-fra-old\" has successfully progressed.")
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void anImageThatIsNotToBeHadIsNamedWhetherTheKubeletPullsOrWaits() {
        String expected = "ImagePullBackOff: the image node:1 can't be pulled";

        assertThat(reason(pod("fra", waiting("ImagePullBackOff", "Back-off pulling image \"node:1\""))))
                .isEqualTo(expected);
        assertThat(reason(pod("fra", waiting("ErrImagePull", "rpc error: 1792 ms"))))
                .isEqualTo(expected);
    }

    @Test
    void aCrashIsToldWithItsExitCodeAndNotWithTheTimeUntilTheNext() {
        ContainerStatus crashing = new ContainerStatusBuilder(
                        waiting("CrashLoopBackOff", "back-off 40s restarting failed container"))
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(137)
                .withReason("OOMKilled")
                .endTerminated()
                .endLastState()
                .build();

        assertThat(reason(pod("fra", crashing))).isEqualTo("CrashLoopBackOff: it ended with exit code 137 (OOMKilled)");
    }

    @Test
    void aContainerThatHasEndedOrIsNotReadyYetSaysSo() {
        ContainerStatus ended = new ContainerStatusBuilder()
                .withName("node")
                .withNewState()
                .withNewTerminated()
                .withExitCode(78)
                .endTerminated()
                .endState()
                .build();
        ContainerStatus unready = new ContainerStatusBuilder()
                .withName("node")
                .withReady(false)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .build();

        assertThat(reason(pod("fra", ended))).isEqualTo("it ended with exit code 78");
        assertThat(reason(pod("fra", unready))).isEqualTo("it runs and is not ready");
        assertThat(reason(pod("fra", waiting("CreateContainerConfigError", "secret \"x\" not found"))))
                .isEqualTo("CreateContainerConfigError: secret \"x\" not found");
        assertThat(reason(pod("fra", waiting("ContainerCreating", null)))).isEqualTo("ContainerCreating");
    }

    @Test
    void aPodThatFindsNoPlaceSaysWhy() {
        assertThat(reason(unscheduled("fra", "0/1 nodes\n  are available").build()))
                .isEqualTo("Unschedulable: 0/1 nodes are available");
    }

    @Test
    void ofSeveralPodsTheNewestSpeaksAndOneThatLeavesDoesNot() {
        Pod leaving = created("z", "2026-11-25T00:02:00Z", "leaving")
                .editMetadata()
                .withDeletionTimestamp("2026-11-25T00:03:00Z")
                .endMetadata()
                .build();
        Pod old = created("a", "2026-11-25T00:00:00Z", "old").build();
        Pod recent = created("b", "2026-11-25T00:01:00Z", "recent").build();

        assertThat(of(down("fra"), old, recent, leaving).reasons()).isEqualTo(Map.of("fra", "Unschedulable: recent"));
        assertThat(of(down("fra"), leaving).reasons()).isEmpty();
    }

    @Test
    void whateverOrderTheChildrenComeInWhatTheyTellIsTheSame() {
        Network network = Networks.network("nodes: [{id: fra}, {id: ams}, {id: nyc}]");
        List<HasMetadata> children = new ArrayList<>(List.of(
                refused("lab-fra-x"),
                down("ams"),
                down("nyc"),
                created("lab-fra-1", "2026-11-25T00:00:00Z", "one").build(),
                created("lab-fra-2", "2026-11-25T00:00:00Z", "other").build(),
                created("lab-fra-3", "2026-11-25T00:00:00Z", "third").build(),
                pod("ams", waiting("ImagePullBackOff", "Back-off")),
                pod("nyc", waiting("CrashLoopBackOff", "back-off"))));
        Set<Availability> found = new HashSet<>();

        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(children, new Random(seed));
            found.add(Availability.of(network, Observed.of(children)));
        }

        assertThat(found).hasSize(1);
    }

    @Test
    void aDeploymentThatMayMakeNoPodSaysWhyInTheSameWordsAtEachTry() {
        assertThat(of(refused("lab-fra-5d4c-x7k2p")).reasons())
                .isEqualTo(of(refused("lab-fra-5d4c-q9d8w")).reasons())
                .isEqualTo(Map.of("fra", "FailedCreate: its pod is forbidden: exceeded quota"));
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(reason(unscheduled("fra", "x".repeat(1_000)).build()))
                .hasSize(200)
                .endsWith("x…");
    }

    private static Deployment refused(String pod) {
        return new DeploymentBuilder(down("fra"))
                .editStatus()
                .addNewCondition()
                .withType("ReplicaFailure")
                .withStatus("True")
                .withReason("FailedCreate")
                .withMessage("pods \"" + pod + "\" is forbidden: exceeded quota")
                .endCondition()
                .endStatus()
                .build();
    }

    private static @Nullable String reason(Pod pod) {
        return of(down("fra"), pod).reasons().get("fra");
    }

    private static Availability of(HasMetadata... children) {
        return Availability.of(null, Observed.of(new ArrayList<>(List.of(children))));
    }

    private static ContainerStatus waiting(String reason, @Nullable String message) {
        return new ContainerStatusBuilder()
                .withName("node")
                .withImage("node:1")
                .withReady(false)
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .build();
    }

    private static Pod pod(String node, ContainerStatus container) {
        return pod(node)
                .editOrNewStatus()
                .withContainerStatuses(container)
                .endStatus()
                .build();
    }

    private static PodBuilder created(String name, String time, String why) {
        return unscheduled("fra", why)
                .editMetadata()
                .withName(name)
                .withCreationTimestamp(time)
                .endMetadata();
    }

    private static PodBuilder unscheduled(String node, String why) {
        return pod(node)
                .editOrNewStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(why)
                .endCondition()
                .endStatus();
    }

    private static PodBuilder pod(String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("lab-" + node + "-1")
                .addToLabels("distomon.io/node", node)
                .addToLabels("app.kubernetes.io/managed-by", "distomon-operator")
                .withOwnerReferences(replicaSet("lab-" + node + "-old"))
                .endMetadata();
    }

    static OwnerReference replicaSet(String name) {
        return new OwnerReferenceBuilder()
                .withKind("ReplicaSet")
                .withName(name)
                .withController(true)
                .build();
    }
}
