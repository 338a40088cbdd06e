package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters whose admission changes what is applied: images pinned to a digest, always pulled, a container put in. */
class AdmissionTest extends OperatorBeforeApiServer {
    private static final String INJECTED = "injected";
    private static final String DIGEST = "@sha256:" + "0".repeat(64);
    private static final ObjectMapper JSON = new ObjectMapper();

    private @Nullable AdmissionServer admission;

    AdmissionTest() {
        super("e2e-admission");
    }

    @BeforeAll
    void putTheWebhookIn(@TempDir Path directory) throws Exception {
        AdmissionServer admission = AdmissionServer.start(directory, this::pinnedAndInjected);
        this.admission = admission;
        client.resource("""
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: MutatingWebhookConfiguration
                        metadata: {name: %s}
                        webhooks:
                          - name: pin.example.com
                            clientConfig: {url: "%s", caBundle: %s}
                            rules:
                              - {apiGroups: [apps], apiVersions: [v1], resources: [deployments], operations: [CREATE, UPDATE]}
                            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                            sideEffects: None
                            admissionReviewVersions: [v1]
                        """.formatted(namespace, admission.url(), admission.caBundle(), namespace))
                .serverSideApply();
        // It is the API server's when it does what it is there for.
        await().atMost(SOON).until(() -> {
            var probe = client.resource("""
                            apiVersion: apps/v1
                            kind: Deployment
                            metadata: {name: probe, namespace: %s}
                            spec:
                              selector: {matchLabels: {probe: probe}}
                              template:
                                metadata: {labels: {probe: probe}}
                                spec: {containers: [{name: probe, image: "probe:1"}]}
                            """.formatted(namespace)).dryRun().create();
            return containers((Deployment) probe).contains(INJECTED);
        });
    }

    @AfterAll
    void takeTheWebhookOut() {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(namespace)
                .delete();
        Objects.requireNonNull(admission).close();
    }

    @Test
    void whatAdmissionMakesOfADeploymentIsNotFoughtNorByTheNextOperator() {
        Deployment last;
        try (RunningOperator operator = startOperator(namespace)) {
            apply("pinned", "{image: 'distomon-node:1', nodes: [{id: fra}]}");
            untilSaid("pinned", "KeysReady", ConditionStatus.True, "AllReady");
            becomesReady("pinned", "fra");
            untilSaid("pinned", "Ready", ConditionStatus.True, "Ready");
            assertThat(image("pinned-fra")).isEqualTo("distomon-node:1" + DIGEST);
            assertThat(containers(deployment("pinned-fra"))).containsExactly("node", INJECTED);
            Deployment first = deployment("pinned-fra");
            touch("pinned");
            standsStill(first);

            apply("pinned", "{image: 'distomon-node:2', nodes: [{id: fra}]}");

            await().atMost(SOON).until(() -> image("pinned-fra").equals("distomon-node:2" + DIGEST));
            last = deployment("pinned-fra");
            assertThat(last.getMetadata().getGeneration())
                    .isEqualTo(first.getMetadata().getGeneration() + 1);
            touch("pinned");
            standsStill(last);
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
        try (RunningOperator next = startOperator(namespace)) {
            touch("pinned");
            standsStill(last);
            assertThat(readiness(next)).isEqualTo("ok\n");
        }
    }

    @Test
    void aContainerThatNoAdmissionPutsBackIsTakenOut() {
        try (RunningOperator operator = startOperator(namespace)) {
            apply("foreign", nodes("fra"));
            untilSaid("foreign", "KeysReady", ConditionStatus.True, "AllReady");
            assertThat(containers(deployment("foreign-fra"))).containsExactly("node", INJECTED);

            edit(
                    "foreign-fra",
                    deployment -> deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .add(new ContainerBuilder()
                                    .withName("evil")
                                    .withImage("evil:1")
                                    .build()));

            await().atMost(SOON)
                    .until(() -> containers(deployment("foreign-fra")).equals(List.of("node", INJECTED)));
            Deployment mended = deployment("foreign-fra");
            touch("foreign");
            standsStill(mended);
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }

    private ArrayNode pinnedAndInjected(JsonNode deployment) {
        ArrayNode patch = JSON.createArrayNode();
        JsonNode containers = deployment.at("/spec/template/spec/containers");
        boolean isThere = false;
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.get(i);
            isThere |= container.path("name").asText().equals(INJECTED);
            String path = "/spec/template/spec/containers/" + i;
            if (!container.path("image").asText().contains("@")) {
                replace(patch, path + "/image", container.path("image").asText() + DIGEST);
            }
            replace(patch, path + "/imagePullPolicy", "Always");
        }
        if (!isThere) {
            ObjectNode operation = patch.addObject().put("op", "add").put("path", "/spec/template/spec/containers/-");
            operation
                    .putObject("value")
                    .put("name", INJECTED)
                    .put("image", "injected:1" + DIGEST)
                    .put("imagePullPolicy", "Always");
        }
        return patch;
    }

    private static void replace(ArrayNode patch, String path, String value) {
        patch.addObject().put("op", "add").put("path", path).put("value", value);
    }

    /** Has the operator look at it again, with nothing to be done. */
    private void touch(String network) {
        secrets(network + "-config").edit(secret -> {
            secret.getMetadata().setAnnotations(Map.of("example.com/touched", String.valueOf(System.nanoTime())));
            return secret;
        });
    }

    /** Nothing is written of a Deployment, whatever the operator looks at. */
    private void standsStill(Deployment before) {
        String name = before.getMetadata().getName();
        await().during(Duration.ofSeconds(5)).atMost(SOON).untilAsserted(() -> {
            Deployment now = deployment(name);
            assertThat(now.getSpec()).isEqualTo(before.getSpec());
            assertThat(now.getMetadata().getGeneration())
                    .isEqualTo(before.getMetadata().getGeneration());
        });
    }

    private String image(String deployment) {
        return deployment(deployment)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage();
    }

    private static List<String> containers(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
                .map(Container::getName)
                .toList();
    }
}
