package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.e2e.api.AdmissionServer.Answer;
import io.distomon.e2e.chart.Rendered;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clusters whose admission changes what is applied (images pinned to a digest, always pulled, a container put in), and such
 * whose API does not always do what it is asked to, for which an admission that refuses stands.
 */
class AdmissionTest extends OperatorBeforeApiServer {
    private static final String INJECTED = "injected";
    private static final String DIGEST = "@sha256:" + "0".repeat(64);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What becomes of a network's Services. */
    private final Map<String, Function<JsonNode, Answer>> services = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();

    private @Nullable AdmissionServer admission;

    AdmissionTest() {
        super("e2e-admission");
    }

    @BeforeAll
    void putTheWebhookIn(@TempDir Path directory) throws Exception {
        AdmissionServer admission = AdmissionServer.start(directory, this::admit);
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
                              - {apiGroups: [""], apiVersions: [v1], resources: [services], operations: [CREATE, UPDATE]}
                            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                            failurePolicy: Fail
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

    @Test
    void whatFailsAtTheFirstTriesAndThenWorksIsNotTold() {
        services.put("brief", request -> tries("brief") < 3 ? new Answer.Refused(400) : new Answer.Taken());
        List<Condition> said = new CopyOnWriteArrayList<>();
        try (RunningOperator operator = startOperator(namespace);
                SharedIndexInformer<DistomonNetwork> watch = watch("brief", said::add)) {
            apply("brief", nodes("fra"));

            await().atMost(SOON).until(() -> tries("brief") >= 3);
            untilSaid("brief", "Accepted", ConditionStatus.True, "Valid");
            untilSaid("brief", "KeysReady", ConditionStatus.True, "AllReady");
            await().atMost(SOON).until(() -> names(Service.class, "brief").equals(List.of("brief-fra")));
            assertThat(watch.isRunning()).isTrue();
            assertThat(said)
                    .isNotEmpty()
                    .allSatisfy(
                            word -> assertThat(word.status()).as(word.message()).isEqualTo(ConditionStatus.True));
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }

    @Test
    void whatFailsForGoodIsToldAfterThreeTriesAndNoLongerWhenItWorks() {
        AtomicBoolean isMended = new AtomicBoolean();
        services.put("lasting", request -> isMended.get() ? new Answer.Taken() : new Answer.Refused(400));
        List<Condition> said = new CopyOnWriteArrayList<>();
        List<Integer> triesBefore = new CopyOnWriteArrayList<>();
        try (RunningOperator operator = startOperator(namespace);
                SharedIndexInformer<DistomonNetwork> watch = watch("lasting", word -> {
                    triesBefore.add(tries("lasting"));
                    said.add(word);
                })) {
            apply("lasting", nodes("fra"));

            DistomonNetwork network = untilSaid("lasting", "Accepted", ConditionStatus.False, "ApiError");
            assertThat(condition(network, "Accepted").message()).contains("not now");
            await().atMost(SOON).until(() -> said.stream().anyMatch(word -> word.status() == ConditionStatus.False));
            int first = IntStream.range(0, said.size())
                    .filter(i -> said.get(i).status() == ConditionStatus.False)
                    .findFirst()
                    .orElseThrow();
            assertThat(triesBefore.get(first)).as("tries before it was told").isGreaterThanOrEqualTo(3);
            assertThat(deployment("lasting-fra").getKind()).isEqualTo("Deployment");
            assertThat(watch.isRunning()).isTrue();

            isMended.set(true);
            untilSaid("lasting", "Accepted", ConditionStatus.True, "Valid");
            assertThat(names(Service.class, "lasting")).containsExactly("lasting-fra");
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }

    @Test
    void conflictsAreNeverToldHoweverMany() {
        List<Condition> said = new CopyOnWriteArrayList<>();
        try (RunningOperator operator = startOperator(namespace)) {
            apply("conflict", nodes("fra"));
            untilSaid("conflict", "KeysReady", ConditionStatus.True, "AllReady");
            await().atMost(SOON).until(() -> names(Service.class, "conflict").equals(List.of("conflict-fra")));
            AtomicInteger conflicts = new AtomicInteger();
            services.put(
                    "conflict",
                    request -> isOperators(request) && conflicts.incrementAndGet() <= 4
                            ? new Answer.Refused(409)
                            : new Answer.Taken());
            try (SharedIndexInformer<DistomonNetwork> watch = watch("conflict", said::add)) {
                Map<String, String> own = selector("conflict-fra");
                edit(
                        client.services().inNamespace(namespace).withName("conflict-fra"),
                        service -> service.getSpec().setSelector(Map.of("example.com/drift", "yes")));

                await("it is mended")
                        .atMost(SOON.multipliedBy(2))
                        .until(() -> selector("conflict-fra").equals(own));
                assertThat(conflicts.get()).isGreaterThan(4);
                assertThat(watch.isRunning()).isTrue();
            }
            assertThat(said)
                    .isNotEmpty()
                    .allSatisfy(
                            word -> assertThat(word.status()).as(word.message()).isEqualTo(ConditionStatus.True));
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }

    private Map<String, String> selector(String service) {
        return client.services()
                .inNamespace(namespace)
                .withName(service)
                .require()
                .getSpec()
                .getSelector();
    }

    /** Hears every word of a network's status about its acceptance, in the order in which they come. */
    private SharedIndexInformer<DistomonNetwork> watch(String name, Consumer<Condition> heard) {
        return client.resources(DistomonNetwork.class)
                .inNamespace(namespace)
                .withName(name)
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(DistomonNetwork network) {
                        if (network.getStatus() != null && isLookedAt(network)) {
                            heard.accept(condition(network, "Accepted"));
                        }
                    }

                    @Override
                    public void onUpdate(DistomonNetwork before, DistomonNetwork after) {
                        onAdd(after);
                    }

                    @Override
                    public void onDelete(DistomonNetwork network, boolean isUnknown) {}
                });
    }

    private Answer admit(JsonNode request) {
        JsonNode object = request.path("object");
        if (object.path("kind").asText().equals("Deployment")) {
            return new Answer.Taken(pinnedAndInjected(object));
        }
        String network = object.at("/metadata/labels/distomon.io~1network").asText();
        if (isOperators(request)) {
            tries.computeIfAbsent(network, name -> new AtomicInteger()).incrementAndGet();
        }
        Function<JsonNode, Answer> answer = services.get(network);
        return answer == null ? new Answer.Taken() : answer.apply(request);
    }

    private static boolean isOperators(JsonNode request) {
        return request.at("/userInfo/username").asText().startsWith("system:serviceaccount:" + Rendered.NAMESPACE);
    }

    /** How often the operator has tried to write a Service of a network until now. */
    private int tries(String network) {
        AtomicInteger count = tries.get(network);
        return count == null ? 0 : count.get();
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
