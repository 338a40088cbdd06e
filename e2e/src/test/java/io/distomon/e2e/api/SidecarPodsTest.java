package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the operator makes for a node in a pod of somebody else, and what it makes of that pod. */
class SidecarPodsTest extends OperatorBeforeApiServer {
    private final RunningOperator operator;

    SidecarPodsTest() {
        super("e2e-sidecars");
        this.operator = startOperator(namespace);
    }

    @AfterAll
    void stop() {
        operator.close();
    }

    @Test
    void makesAllThatASidecarNeedsAndFollowsItsPods() {
        apply("lab", "{nodes: [{id: fra}, {id: ams}, {id: web, type: Sidecar}]}");
        becomesReady("lab", "fra");
        becomesReady("lab", "ams");

        untilSaid("lab", "NodesAvailable", ConditionStatus.False, "SidecarMissing");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                condition(network("lab"), "NodesAvailable").message())
                        .startsWith("2 of 2 managed nodes available, 0 of 1 sidecar running")
                        .contains("distomon.io/network=lab and distomon.io/node=web"));
        assertThat(names(Secret.class, "lab")).contains("lab-web-key-1", "lab-web-sidecar");
        assertThat(secret("lab-web-sidecar").getData())
                .isEqualTo(secret("lab-web-key-1").getData());
        assertThat(names(Service.class, "lab")).containsExactlyInAnyOrder("lab-fra", "lab-ams", "lab-web");
        assertThat(names(Deployment.class, "lab")).containsExactlyInAnyOrder("lab-fra", "lab-ams");
        assertThat(names(PodDisruptionBudget.class, "lab")).containsExactly("lab-nodes");

        run("lab", "shop-1");
        DistomonNetwork network = untilSaid("lab", "Ready", ConditionStatus.True, "Ready");
        assertThat(condition(network, "NodesAvailable").message())
                .isEqualTo("2 of 2 managed nodes available, 1 of 1 sidecar running");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.pods()
                                .inNamespace(namespace)
                                .withName("shop-1")
                                .require()
                                .getMetadata()
                                .getAnnotations())
                        .containsEntry("distomon.io/config", configDigest("lab", "fra")));

        run("lab", "shop-2");
        network = untilSaid("lab", "NodesAvailable", ConditionStatus.False, "SidecarReplicas");
        assertThat(condition(network, "NodesAvailable").message()).contains("pods shop-1, shop-2 carry it");
        end("shop-2");
        untilSaid("lab", "Ready", ConditionStatus.True, "Ready");

        // What is put in the place of the key does not stay, nor does a node's key with another name.
        edit(secrets("lab-web-sidecar"), found -> found.getData().put("web_lab.key", "ZXZpbA=="));
        await().atMost(SOON)
                .until(() -> secret("lab-web-sidecar")
                        .getData()
                        .equals(secret("lab-web-key-1").getData()));

        apply("lab", "{nodes: [{id: fra}, {id: ams}]}");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(names(Secret.class, "lab")).contains("lab-web-key-1").doesNotContain("lab-web-sidecar");
            assertThat(names(Service.class, "lab")).containsExactlyInAnyOrder("lab-fra", "lab-ams");
        });
        end("shop-1");
    }

    @Test
    void aSidecarsNextKeyTakesThePlaceOfTheOldOneWhenTheOthersHaveIt() {
        apply("next", "{nodes: [{id: fra}, {id: web, type: Sidecar}]}");
        untilSaid("next", "KeysReady", ConditionStatus.True, "AllReady");

        apply("next", "{nodes: [{id: fra}, {id: web, type: Sidecar, keyGeneration: 2}]}");

        DistomonNetwork network = untilSaid("next", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(condition(network, "KeysReady").message())
                .contains("web changes from key 1 to key 2", "nothing is heard of fra");
        assertThat(secret("next-web-sidecar").getData())
                .isEqualTo(secret("next-web-key-1").getData());

        secrets("next-web-key-1").delete();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(secret("next-web-sidecar").getData())
                        .isEqualTo(secret("next-web-key-2").getData()));
        untilSaid("next", "KeysReady", ConditionStatus.True, "AllReady");
    }

    @Test
    void aNodeThatChangesItsKindNeverRunsAsBoth() {
        apply("both", "{nodes: [{id: web, type: Sidecar}]}");
        String key = fingerprint(untilSaid("both", "KeysReady", ConditionStatus.True, "AllReady"), "web");
        run("both", "both-shop");
        untilSaid("both", "Ready", ConditionStatus.True, "Ready");

        apply("both", "{nodes: [{id: web}]}");
        DistomonNetwork network = untilSaid("both", "NodesAvailable", ConditionStatus.False, "ForeignPods");
        assertThat(condition(network, "NodesAvailable").message()).contains("pod both-shop");
        assertThat(names(Deployment.class, "both")).isEmpty();
        assertThat(names(Secret.class, "both")).doesNotContain("both-web-sidecar");

        end("both-shop");
        await().atMost(SOON).until(() -> names(Deployment.class, "both").contains("both-web"));
        assertThat(fingerprint(network("both"), "web")).isEqualTo(key);
        Pod managed = pod("both", "web");
        keepWhenDeleted(managed, true);

        apply("both", "{nodes: [{id: web, type: Sidecar}]}");
        // It is to be seen until its last pod is gone, so that nobody else is given the key before.
        await().atMost(SOON)
                .until(() -> client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName("both-web")
                        .require()
                        .isMarkedForDeletion());
        network = untilSaid("both", "NodesAvailable", ConditionStatus.Unknown, "Starting");
        assertThat(condition(network, "NodesAvailable").message()).contains("gets the key after that");
        assertThat(names(Secret.class, "both")).doesNotContain("both-web-sidecar");

        keepWhenDeleted(managed, false);
        await().atMost(COLLECTED).until(() -> names(Secret.class, "both").contains("both-web-sidecar"));
        assertThat(names(Deployment.class, "both")).isEmpty();
        assertThat(secret("both-web-sidecar").getData())
                .isEqualTo(secret("both-web-key-1").getData());
    }

    private void keepWhenDeleted(Pod pod, boolean isKept) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"finalizers\": %s}}".formatted(isKept ? "[\"example.com/keep\"]" : "null"));
    }

    private void end(String pod) {
        client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
    }

    /** A pod of a workload of somebody's that carries the node web, as a kubelet would say that it runs. */
    private void run(String network, String name) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("distomon.io/network", network)
                .addToLabels("distomon.io/node", "web")
                .endMetadata()
                .withNewSpec()
                .addNewInitContainer()
                .withName("distomon")
                .withImage("distomon-node:test")
                .withRestartPolicy("Always")
                .endInitContainer()
                .addNewContainer()
                .withName("shop")
                .withImage("shop:test")
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        Pod status = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .addNewInitContainerStatus()
                .withName("distomon")
                .withImage("distomon-node:test")
                .withImageID("")
                .withReady(true)
                .withStarted(true)
                .withRestartCount(0)
                .withNewState()
                .withNewRunning()
                .withStartedAt("2026-01-01T00:00:00Z")
                .endRunning()
                .endState()
                .endInitContainerStatus()
                .endStatus()
                .build();
        client.resource(status).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), status);
    }
}
