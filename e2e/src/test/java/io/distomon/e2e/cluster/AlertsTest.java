package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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

/** Nodes tell a webhook outside the cluster, of which a Secret says where it is, when one of them is gone. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsTest {
    private static final String NAMESPACE = "e2e-alerts";
    private static final Sample LAB = Sample.read("alerts.yaml", NAMESPACE);
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, LAB.name());
    private static final String KEY = "only the nodes and the pager know this";
    private static final int PORT = 9200;

    /** JVMs that start at once on a small machine. */
    private static final Duration START = Duration.ofMinutes(6);

    @RegisterExtension
    final Story story = new Story(
            () -> Cluster.diagnosis(NAMESPACE) + "\nthe receiver: " + receiver().told());

    private @Nullable Cluster cluster;
    private @Nullable Outside outside;
    private @Nullable Receiver receiver;
    private Map<String, String> pods = Map.of();

    @BeforeAll
    void bringUpTheClusterAndTheReceiver(@TempDir Path directory) throws IOException {
        // Elsewhere there is no place beside the cluster, and nobody to cut a pod off.
        assumeTrue(Cluster.canHurtContainers());
        receiver = Receiver.start(KEY);
        cluster = Cluster.up(NAMESPACE);
        outside = new Outside(directory, NAMESPACE);
        outside.lead(PORT, receiver.port());
    }

    @AfterAll
    void leaveEverythingAsItWas() {
        if (outside != null) {
            outside.close();
        }
        if (receiver != null) {
            receiver.close();
        }
        if (cluster != null) {
            cluster.leave();
        }
    }

    @Test
    @Order(1)
    void withoutTheReceiversSecretTheNodesRunAndSeeEachOther() {
        apply(LAB.manifest());

        within(START, () -> {
            Status status = NETWORK.status();
            assertThat(status.condition("NodesAvailable")).isEqualTo("True");
            assertThat(status.condition("MeshHealthy")).isEqualTo("True");
            assertThat(status.online()).isEqualTo("3/3");
            assertThat(status.condition("Ready")).isEqualTo("True");
            assertThat(status.explanation("AlertsReady"))
                    .startsWith("ReceiverSecretMissing")
                    .contains("urlSecretRef of receiver pager: found no Secret " + NAMESPACE + "/pager");
        });
        pods = NETWORK.podNames(LAB.nodes());
    }

    @Test
    @Order(2)
    void onceItIsThereTheFirstNodeTellsThatAnotherIsGoneAndThatItIsBack() {
        place("/in");
        within(START, () -> NETWORK.status().assertWell("3/3"));

        whileCutOff("nyc", () -> assertThat(receiver().told()).contains("/in fra: nyc node_offline firing"));

        within(START, () -> assertThat(receiver().told()).contains("/in fra: nyc node_offline resolved"));
        within(START, () -> NETWORK.status().assertWell("3/3"));
    }

    @Test
    @Order(3)
    void whenThatOneIsGoneTheNextTellsOfItWhereTheSecretSaysNow() {
        place("/moved");
        within(
                START,
                () -> assertThat(NETWORK.secret("lab-config").get("alert-webhook-pager.url"))
                        .endsWith("/moved"));

        whileCutOff("fra", () -> assertThat(receiver().told()).contains("/moved ams: fra node_offline firing"));

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(receiver().told()).noneMatch(each -> each.endsWith("without our signature"));
        assertThat(NETWORK.podNames(LAB.nodes())).as("the pods that came first").isEqualTo(pods);
        assertThat(LAB.nodes())
                .allSatisfy(node -> assertThat(NETWORK.templates(node)).isEqualTo(1));
    }

    private static void whileCutOff(String node, ThrowingRunnable expectation) {
        String pod = NETWORK.podName(node);
        Cluster.cut(NAMESPACE, pod);
        try {
            within(START, expectation);
        } finally {
            Cluster.mend(NAMESPACE, pod);
        }
    }

    /** What a user does: makes the Secret, or another one of it. */
    private static void place(String path) {
        apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: pager}
                stringData: {url: 'http://%s:%d%s', secret: %s}
                """.formatted(Outside.address(), PORT, path, KEY));
    }

    private Receiver receiver() {
        if (receiver == null) {
            throw new AssertionError("there is no receiver yet");
        }
        return receiver;
    }

    private static void apply(String manifest) {
        Command.Result result = KUBECTL.apply(manifest);
        assertThat(result.exitCode()).as("kubectl apply: %s", result.err()).isZero();
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
