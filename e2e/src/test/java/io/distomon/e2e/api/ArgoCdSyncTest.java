package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.e2e.chart.Rendered;
import io.distomon.e2e.git.GitOpsRepository;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * All ways in which a real Argo CD may apply, track, prune and order networks, with the operator before a real API server.
 * Of pods only what a kubelet would say is played; {@code ArgoCdTest} has those.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArgoCdSyncTest extends OperatorBeforeApiServer {
    private static final List<String> NODES = List.of("fra", "ams", "nyc");

    /** By the options of each. */
    private static final Map<String, List<String>> WAYS = Map.of(
            "client-side", List.of(),
            "server-side", List.of("ServerSideApply=true"),
            "replace", List.of("Replace=true"));

    /** An hour by {@code -Ddistomon.argocd.rest.seconds=3600}. */
    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("distomon.argocd.rest.seconds", 15));

    /** With defaults in what is absent otherwise, and in the items of a list. */
    private static final String ALERTS =
            "alerts: {receivers: [{name: pager, type: Webhook, urlSecretRef: {name: pager}}],"
                    + " silences: [{nodes: [nyc], until: 2026-12-24T06:00:00Z}]}";

    /** With numbers, which may be written in several ways. */
    private static final String THRESHOLDS = "thresholds: {roundTripMs: 120, lossPercent: 2.50, jitterMs: 3.0e1,"
            + " links: [{to: nyc, roundTripMs: 250.0, unlimited: [Jitter]}]}";

    private static final String WELL = "Synced Healthy";
    private static final String TRACKING = "application.resourceTrackingMethod";

    private GitOpsRepository repository;
    private ArgoApplications argo;
    private PlayedNodes played;
    private RunningOperator operator;

    ArgoCdSyncTest() {
        super("e2e-sync");
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        played = PlayedNodes.start(client, namespace);
        operator = startOperator(
                namespace, "distomon-node:test", server.url(), network -> PlayedNodes.addresses(played.url(), network));
        repository = GitOpsRepository.make(directory);
        argo = ArgoApplications.start(server, repository);
        argo.configure(health("outageIsDegraded: false"));
    }

    @AfterAll
    void stop() {
        if (argo != null) {
            argo.close();
        }
        if (operator != null) {
            operator.close();
        }
        if (played != null) {
            played.close();
        }
    }

    @Test
    @Order(1)
    void howeverANetworkIsAppliedItIsSyncedAndHealthyAndStaysSo() {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("pager")
                        .endMetadata()
                        .withStringData(Map.of("url", "https://pager.example.com/in"))
                        .build())
                .create();
        WAYS.forEach((way, options) -> {
            commit("ways/" + way, way, ALERTS + "\n  " + THRESHOLDS);
            argo.apply(way, "ways/" + way, namespace, options.toArray(String[]::new));
        });
        WAYS.keySet().forEach(this::comesUp);
        eventually(() -> assertThat(WAYS.keySet())
                .allSatisfy(way -> assertThat(argo.word(way)).isEqualTo(WELL)));

        WAYS.keySet().forEach(argo::refresh);

        await().pollInterval(Duration.ofSeconds(1))
                .during(REST)
                .atMost(REST.plus(SOON))
                .untilAsserted(() -> assertThat(WAYS.keySet()).allSatisfy(way -> {
                    assertThat(argo.word(way)).isEqualTo(WELL);
                    assertThat(argo.resources(way))
                            .as("its own, and nothing of ours")
                            .containsExactly("DistomonNetwork " + way + " " + WELL);
                    assertThat(network(way).getMetadata().getGeneration()).isEqualTo(1);
                }));
    }

    @Test
    @Order(2)
    void aCommitArrivesAndDriftByHandIsPutBackAndNoChildIsMadeAnew() {
        WAYS.keySet().forEach(way -> {
            Map<String, String> children = uids(way);

            commit("ways/" + way, way, "probe: {retries: 4}");
            argo.refresh(way);
            eventually(() -> assertThat(retries(way)).isEqualTo(4));
            edit(
                    client.resources(DistomonNetwork.class)
                            .inNamespace(namespace)
                            .withName(way),
                    found -> found.setSpec(yamlOf(way, "probe: {retries: 5}").getSpec()));
            eventually(() -> assertThat(retries(way)).isEqualTo(4));

            eventually(() -> assertThat(argo.word(way)).isEqualTo(WELL));
            assertThat(uids(way)).isEqualTo(children);
        });
    }

    @Test
    @Order(3)
    void howeverArgoCdTracksWhatItMadeItTakesNothingOfOursForItsOwn() {
        String way = "client-side";
        Map<String, String> children = uids(way);

        for (String tracking : List.of("label", "annotation+label", "annotation")) {
            argo.configure(Map.of(TRACKING, tracking));
            argo.refresh(way);

            await().during(Duration.ofSeconds(5)).atMost(SOON).untilAsserted(() -> {
                assertThat(argo.word(way)).as("tracked by " + tracking).isEqualTo(WELL);
                assertThat(argo.resources(way)).containsExactly("DistomonNetwork " + way + " " + WELL);
            });
            assertThat(uids(way)).isEqualTo(children);
        }
    }

    @Test
    @Order(4)
    void aNetworkMovesFromOneApplicationToAnotherAndItsNodesNoticeNothing() {
        commit("from", "moved", "");
        repository.commit("from/stays.yaml", configMap("from"));
        repository.commit("to/stays.yaml", configMap("to"));
        argo.apply("from", "from", namespace);
        argo.apply("to", "to", namespace);
        comesUp("moved");
        eventually(() -> assertThat(List.of(argo.word("from"), argo.word("to"))).containsExactly(WELL, WELL));
        Map<String, String> before = uids("moved");

        repository.commit("from/network.yaml", manifest("moved", "argocd.argoproj.io/sync-options: Prune=false", ""));
        argo.refresh("from");
        eventually(() -> assertThat(network("moved").getMetadata().getAnnotations())
                .containsEntry("argocd.argoproj.io/sync-options", "Prune=false"));
        commit("to", "moved", "");
        repository.remove("from/network.yaml");
        argo.refresh("to");
        argo.refresh("from");

        eventually(() -> {
            assertThat(argo.resources("from")).containsExactly("ConfigMap from Synced ");
            assertThat(List.of(argo.word("from"), argo.word("to"))).containsExactly(WELL, WELL);
        });
        assertThat(uids("moved")).isEqualTo(before);
    }

    @Test
    @Order(5)
    void aNetworkThatACommitTakesOutIsPrunedWithItsChildrenButNoKey() {
        List<String> keys =
                NODES.stream().map(node -> "Secret/moved-" + node + "-key-1").toList();

        repository.remove("to/network.yaml");
        argo.refresh("to");

        await().atMost(COLLECTED)
                .untilAsserted(() -> assertThat(uids("moved").keySet()).containsExactlyInAnyOrderElementsOf(keys));
        assertThat(argo.word("to")).isEqualTo(WELL);
    }

    @Test
    @Order(6)
    void aSyncWaveWaitsForTheNetworkBeforeItAndNoOutageHoldsOneUp() {
        repository.commit("waves/first.yaml", inWave(0, "first"));
        repository.commit("waves/second.yaml", inWave(1, "second"));
        argo.apply("waves", "waves", namespace);
        await().during(Duration.ofSeconds(5)).atMost(SOON).untilAsserted(() -> {
            assertThat(found("first")).isNotNull();
            assertThat(found("second")).as("before the first is healthy").isNull();
        });
        comesUp("first");
        eventually(() -> assertThat(found("second")).isNotNull());
        comesUp("second");
        eventually(() -> assertThat(argo.word("waves")).isEqualTo(WELL));

        played.die("first", "nyc");
        untilSaid("first", "MeshHealthy", ConditionStatus.False, "NodesOffline");
        repository.commit("waves/third.yaml", inWave(2, "third"));
        argo.refresh("waves");

        eventually(() -> assertThat(found("third")).isNotNull());
        comesUp("third");
        eventually(() -> assertThat(argo.word("waves")).isEqualTo(WELL));
    }

    @Test
    @Order(7)
    void anOutageIsDegradedWhereTheChartIsToldSo() {
        argo.configure(health("outageIsDegraded: true"));
        argo.refresh("waves");

        eventually(() -> assertThat(argo.resources("waves"))
                .contains("DistomonNetwork first Synced Degraded", "DistomonNetwork second " + WELL));

        argo.configure(health("outageIsDegraded: false"));
    }

    @Test
    @Order(8)
    void anApplicationSetMakesANetworkInEachOfTwoNamespaces() {
        List<String> namespaces = List.of(namespace + "-one", namespace + "-two");
        namespaces.forEach(each -> client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(each)
                        .endMetadata()
                        .build())
                .serverSideApply());
        namespaces.forEach(each -> repository.commit("namespaces/" + each + "/network.yaml", manifest("lab", "", "")));
        try (RunningOperator one = startOperator(namespaces.getFirst());
                RunningOperator two = startOperator(namespaces.getLast())) {
            argo.applySet(namespaces);

            namespaces.forEach(each -> {
                eventually(() -> assertThat(argo.word("networks-" + each)).startsWith("Synced"));
                NODES.forEach(node -> becomesReady(each, "lab", node));
                eventually(() -> assertThat(argo.word("networks-" + each)).isEqualTo(WELL));
            });
            assertThat(List.of(readiness(one), readiness(two))).containsOnly("ok\n");
            argo.deleteSet();
            namespaces.forEach(each -> argo.isGone("networks-" + each));
        }
    }

    private void commit(String path, String name, String spec) {
        repository.commit(path + "/network.yaml", manifest(name, "", spec));
    }

    private static String inWave(int wave, String name) {
        return manifest(name, "argocd.argoproj.io/sync-wave: '" + wave + "'", "");
    }

    /** As it would stand in a repository: without a namespace. */
    private static String manifest(String name, String annotation, String spec) {
        return """
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata:
                  name: %s
                  annotations: {%s}
                spec:
                  nodes: [{id: fra}, {id: ams}, {id: nyc}]
                  %s
                """.formatted(name, annotation, spec);
    }

    private static String configMap(String name) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}\n".formatted(name);
    }

    private DistomonNetwork yamlOf(String name, String spec) {
        return client.getKubernetesSerialization().unmarshal(manifest(name, "", spec), DistomonNetwork.class);
    }

    private int retries(String name) {
        return Objects.requireNonNull(
                Objects.requireNonNull(network(name).getSpec().probe()).retries());
    }

    private @Nullable DistomonNetwork found(String name) {
        return client.resources(DistomonNetwork.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** Once it is there, its nodes do. */
    private void comesUp(String name) {
        NODES.forEach(node -> becomesReady(name, node));
    }

    /** What the chart has for {@code argocd-cm}. */
    private static Map<String, String> health(String value) {
        return Rendered.with("{argocd: {health: true, %s}}".formatted(value))
                .all(ConfigMap.class)
                .map(ConfigMap::getData)
                .filter(data ->
                        data.keySet().stream().anyMatch(key -> key.startsWith("resource.customizations.health")))
                .findFirst()
                .orElseThrow();
    }

    private static void eventually(ThrowingRunnable expectation) {
        await().atMost(COLLECTED).pollInterval(Duration.ofMillis(500)).untilAsserted(expectation);
    }
}
