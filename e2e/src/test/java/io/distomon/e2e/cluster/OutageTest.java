package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

/** What the status of four nodes says when most of them are gone, when one is elsewhere, and when one can't come up. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageTest {
    private static final String NAMESPACE = "e2e-outage";
    private static final Sample FOUR = Sample.read("triangle.yaml", NAMESPACE).with(Map.of("id", "sgp"));
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, FOUR.name());

    /** JVMs that start on a small machine, one after the other. */
    private static final Duration START = Duration.ofMinutes(6);

    private static final Duration SOON = Duration.ofMinutes(4);
    private static final int PATIENCE_SECONDS = 15;
    private static final int DEFAULT_PATIENCE_SECONDS = 300;

    @RegisterExtension
    final Story story = new Story(() -> Cluster.diagnosis(NAMESPACE));

    private @Nullable Cluster cluster;
    private @Nullable Elsewhere elsewhere;

    @BeforeAll
    void bringUpTheCluster() {
        cluster = Cluster.up(NAMESPACE);
    }

    @AfterAll
    void leaveTheClusterAsItWas() {
        if (cluster == null) {
            return;
        }
        try {
            allow("sgp");
        } finally {
            cluster.leave();
        }
    }

    @Test
    @Order(1)
    void whenThreeOfFourAreGoneTheFourthIsOnlineAndTheOthersOfflineForAsLongAsItLasts() {
        assumeTrue(Cluster.canHurtContainers());
        apply(FOUR);
        within(START, () -> NETWORK.status().assertWell("4/4"));
        String living = FOUR.nodes().getFirst();
        Map<String, String> gone = NETWORK.podNames(others(living));

        try {
            gone.values().forEach(pod -> Cluster.cut(NAMESPACE, pod));
            within(SOON, () -> onlyOneIsOnline(living));
            try (ConditionsWatch conditions = ConditionsWatch.start(KUBECTL)) {
                // Each round of the mirror asks others: six of them.
                await().during(Duration.ofSeconds(35))
                        .atMost(Duration.ofMinutes(3))
                        .untilAsserted(() -> {
                            onlyOneIsOnline(living);
                            assertThat(conditions.said())
                                    .noneMatch(word -> word.startsWith("MirrorFresh=False"))
                                    .noneMatch(word -> word.startsWith("MirrorFresh=Unknown"));
                        });
            }
        } finally {
            gone.values().forEach(pod -> Cluster.mend(NAMESPACE, pod));
        }

        within(SOON, () -> NETWORK.status().assertWell("4/4"));
    }

    @Test
    @Order(2)
    void aNodeElsewhereWithOtherAddressesOfTheSameMembersIsOnline() {
        elsewhere = Elsewhere.make(NETWORK, FOUR.nodes().getFirst());

        apply(withElsewhere(FOUR));
        within(
                SOON,
                () -> assertThat(NETWORK.configMap(FOUR.name() + "-network")).containsKey(Elsewhere.ID + ".pub"));
        elsewhere.start();

        within(START, () -> NETWORK.status().assertWell("5/5"));
    }

    @Test
    @Order(3)
    void aRotationWaitsForTheNodeElsewhereUntilItsOwnerGivesItTheKeyAndNoLonger() {
        Elsewhere node = started();
        String rotated = FOUR.nodes().get(1);
        Set<String> linksSeen = new TreeSet<>();

        apply(withElsewhere(FOUR).withKeyGeneration(rotated, 2));

        within(SOON, () -> {
            assertThat(NETWORK.status().explanation("KeysReady"))
                    .startsWith("Rotating")
                    .contains(Elsewhere.ID);
            assertThat(NETWORK.keySecrets(rotated)).hasSize(2);
        });
        node.takeTheKeysAsTheyAre();
        within(START, () -> {
            linksSeen.addAll(NETWORK.status().links());
            assertThat(NETWORK.keySecrets(rotated)).containsExactly(FOUR.name() + "-" + rotated + "-key-2");
        });
        node.takeTheKeysAsTheyAre();
        within(START, () -> {
            assertThat(NETWORK.status().explanation("KeysReady")).startsWith("AllReady");
            NETWORK.status().assertWell("5/5");
        });
        assertThat(linksSeen).noneMatch(link -> link.endsWith("Refused"));
    }

    @Test
    @Order(4)
    void aNodeThatCanMakeNoPodIsNamedAndHoldsTheOthersRolloutForABoundedTime() {
        Cluster.patience(PATIENCE_SECONDS);
        try {
            forbid("sgp");
            KUBECTL.output("delete", "pod", NETWORK.podName("sgp"));
            within(
                    SOON,
                    () -> assertThat(NETWORK.status().explanation("NodesAvailable"))
                            .contains("sgp", "no pod of sgp today"));

            apply(withElsewhere(FOUR)
                    .withKeyGeneration(FOUR.nodes().get(1), 2)
                    .withPodAnnotation("example.com/v", "2"));

            within(
                    START,
                    () -> assertThat(others("sgp"))
                            .allSatisfy(node -> assertThat(NETWORK.pod(node)
                                            .at("/metadata/annotations/example.com~1v")
                                            .asText())
                                    .isEqualTo("2")));
            within(SOON, () -> {
                assertThat(NETWORK.status().condition("Ready")).isEqualTo("False");
                assertThat(NETWORK.status().explanation("NodesAvailable"))
                        .contains("sgp", "so long that the others don't wait for it");
            });

            allow("sgp");
            within(START, () -> NETWORK.status().assertWell("5/5"));
        } finally {
            Cluster.patience(DEFAULT_PATIENCE_SECONDS);
        }
    }

    private Sample withElsewhere(Sample sample) {
        Elsewhere node = started();
        String fromThere = "http://%s-%%s.%s.svc.cluster.local:8000".formatted(FOUR.name(), NAMESPACE);
        return sample.withUrls(fromThere).withExternal(Elsewhere.ID, node.url(), node.publicKey());
    }

    private Elsewhere started() {
        if (elsewhere == null) {
            throw new AssertionError("there is no node elsewhere yet");
        }
        return elsewhere;
    }

    /** The API server makes no pod of a node any more. */
    private static void forbid(String node) {
        Command.Result result = KUBECTL.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: e2e-outage-%1$s}
                spec:
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!('distomon.io/node' in object.metadata.labels) || object.metadata.labels['distomon.io/node'] != '%1$s'"
                    message: no pod of %1$s today
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: e2e-outage-%1$s}
                spec:
                  policyName: e2e-outage-%1$s
                  validationActions: [Deny]
                  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}}
                """.formatted(node, NAMESPACE));
        assertThat(result.exitCode()).as(result.err()).isZero();
        // It takes the API server a moment to go by it.
        within(
                SOON,
                () -> assertThat(KUBECTL.command(
                                        "run",
                                        "probe",
                                        "--image=none",
                                        "--labels=distomon.io/node=" + node,
                                        "--dry-run=server")
                                .run()
                                .exitCode())
                        .isNotZero());
    }

    private static void allow(String node) {
        KUBECTL.output(
                "delete",
                "validatingadmissionpolicybinding,validatingadmissionpolicy",
                "e2e-outage-" + node,
                "--ignore-not-found");
    }

    private static void onlyOneIsOnline(String living) {
        Status status = NETWORK.status();
        assertThat(status.online()).isEqualTo("1/4");
        assertThat(status.stateOf(living)).isIn("Online", "Degraded");
        others(living).forEach(node -> assertThat(status.stateOf(node)).as(node).isEqualTo("Offline"));
        assertThat(status.condition("MirrorFresh"))
                .as(status.explanation("MirrorFresh"))
                .isEqualTo("True");
    }

    private static void apply(Sample sample) {
        Command.Result result = KUBECTL.apply(sample.manifest());
        assertThat(result.exitCode()).as("kubectl apply: %s", result.err()).isZero();
    }

    private static List<String> others(String node) {
        return FOUR.nodes().stream().filter(other -> !other.equals(node)).toList();
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
