package io.distomon.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.Networks;
import io.distomon.operator.observed.Sidecars.Cause;
import io.distomon.operator.observed.Sidecars.Wanting;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which pods of others carry a node, and what that comes to. */
class SidecarsTest {
    private static final Network SIDECAR = Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}]");
    private static final Network MANAGED = Networks.network("nodes: [{id: fra}, {id: web}]");

    @Test
    void aSidecarRunsWhenItsContainerDoesWhateverTheRestOfThePod() {
        Pod notReady = new PodBuilder(running("shop-1"))
                .editStatus()
                .withPhase("Pending")
                .endStatus()
                .build();

        for (Pod pod : List.of(running("shop-1"), notReady)) {
            assertThat(of(SIDECAR, pod).running()).containsExactly("web");
            assertThat(of(SIDECAR, pod).wanting()).isEmpty();
            assertThat(of(SIDECAR, pod).heldBack()).isEmpty();
        }
    }

    @Test
    void theFirstOneThatRunsTellsSinceWhen() {
        Instant started = Instant.parse("2026-11-25T00:00:00Z");

        assertThat(of(SIDECAR, running("shop-1")).since()).isEqualTo(started);
        assertThat(of(SIDECAR, waiting("PodInitializing")).since()).isNull();
        assertThat(Availability.of(SIDECAR, Observed.of(List.of(running("shop-1"))))
                        .since())
                .isEqualTo(started);
    }

    @Test
    void aContainerOfThatNameNeedNotBeAnInitContainer() {
        Pod pod = new PodBuilder(running("shop-1"))
                .editSpec()
                .withInitContainers(List.of())
                .addNewContainer()
                .withName("distomon")
                .endContainer()
                .endSpec()
                .editStatus()
                .withContainerStatuses(running("shop-1").getStatus().getInitContainerStatuses())
                .withInitContainerStatuses(List.of())
                .endStatus()
                .build();

        assertThat(of(SIDECAR, pod).running()).containsExactly("web");
    }

    @Test
    void withoutAPodItIsSaidWhichLabelsAreLookedFor() {
        assertThat(wanting(of(SIDECAR)))
                .isEqualTo(new Wanting(
                        Cause.SidecarMissing,
                        "no pod with the labels distomon.io/network=lab and distomon.io/node=web runs: put the sidecar"
                                + " into a workload"));
        assertThat(wanting(of(SIDECAR, ended("shop-1"))).cause()).isEqualTo(Cause.SidecarMissing);
    }

    @Test
    void severalPodsAreNamedAndThoseThatEndAreNot() {
        assertThat(wanting(of(SIDECAR, running("shop-2"), running("shop-1"), ending("shop-3"))))
                .isEqualTo(new Wanting(
                        Cause.SidecarReplicas,
                        "pods shop-1, shop-2 carry it, and each signs as this node: its workload must have one replica,"
                                + " and the strategy Recreate"));
        assertThat(of(SIDECAR, running("shop-1"), running("shop-2")).running()).isEmpty();
        assertThat(of(SIDECAR, running("shop-1"), ending("shop-2"), ended("shop-3"))
                        .running())
                .containsExactly("web");
    }

    @Test
    void whatIsOnItsWayIsNoFault() {
        Pod waiting = waiting("PodInitializing");
        Pod justMade = new PodBuilder(running("shop-1"))
                .editStatus()
                .withInitContainerStatuses(List.of())
                .endStatus()
                .build();

        assertThat(wanting(of(SIDECAR, ending("shop-1")))).isEqualTo(new Wanting(null, "its pod is ending"));
        assertThat(wanting(of(SIDECAR, waiting))).isEqualTo(new Wanting(null, "pod shop-1: PodInitializing"));
        assertThat(wanting(of(SIDECAR, justMade))).isEqualTo(new Wanting(null, "pod shop-1 has not started it yet"));
    }

    @Test
    void aContainerThatDoesNotRunIsToldWithItsPod() {
        Pod without = new PodBuilder(running("shop-1"))
                .editSpec()
                .withInitContainers(List.of())
                .endSpec()
                .build();

        assertThat(wanting(of(SIDECAR, waiting("CrashLoopBackOff"))))
                .isEqualTo(new Wanting(Cause.SidecarUnavailable, "pod shop-1: CrashLoopBackOff"));
        assertThat(wanting(of(SIDECAR, without)))
                .isEqualTo(
                        new Wanting(Cause.SidecarUnavailable, "pod shop-1 has no container that is called distomon"));
    }

    @Test
    void aNodeThatBecomesASidecarGetsNoKeyWhileTheOperatorsPodOrDeploymentIsThere() {
        HasMetadata deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withName("lab-web")
                .addToLabels("distomon.io/node", "web")
                .endMetadata()
                .build();

        for (HasMetadata left : List.of(deployment, operators(running("lab-web-1")), operators(ending("lab-web-1")))) {
            Sidecars sidecars = of(SIDECAR, left, running("shop-1"));

            assertThat(sidecars.heldBack()).containsExactly("web");
            assertThat(sidecars.running()).isEmpty();
            assertThat(wanting(sidecars).cause()).isNull();
        }
        assertThat(of(SIDECAR, operators(ended("lab-web-1")), running("shop-1")).heldBack())
                .isEmpty();
    }

    @Test
    void aNodeThatBecomesManagedIsNotRunWhileAPodOfOthersIsThere() {
        for (Pod left : List.of(running("shop-1"), ending("shop-1"))) {
            Sidecars sidecars = of(MANAGED, left);

            assertThat(sidecars.heldBack()).containsExactly("web");
            assertThat(wanting(sidecars).cause()).isEqualTo(Cause.ForeignPods);
            assertThat(wanting(sidecars).sentence())
                    .contains("pod shop-1", "The operator runs the node when no such pod is left");
        }
        assertThat(of(MANAGED, operators(running("lab-web-1"))).wanting()).isEmpty();
    }

    /** A workload that is scaled to none at this moment makes its next pod with what it finds. */
    @Test
    void aNodeThatBecomesManagedIsNotRunWhileASidecarWouldFindItsKey() {
        assertThat(of(MANAGED, copy()).heldBack()).containsExactly("web");
        assertThat(of(MANAGED).heldBack()).isEmpty();
    }

    @Test
    void aSidecarThatHasItsKeyIsNotHeldBackByAPodThatOnlyLooksLikeTheOperators() {
        Pod labelled = new PodBuilder(running("mine"))
                .editMetadata()
                .addToLabels("app.kubernetes.io/managed-by", "distomon-operator")
                .endMetadata()
                .build();

        assertThat(of(SIDECAR, labelled, running("shop-1")).heldBack()).isEmpty();
        assertThat(wanting(of(SIDECAR, labelled, running("shop-1"))).sentence()).contains("mine", "shop-1");
        assertThat(of(SIDECAR, operators(running("lab-web-1")), copy()).heldBack())
                .isEmpty();
    }

    @Test
    void aManagedNodeThatRunsGoesOnBesideAPodOfOthersWhichIsNamed() {
        HasMetadata deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withName("lab-web")
                .endMetadata()
                .build();

        assertThat(of(MANAGED, deployment, running("shop-1")).heldBack()).isEmpty();
        assertThat(wanting(of(MANAGED, deployment, running("shop-1"))).sentence())
                .contains("pod shop-1")
                .doesNotContain("The operator runs the node when");
    }

    private static Wanting wanting(Sidecars sidecars) {
        return Objects.requireNonNull(sidecars.wanting().get("web"));
    }

    private static Sidecars of(Network network, HasMetadata... objects) {
        return Sidecars.of(network, Observed.of(List.of(objects)));
    }

    private static Pod operators(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels("app.kubernetes.io/managed-by", "distomon-operator")
                .withOwnerReferences(AvailabilityTest.replicaSet("lab-web-5d8f"))
                .endMetadata()
                .build();
    }

    private static Secret copy() {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("lab-web-sidecar")
                .endMetadata()
                .build();
    }

    private static Pod ending(String name) {
        return new PodBuilder(running(name))
                .editMetadata()
                .withDeletionTimestamp("2026-11-25T00:00:00Z")
                .endMetadata()
                .build();
    }

    private static Pod ended(String name) {
        return new PodBuilder(running(name))
                .editStatus()
                .withPhase("Failed")
                .endStatus()
                .build();
    }

    private static Pod waiting(String reason) {
        return new PodBuilder(running("shop-1"))
                .editStatus()
                .editFirstInitContainerStatus()
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .endWaiting()
                .endState()
                .endInitContainerStatus()
                .endStatus()
                .build();
    }

    /** A pod of a workload of somebody's with the sidecar of the node web. */
    private static Pod running(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("distomon.io/network", "lab")
                .addToLabels("distomon.io/node", "web")
                .endMetadata()
                .withNewSpec()
                .addNewInitContainer()
                .withName("distomon")
                .withRestartPolicy("Always")
                .endInitContainer()
                .addNewContainer()
                .withName("shop")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewInitContainerStatus()
                .withName("distomon")
                .withStarted(true)
                .withNewState()
                .withNewRunning()
                .withStartedAt("2026-11-25T00:00:00Z")
                .endRunning()
                .endState()
                .endInitContainerStatus()
                .endStatus()
                .build();
    }
}
