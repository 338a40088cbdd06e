package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
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

/** A web server that carries a node, with what operator/README.md tells to put into it, and both of them hurt. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SidecarTest {
    private static final String NAMESPACE = "e2e-sidecar";
    private static final String NODE = "web";
    private static final Sample LAB = Sample.read("sidecar.yaml", NAMESPACE);
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, LAB.name());
    private static final String SIDECAR = "distomon";

    /** JVMs that start at once on a small machine. */
    private static final Duration START = Duration.ofMinutes(6);

    /** The web server is one of busybox in the image that every pod of this cluster has. */
    private static final String SHOP = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              selector: {matchLabels: {app: shop}}
              template:
                metadata: {labels: {app: shop}}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: shop
                    image: localhost/pause:1
                    command: [/bin/sh, -c, "echo open >/tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp"]
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            """;

    @RegisterExtension
    final Story story = new Story(() -> Cluster.diagnosis(NAMESPACE));

    private @Nullable Cluster cluster;

    @BeforeAll
    void bringUpTheCluster() {
        // Elsewhere there is no image with a web server, and nobody to kill a container.
        assumeTrue(Cluster.canHurtContainers());
        cluster = Cluster.up(NAMESPACE);
    }

    @AfterAll
    void leaveTheClusterAsItWas() {
        if (cluster != null) {
            cluster.leave();
        }
    }

    @Test
    @Order(1)
    void withoutAPodTheStatusSaysWhichLabelsItLooksFor() {
        apply(LAB.manifest());
        apply(SHOP);

        within(
                START,
                () -> assertThat(NETWORK.status().explanation("NodesAvailable"))
                        .startsWith("SidecarMissing")
                        .contains("distomon.io/network=lab and distomon.io/node=web"));
    }

    @Test
    @Order(2)
    void aWorkloadThatWasPatchedAsTheReadmeSaysCarriesTheNodeAndIsOtherwiseTheSame() {
        JsonNode before = template().at("/spec/containers");

        patch();

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(template().at("/spec/containers")).isEqualTo(before);
        assertThat(NETWORK.resource().at("/status/summary/managed").asInt()).isEqualTo(2);
        assertThat(serves()).isTrue();
    }

    @Test
    @Order(3)
    void theNodeStaysOnlineWhenTheWebServerEnds() {
        try (ConditionsWatch conditions = ConditionsWatch.start(KUBECTL)) {
            Cluster.kill(NAMESPACE, podName(), "shop");

            within(START, () -> {
                assertThat(restarts("shop")).isEqualTo(1);
                assertThat(serves()).isTrue();
            });
            assertThat(restarts(SIDECAR)).isZero();
            assertThat(NETWORK.status().stateOf(NODE)).isEqualTo("Online");
            assertThat(conditions.said()).noneMatch(word -> word.startsWith("MeshHealthy=False"));
        }
    }

    @Test
    @Order(4)
    void theWebServerGoesOnWhenTheNodeEndsAndTheNodeComesBackAsItself() {
        String key = NETWORK.status().keyFingerprintOf(NODE);

        Cluster.kill(NAMESPACE, podName(), SIDECAR);

        within(START, () -> {
            assertThat(serves()).isTrue();
            assertThat(restarts(SIDECAR)).isEqualTo(1);
            NETWORK.status().assertWell("3/3");
        });
        assertThat(restarts("shop")).isEqualTo(1);
        assertThat(NETWORK.status().keyFingerprintOf(NODE)).isEqualTo(key);
    }

    @Test
    @Order(5)
    void anotherKeyIsTakenUpWithoutARestart() {
        String before = NETWORK.status().keyFingerprintOf(NODE);
        String pod = podName();

        apply(LAB.withKeyGeneration(NODE, 2).manifest());

        within(START, () -> {
            assertThat(NETWORK.keySecrets(NODE)).containsExactlyInAnyOrder("lab-web-key-2", "lab-web-sidecar");
            assertThat(NETWORK.status().explanation("KeysReady")).startsWith("AllReady");
            NETWORK.status().assertWell("3/3");
        });
        assertThat(NETWORK.status().keyFingerprintOf(NODE)).isNotEmpty().isNotEqualTo(before);
        assertThat(podName()).isEqualTo(pod);
        assertThat(restarts(SIDECAR)).isEqualTo(1);
    }

    @Test
    @Order(6)
    void twoReplicasAreNamedAndNoFaultIsLeftWhenThereIsOneAgain() {
        KUBECTL.output("scale", "deployment", "shop", "--replicas=2");

        within(START, () -> {
            List<String> pods = podNames();
            assertThat(pods).hasSize(2);
            assertThat(NETWORK.status().condition("Ready")).isEqualTo("False");
            assertThat(NETWORK.status().explanation("NodesAvailable"))
                    .startsWith("SidecarReplicas")
                    .contains(pods);
        });

        KUBECTL.output("scale", "deployment", "shop", "--replicas=1");

        within(START, () -> NETWORK.status().assertWell("3/3"));
    }

    @Test
    @Order(7)
    void aWorkloadThatIsRolledTakesItsNodeAlong() {
        String key = NETWORK.status().keyFingerprintOf(NODE);
        String pod = podName();

        KUBECTL.output("rollout", "restart", "deployment", "shop");

        within(START, () -> {
            assertThat(podName()).isNotEqualTo(pod);
            assertThat(serves()).isTrue();
            NETWORK.status().assertWell("3/3");
        });
        assertThat(NETWORK.status().keyFingerprintOf(NODE)).isEqualTo(key);
    }

    /** No operator, no network, no key: nothing of that is in the way of somebody's web server. */
    @Test
    @Order(8)
    void theWebServerStartsWithoutTheNetwork() {
        KUBECTL.output("delete", "distomonnetwork", LAB.name());
        within(START, () -> assertThat(KUBECTL.get("secret", "lab-web-sidecar")).isEmpty());
        String pod = podName();

        KUBECTL.output("delete", "pod", pod);

        within(START, () -> {
            assertThat(podName()).isNotEqualTo(pod);
            assertThat(serves()).isTrue();
        });
    }

    private static void patch() {
        String image = NETWORK.deployment("fra")
                .at("/spec/template/spec/containers/0/image")
                .asText();
        KUBECTL.command("patch", "deployment", "shop", "--patch-file", "/dev/stdin")
                .reading(Snippet.sidecar(LAB.name(), NODE, image))
                .output();
    }

    private static JsonNode template() {
        return KUBECTL.get("deployment", "shop").orElseThrow().at("/spec/template");
    }

    private static List<String> podNames() {
        return KUBECTL.list("pods", "app=shop").stream()
                .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
                .map(pod -> pod.at("/metadata/name").asText())
                .toList();
    }

    /** The only pod. */
    private static String podName() {
        assertThat(podNames()).hasSize(1);
        return podNames().getFirst();
    }

    private static int restarts(String container) {
        JsonNode status = KUBECTL.get("pod", podName()).orElseThrow().path("status");
        String list = container.equals(SIDECAR) ? "initContainerStatuses" : "containerStatuses";
        return status.path(list)
                .valueStream()
                .filter(each -> each.path("name").asText().equals(container))
                .mapToInt(each -> each.path("restartCount").asInt())
                .sum();
    }

    private static boolean serves() {
        return KUBECTL.command(
                        "exec", podName(), "-c", "shop", "--", "busybox", "wget", "-qO-", "http://127.0.0.1:8080/")
                .run()
                .out()
                .strip()
                .equals("open");
    }

    private static void apply(String manifest) {
        Command.Result result = KUBECTL.apply(manifest);
        assertThat(result.exitCode()).as("kubectl apply: %s", result.err()).isZero();
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
