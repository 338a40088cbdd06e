package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
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

/** The sample's life on a cluster: applied, hurt in every way, changed, deleted, applied again. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TriangleTest {
    private static final String NAMESPACE = "e2e-triangle";
    private static final Sample TRIANGLE = Sample.read("triangle.yaml", NAMESPACE);
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, TRIANGLE.name());

    /** Three JVMs that start at once on a small machine, each after its Secrets were mounted. */
    private static final Duration START = Duration.ofMinutes(6);

    /** Until a changed Secret is in a pod: at once by an annotation, else when the kubelet looks again. */
    private static final Duration MOUNT = Duration.ofMinutes(4);

    /** What takes a moment, on a machine that is busy with other things. */
    private static final Duration SOON = Duration.ofMinutes(2);

    private static final int MIRROR_SECONDS = 5;

    /**
     * Until an outage is in the status: the others fail to poll the node once more than the retries, each try taking up
     * to its timeout; the node's own last entry stays fresh for four intervals of whoever asks, which is the operator;
     * then a round of the mirror. And two minutes for a busy machine.
     */
    private static final Duration OUTAGE = Duration.ofSeconds(
            (TRIANGLE.retries() + 1L) * (TRIANGLE.intervalSeconds() + Math.min(5, TRIANGLE.intervalSeconds()))
                    + 4L * Math.max(TRIANGLE.intervalSeconds(), MIRROR_SECONDS)
                    + 2L * MIRROR_SECONDS
                    + 120);

    @RegisterExtension
    final Story story = new Story(() -> Cluster.diagnosis(NAMESPACE));

    private @Nullable Cluster cluster;

    @BeforeAll
    void bringUpTheCluster() {
        cluster = Cluster.up(NAMESPACE);
        KUBECTL.output("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    }

    @AfterAll
    void leaveTheClusterAsItWas() {
        if (cluster != null) {
            cluster.leave();
        }
    }

    @Test
    @Order(1)
    void anAppliedTriangleBecomesReadyWithAllOnline() {
        try (ConditionsWatch conditions = ConditionsWatch.start(KUBECTL)) {
            apply(TRIANGLE);

            within(START, () -> NETWORK.status().assertWell("3/3"));
            within(SOON, () -> assertThat(conditions.said()).anyMatch(word -> word.startsWith("Ready=True ")));
            assertThat(conditions.said()).noneMatch(word -> word.contains("=False "));
        }
        assertThat(KUBECTL.output("get", "distomonnetworks", "--no-headers"))
                .matches("(?s)" + TRIANGLE.name() + " +True +True +3/3 +\\S+\\s*");
    }

    @Test
    @Order(2)
    void everyNodesStoreShowsTheOtherTwo() {
        String password = password();

        for (String node : TRIANGLE.nodes()) {
            try (NodeApi api = NodeApi.login(KUBECTL, NETWORK.podName(node), password)) {
                within(SOON, () -> {
                    JsonNode store = api.get("/store/" + TRIANGLE.networkId());
                    for (String signer : TRIANGLE.nodes()) {
                        JsonNode pings = store.path(signer).path("data").path("ping_data");
                        for (String other : others(signer)) {
                            assertThat(pings.path(other).path("status").asText())
                                    .as("%s holds what %s says of %s", node, signer, other)
                                    .isEqualTo("online");
                        }
                    }
                });
            }
        }
    }

    @Test
    @Order(3)
    void aNodeThatIsCutOffIsOfflineAndTheNetworkStaysReady() {
        assumeTrue(Cluster.canHurtContainers());
        String victim = TRIANGLE.nodes().getLast();
        String pod = NETWORK.podName(victim);

        Cluster.cut(NAMESPACE, pod);
        try {
            within(OUTAGE, () -> outageOf(victim));
        } finally {
            Cluster.mend(NAMESPACE, pod);
        }

        within(OUTAGE, () -> NETWORK.status().assertWell("3/3"));
        assertThat(NETWORK.podName(victim)).isEqualTo(pod);
    }

    @Test
    @Order(4)
    void aFrozenNodeIsOfflineAndTheNetworkStaysReady() {
        assumeTrue(Cluster.canHurtContainers());
        String victim = TRIANGLE.nodes().getFirst();
        String pod = NETWORK.podName(victim);

        Cluster.freeze(NAMESPACE, pod);
        try {
            within(OUTAGE, () -> outageOf(victim));
        } finally {
            Cluster.thaw(NAMESPACE, pod);
        }

        within(OUTAGE, () -> NETWORK.status().assertWell("3/3"));
        assertThat(NETWORK.podName(victim)).isEqualTo(pod);
    }

    @Test
    @Order(5)
    void aDeletedConfigSecretComesBackTheSame() {
        Map<String, String> config = NETWORK.secret(TRIANGLE.name() + "-config");

        KUBECTL.output("delete", "secret", TRIANGLE.name() + "-config");

        within(
                SOON,
                () -> assertThat(NETWORK.secret(TRIANGLE.name() + "-config")).isEqualTo(config));
        within(OUTAGE, () -> NETWORK.status().assertWell("3/3"));
    }

    @Test
    @Order(6)
    void aDeletedDeploymentComesBackWithTheSameKey() {
        String node = TRIANGLE.nodes().get(1);
        Map<String, String> keys = keys();
        String before = uid(NETWORK.deployment(node));

        KUBECTL.output("delete", "deployment", TRIANGLE.name() + "-" + node);

        within(SOON, () -> assertThat(uid(NETWORK.deployment(node))).isNotEqualTo(before));
        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    @Order(7)
    void aDeletedPasswordComesBackAsAnotherThatEveryNodeTakes() {
        String secret = TRIANGLE.name() + "-login";
        String before = password();

        KUBECTL.output("delete", "secret", secret);

        within(SOON, () -> assertThat(password()).isNotEqualTo(before));
        for (String node : TRIANGLE.nodes()) {
            // And until a node that refused the new password a few times allows another login.
            within(
                    MOUNT.plusMinutes(1),
                    () -> NodeApi.login(KUBECTL, NETWORK.podName(node), password())
                            .close());
        }
    }

    @Test
    @Order(8)
    void aDeletedTokenKeyIsReplacedAndTheMirrorGoesOn() {
        String node = TRIANGLE.nodes().getFirst();
        try (NodeApi withOldToken = NodeApi.login(KUBECTL, NETWORK.podName(node), password())) {
            KUBECTL.output("delete", "secret", TRIANGLE.name() + "-jwt");

            within(
                    MOUNT,
                    () -> assertThatThrownBy(() -> withOldToken.get("/info")).hasMessageContaining("401"));
        }
        within(OUTAGE, () -> NETWORK.status().assertWell("3/3"));
    }

    @Test
    @Order(9)
    void aDeletedKeyIsReportedAndNeverReplacedByAnother() {
        String node = TRIANGLE.nodes().get(1);
        Map<String, String> keys = keys();
        String key = KUBECTL.output("get", "secret", NETWORK.keySecretName(node), "-o", "json");

        KUBECTL.output("delete", "secret", NETWORK.keySecretName(node));

        within(SOON, () -> {
            Status status = NETWORK.status();
            assertThat(status.condition("KeysReady")).isEqualTo("False");
            assertThat(status.explanation("KeysReady")).contains(NETWORK.keySecretName(node));
            assertThat(status.condition("Ready")).isEqualTo("False");
        });
        assertThat(KUBECTL.get("secret", NETWORK.keySecretName(node))).isEmpty();

        assertThat(KUBECTL.apply(key).exitCode()).isZero();
        within(SOON, () -> NETWORK.status().assertWell("3/3"));
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    @Order(10)
    void whatTheRulesRefuseIsRefusedByKubectlWithTheField() {
        JsonNode before = NETWORK.resource();

        refuses(TRIANGLE.with(Map.of("id", "Fra")), "spec.nodes[3].id", "\"Fra\" is no id for a Managed node");
        refuses(TRIANGLE.with(Map.of("id", "nyc", "type", "External")), "spec.nodes[3].url", "needs a url");
        refuses(TRIANGLE.with(Map.of("id", TRIANGLE.nodes().getFirst())), "spec.nodes[3]", "Duplicate value");
        refuses(TRIANGLE.withSpec("networkId", "other"), "spec.networkId", "");
        refuses(TRIANGLE.withSpec("nodez", "other"), "spec.nodez", "unknown field");

        assertThat(NETWORK.resource().path("spec")).isEqualTo(before.path("spec"));
    }

    @Test
    @Order(11)
    void aNodeTakenOutOfTheSpecLeavesItsKeyAndNothingElse() {
        String gone = TRIANGLE.nodes().getLast();
        Map<String, String> podsOfTheOthers = pods(others(gone));

        apply(TRIANGLE.without(gone));

        within(
                START,
                () -> assertThat(NETWORK.children(gone)).containsExactly("Secret " + NETWORK.keySecretName(gone)));
        within(START, () -> NETWORK.status().assertWell("2/2"));
        Map<String, String> config = NETWORK.secret(TRIANGLE.name() + "-config");
        assertThat(config).doesNotContainKeys(gone + ".pub", "nodeconf-" + gone + ".yml");
        assertThat(config.get("config.yml")).contains(others(gone)).doesNotContain("node_id: " + gone);
        assertThat(pods(others(gone))).as("nothing restarted").isEqualTo(podsOfTheOthers);
    }

    @Test
    @Order(12)
    void aNodeThatComesBackHasTheKeyItHad() {
        Map<String, String> keys = keys();

        apply(TRIANGLE);

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    @Order(13)
    void aDeletedNetworkLeavesItsKeysAndNothingElse() {
        KUBECTL.output("delete", "distomonnetwork", TRIANGLE.name());

        within(
                SOON,
                () -> assertThat(NETWORK.children())
                        .containsExactlyInAnyOrderElementsOf(TRIANGLE.nodes().stream()
                                .map(node -> "Secret " + NETWORK.keySecretName(node))
                                .toList()));
    }

    @Test
    @Order(14)
    void appliedAgainItHasTheSameKeys() {
        Map<String, String> keys = keys();

        apply(TRIANGLE);

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    @Order(15)
    void aRaisedGenerationGivesANodeAnotherKeyByOneRestartAndNobodyRefusesIt() {
        String node = TRIANGLE.nodes().getFirst();
        String before = NETWORK.status().keyFingerprintOf(node);
        Map<String, String> podsOfTheOthers = pods(others(node));
        int templates = NETWORK.templates(node);
        Set<String> linksSeen = new TreeSet<>();

        apply(TRIANGLE.withKeyGeneration(node, 2));

        within(START, () -> {
            linksSeen.addAll(NETWORK.status().links());
            NETWORK.status().assertWell("3/3");
            assertThat(NETWORK.status().explanation("KeysReady")).startsWith("AllReady");
            assertThat(NETWORK.keySecrets(node)).containsExactly(TRIANGLE.name() + "-" + node + "-key-2");
        });
        String after = NETWORK.status().keyFingerprintOf(node);
        assertThat(after).isNotEmpty().isNotEqualTo(before);
        assertThat(NETWORK.secret(TRIANGLE.name() + "-config").get(node + ".pub"))
                .containsOnlyOnce("BEGIN PUBLIC KEY");
        assertThat(NETWORK.templates(node)).as("one restart").isEqualTo(templates + 1);
        assertThat(pods(others(node))).as("nobody else restarted").isEqualTo(podsOfTheOthers);
        assertThat(linksSeen).noneMatch(link -> link.endsWith("Refused"));
    }

    @Test
    @Order(16)
    void aRollingRestartOfAllNodesIsNoAlarmAndTheNetworkIsReadyWhenAllHaveBeenRestarted() {
        Map<String, String> before = pods(TRIANGLE.nodes());
        try (ConditionsWatch conditions = ConditionsWatch.start(KUBECTL)) {
            apply(TRIANGLE.withPodAnnotation("example.com/restart", "1"));

            KUBECTL.command("wait", "--for=condition=Ready", "distomonnetwork/" + TRIANGLE.name(), "--timeout=240s")
                    .taking(Duration.ofMinutes(5))
                    .output();
            for (String node : TRIANGLE.nodes()) {
                JsonNode pod = NETWORK.pod(node);
                assertThat(pod.at("/metadata/annotations/example.com~1restart").asText())
                        .as("what runs of " + node)
                        .isEqualTo("1");
            }
            assertThat(pods(TRIANGLE.nodes()).values()).doesNotContainAnyElementsOf(before.values());
            within(OUTAGE, () -> NETWORK.status().assertWell("3/3"));
            assertThat(conditions.said())
                    .anyMatch(word -> word.startsWith("NodesAvailable=Unknown (RollingOut: "))
                    .noneMatch(word -> word.contains("=False "));
        }
    }

    @Test
    @Order(17)
    void anOperatorOfOneNamespaceNeedsNoRightsElsewhere() {
        try {
            Cluster.watch(NAMESPACE);
            assertThat(KUBECTL.output("get", "clusterroles", "-o", "name")).doesNotContain("distomon");

            apply(TRIANGLE.without(TRIANGLE.nodes().getLast()));

            within(START, () -> NETWORK.status().assertWell("2/2"));
        } finally {
            Cluster.watch();
        }
    }

    private static String password() {
        return NETWORK.secret(TRIANGLE.name() + "-login").getOrDefault("password", "");
    }

    private static void outageOf(String victim) {
        Status status = NETWORK.status();
        assertThat(status.stateOf(victim)).isEqualTo("Offline");
        assertThat(status.condition("MeshHealthy")).isEqualTo("False");
        assertThat(status.explanation("MeshHealthy")).contains(victim);
        assertThat(status.condition("Ready")).as(status.explanation("Ready")).isEqualTo("True");
        assertThat(status.online()).isEqualTo("2/3");
    }

    private void apply(Sample sample) {
        Command.Result result = KUBECTL.apply(sample.manifest());
        assertThat(result.exitCode()).as("kubectl apply: %s", result.err()).isZero();
    }

    private void refuses(Sample sample, String field, String message) {
        Command.Result result = KUBECTL.apply(sample.manifest());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains(field, message);
    }

    private static List<String> others(String node) {
        return TRIANGLE.nodes().stream().filter(other -> !other.equals(node)).toList();
    }

    /** What every node's key Secret holds, as a digest. */
    private Map<String, String> keys() {
        return byNode(TRIANGLE.nodes(), NETWORK::keyDigest);
    }

    /** Which pods run, and how often their containers were restarted. */
    private Map<String, String> pods(List<String> nodes) {
        return byNode(nodes, node -> {
            JsonNode pod = NETWORK.pod(node);
            return uid(pod) + " "
                    + pod.at("/status/containerStatuses/0/restartCount").asInt();
        });
    }

    private static Map<String, String> byNode(List<String> nodes, Function<String, String> value) {
        return nodes.stream().collect(Collectors.toMap(Function.identity(), value, (a, b) -> a, TreeMap::new));
    }

    private static String uid(JsonNode object) {
        return object.at("/metadata/uid").asText();
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
