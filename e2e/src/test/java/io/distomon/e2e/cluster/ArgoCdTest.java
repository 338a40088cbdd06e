package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.e2e.git.GitOpsRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator and a network from git, by a real Argo CD, as it reports them itself. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArgoCdTest {
    private static final String NAMESPACE = "e2e-argocd";
    private static final String FILE = "networks/triangle.yaml";
    private static final Sample TRIANGLE = Sample.read("triangle.yaml", NAMESPACE);
    private static final Sample FOUR = TRIANGLE.with(Map.of("id", "sgp"));
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, TRIANGLE.name());
    private static final String UNREADABLE_KEY = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";

    /** JVMs that start on a small machine, one after the other. */
    private static final Duration START = Duration.ofMinutes(20);

    private static final Duration SOON = Duration.ofMinutes(4);

    /** A first time compiles Argo CD. */
    private static final Duration FIRST_TIME = Duration.ofMinutes(20);

    /** An hour by {@code -Ddistomon.argocd.rest.seconds=3600}. */
    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("distomon.argocd.rest.seconds", 30));

    @RegisterExtension
    final Story story = new Story(this::diagnosis);

    /** What a rollout looks like at one time: Argo CD's word, and whose pods are ready, with the new image and at all. */
    private record Moment(String health, Set<String> withIt, Set<String> ready) {}

    private Path directory = Path.of("");
    private Sample rolled = FOUR;
    private @Nullable Cluster cluster;
    private @Nullable Application operator;
    private @Nullable Application network;
    private @Nullable GitOpsRepository repository;

    @BeforeAll
    void bringUpTheClusterAndArgoCd(@TempDir Path repositories) {
        directory = repositories;
        cluster = Cluster.up(NAMESPACE);
        Command.script("cluster", "argocd", "up").taking(FIRST_TIME).output();
        repository = GitOpsRepository.make(directory);
    }

    @AfterAll
    void leaveTheClusterAsItWas() {
        try {
            if (network != null) {
                network.delete();
            }
            if (operator != null) {
                operator.delete();
            }
        } finally {
            Command.script("cluster", "argocd", "down").output();
            if (cluster != null) {
                cluster.leave();
            }
        }
    }

    @Test
    @Order(1)
    void theOperatorsChartIsSyncedAndHealthyAndBringsTheHealthScript() {
        repository().commitCopy("charts/distomon", Path.of("..", "charts", "distomon"));
        String values = Command.script(
                        "cluster", "helm", "get", "values", "distomon", "-n", "distomon-system", "-o", "json")
                .output();
        String withHealth = values.trim().replaceFirst("\\{", "{\"argocd\":{\"health\":true},");
        operator = Application.sample("operator.yaml", repository()).with(withHealth);

        operator.apply();

        within(
                START,
                () -> assertThat(List.of(operator().sync(), operator().health()))
                        .containsExactly("Synced", "Healthy"));
        String script = new Kubectl("distomon-system")
                .output(
                        "get",
                        "configmap",
                        "distomon-operator-argocd-health",
                        "-o",
                        "jsonpath={\"{\\\"data\\\":\"}{.data}{\"}\"}");
        assertThat(new Kubectl("argocd")
                        .command("patch", "configmap", "argocd-cm", "--type", "merge", "--patch-file", "/dev/stdin")
                        .reading(script)
                        .run()
                        .exitCode())
                .isZero();
    }

    @Test
    @Order(2)
    void aNetworkThatHasTheNameOfItsApplicationIsProgressingUntilItIsHealthy() {
        repository().commit(FILE, TRIANGLE.manifest());
        network = Application.sample("network.yaml", repository()).into(NAMESPACE);

        network.apply();

        assertThat(healthUntil("Healthy")).contains("Progressing").doesNotContain("Degraded", "Suspended");
        assertThat(network().sync()).isEqualTo("Synced");
        assertThat(NETWORK.status().condition("Ready")).isEqualTo("True");
        assertThat(kstatus()).isEqualTo("Current");
    }

    @Test
    @Order(3)
    void aCommitThatAddsANodeArrives() {
        commit(FOUR);

        within(START, () -> NETWORK.status().assertWell("4/4"));
        assertThat(healthUntil("Healthy")).doesNotContain("Degraded");
    }

    @Test
    @Order(4)
    void aCommitWithAnotherImageRestartsOneNodeAfterTheOtherAndIsProgressingUntilTheLastRunsIt() {
        assumeTrue(Cluster.canHurtContainers());
        String image = Cluster.anotherNodeImage();
        rolled = FOUR.withSpec("image", image);

        commit(rolled);

        within(SOON, () -> assertThat(network().health()).isEqualTo("Progressing"));
        assertThat(kstatus()).isEqualTo("InProgress");
        List<Moment> moments = new ArrayList<>();
        await().atMost(START).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            // First what Argo CD says: who does not run it after that did not before.
            String health = network().health();
            moments.add(new Moment(health, NETWORK.readyWith(image), NETWORK.readyWith(null)));
            assertThat(moments.getLast())
                    .isEqualTo(new Moment("Healthy", Set.copyOf(FOUR.nodes()), Set.copyOf(FOUR.nodes())));
        });
        assertThat(moments).allSatisfy(moment -> {
            assertThat(moment.health()).isIn("Progressing", "Healthy");
            if (moment.health().equals("Healthy")) {
                assertThat(moment.withIt()).hasSize(4);
            }
            assertThat(moment.ready()).hasSizeGreaterThanOrEqualTo(3);
        });
        assertThat(moments.stream().map(moment -> moment.withIt().size())).contains(1, 2, 3, 4);
        assertThat(kstatus()).isEqualTo("Current");
    }

    @Test
    @Order(5)
    void aCommitThatTheOperatorRefusesIsDegradedInItsWordsAndWhatRunsGoesOn() {
        Set<String> pods = Set.copyOf(NETWORK.podNames(FOUR.nodes()).values());

        commit(rolled.withExternal("away", "http://away.example.com:8000", UNREADABLE_KEY));

        within(
                SOON,
                () -> assertThat(network().healthOfNetwork())
                        .startsWith("Degraded: InvalidSpec: ")
                        .contains("spec.nodes[4].publicKeys[0]"));
        assertThat(kstatus()).isEqualTo("Failed");
        assertThat(NETWORK.podNames(FOUR.nodes()).values()).containsExactlyInAnyOrderElementsOf(pods);
        commit(rolled);
        healthUntil("Healthy");
    }

    @Test
    @Order(6)
    void aPausedNetworkIsSuspended() {
        commit(rolled.withSpec("paused", true));
        within(SOON, () -> assertThat(network().health()).isEqualTo("Suspended"));

        commit(rolled);
        healthUntil("Healthy");
    }

    @Test
    @Order(7)
    void anOutageIsAMessageAndBlocksNothing() {
        assumeTrue(Cluster.canHurtContainers());
        String pod = NETWORK.podName("ams");
        Cluster.cut(NAMESPACE, pod);
        try {
            within(
                    SOON,
                    () -> assertThat(NETWORK.status().condition("MeshHealthy")).isEqualTo("False"));
            // A message alone makes Argo CD look no sooner than it would.
            network().refresh();
            within(
                    SOON,
                    () -> assertThat(network().healthOfNetwork())
                            .startsWith("Healthy: the nodes report: ")
                            .contains("ams"));
            assertThat(network().health()).isEqualTo("Healthy");
            assertThat(network().sync()).isEqualTo("Synced");
        } finally {
            Cluster.mend(NAMESPACE, pod);
        }
        within(SOON, () -> NETWORK.status().assertWell("4/4"));
    }

    @Test
    @Order(8)
    void driftByHandIsPutBackOnceAndNothingIsOutOfSyncAtRest() {
        KUBECTL.output("patch", "dmn", NETWORK.name(), "--type=merge", "-p", "{\"spec\":{\"probe\":{\"retries\":5}}}");
        within(
                SOON,
                () -> assertThat(NETWORK.resource().at("/spec/probe/retries").asInt())
                        .isEqualTo(TRIANGLE.retries()));
        healthUntil("Healthy");
        String generation = NETWORK.resource().at("/metadata/generation").asText();

        network().refresh();
        await().during(REST)
                .atMost(REST.plusSeconds(60))
                .pollInterval(Duration.ofSeconds(3))
                .untilAsserted(() ->
                        assertThat(List.of(network().sync(), operator().sync())).containsExactly("Synced", "Synced"));

        assertThat(NETWORK.resource().at("/metadata/generation").asText()).isEqualTo(generation);
    }

    @Test
    @Order(9)
    void aDeletedApplicationTakesTheNetworkAndItsChildrenButNoKey() {
        List<String> keys = FOUR.nodes().stream().map(NETWORK::keySecretName).toList();

        network().delete();

        within(
                SOON,
                () -> assertThat(NETWORK.children())
                        .containsExactlyInAnyOrderElementsOf(
                                keys.stream().map(key -> "Secret " + key).toList()));
    }

    private void commit(Sample sample) {
        repository().commit(FILE, sample.manifest());
        network().refresh();
    }

    /** The words of Argo CD's until this one. */
    private Set<String> healthUntil(String health) {
        Set<String> seen = new LinkedHashSet<>();
        await().atMost(START).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            seen.add(network().health());
            assertThat(network().health()).isEqualTo(health);
            assertThat(network().sync()).isEqualTo("Synced");
            assertThat(NETWORK.resource().at("/status/observedGeneration"))
                    .isEqualTo(NETWORK.resource().at("/metadata/generation"));
        });
        return seen;
    }

    /** What Flux and Helm make of the network. */
    private String kstatus() {
        Path file = directory.resolve("network.json");
        try {
            Files.writeString(file, NETWORK.resource().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String judged = Command.script(
                        "cluster",
                        "argocd",
                        "judge",
                        Path.of("..", "charts", "distomon", "argocd", "health.lua")
                                .toString(),
                        file.toString())
                .output();
        return judged.strip().replaceFirst("(?s).*\t", "");
    }

    private String diagnosis() {
        return "---- Argo CD\n" + (network == null ? "" : network.said()) + (operator == null ? "" : operator.said())
                + "\n" + Cluster.diagnosis(NAMESPACE);
    }

    private GitOpsRepository repository() {
        return Objects.requireNonNull(repository);
    }

    private Application operator() {
        return Objects.requireNonNull(operator);
    }

    private Application network() {
        return Objects.requireNonNull(network);
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
