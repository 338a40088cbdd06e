package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.e2e.git.HttpsGit;
import io.distomon.e2e.git.ServedRepository;
import io.distomon.e2e.https.OwnCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

/**
 * A node on a machine outside the cluster joins a network in it, by what README.md tells to type, also by https; and a
 * network in the cluster follows a repository outside of it.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutsideTest {
    private static final String NAMESPACE = "e2e-outside";
    private static final List<String> MANAGED = List.of("fra", "ams");
    private static final String AWAY = "tokyo";
    private static final Kubectl KUBECTL = new Kubectl(NAMESPACE);
    private static final Network NETWORK = new Network(KUBECTL, "lab");
    private static final Network FOLLOWING = new Network(KUBECTL, "following");
    private static final int GIT_PORT = 8443;

    /** JVMs that start at once on a small machine. */
    private static final Duration START = Duration.ofMinutes(6);

    @RegisterExtension
    final Story story = new Story(
            () -> Cluster.diagnosis(NAMESPACE) + "\noutside:\n" + outside().log());

    private Path directory = Path.of("");
    private @Nullable Cluster cluster;
    private @Nullable Outside outside;
    private List<String> commands = List.of();
    private String publicKey = "";

    @BeforeAll
    void bringUpTheCluster(@TempDir Path directory) throws IOException {
        this.directory = directory;
        // Elsewhere there is no place beside the cluster.
        assumeTrue(Cluster.canHurtContainers());
        cluster = Cluster.up(NAMESPACE);
        outside = new Outside(directory, NAMESPACE);
        Files.createSymbolicLink(
                directory.resolve("distomon-node.jar"),
                Path.of("..", "node", "app", "target", "distomon-node.jar").toRealPath());
        commands = Readme.commandsToJoin();
    }

    @AfterAll
    void leaveEverythingAsItWas() {
        if (outside != null) {
            outside.close();
        }
        if (cluster != null) {
            cluster.leave();
        }
    }

    @Test
    @Order(1)
    void nodesThatAreToBeReachedFromOutsideGetAPortEach() {
        apply(NETWORK.name(), """
                probe: {intervalSeconds: 2}
                nodes: [{id: fra, expose: {type: NodePort}}, {id: ams, expose: {type: NodePort}}]
                """);

        within(START, () -> NETWORK.status().assertWell("2/2"));
        assertThat(ports().values())
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isPositive());
    }

    @Test
    @Order(2)
    void threeCommandsMakeANodeOutsideAMemberThatSeesAllAndIsSeen() {
        assertThat(commands).hasSize(3);
        publicKey = outside().run(commands.get(0));
        applyWithTheOneOutside("http", "");
        within(START, () -> assertThat(KUBECTL.get("configmap", "lab-network")).isPresent());

        outside().run(commands.get(1));
        outside().start(commands.get(2));

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(NETWORK.status().links()).isEmpty();
    }

    @Test
    @Order(3)
    void whenItEndsItIsOfflineAndNobodyElseIsBlamed() {
        outside().close();

        within(START, () -> {
            Status status = NETWORK.status();
            assertThat(status.stateOf(AWAY)).isEqualTo("Offline");
            assertThat(MANAGED)
                    .allSatisfy(node -> assertThat(status.stateOf(node)).isEqualTo("Online"));
        });
    }

    @Test
    @Order(4)
    void withACertificateOfTheNodesAllSpeakHttpsAlsoWithTheOneOutside() throws Exception {
        OwnCertificate own = OwnCertificate.make(
                directory,
                "nodes",
                Stream.concat(
                                MANAGED.stream().map(node -> "dns:lab-%s.%s.svc".formatted(node, NAMESPACE)),
                                Stream.of("ip:" + nodeAddress()))
                        .toArray(String[]::new));
        Files.writeString(directory.resolve("tls.crt"), own.certificate());
        Files.writeString(directory.resolve("tls.key"), own.key());
        outside().run("kubectl create secret tls lab-tls --cert tls.crt --key tls.key");
        applyWithTheOneOutside(
                "https", "tls: {secretName: lab-tls, caCertificates: %s}".formatted(quoted(own.certificate())));
        within(
                START,
                () -> assertThat(NETWORK.configMap("lab-network").get("config.yml"))
                        .contains("https://" + nodeAddress()));

        outside()
                .run("cp tls.crt lab/ca.crt && echo 'tls: {ca_file: ca.crt}' >> lab/nodeconf.yml && "
                        + commands.get(1));
        outside().start(commands.get(2));

        within(START, () -> NETWORK.status().assertWell("3/3"));
        assertThat(NETWORK.configMap("lab-network").get("config.yml")).contains("url: \"https://");
        assertThat(NETWORK.status().links()).isEmpty();
    }

    @Test
    @Order(5)
    void podsFollowARepositoryOutsideTheClusterAndTakeAMemberThatIsCommitted() throws Exception {
        try (ServedRepository repository =
                ServedRepository.start(Files.createDirectories(directory.resolve("git")), Outside.address())) {
            outside().lead(GIT_PORT, repository.https().port());
            Files.writeString(directory.resolve("git.crt"), repository.https().certificate());
            Files.writeString(directory.resolve("git.token"), repository.https().password());
            outside()
                    .run(
                            "kubectl create secret generic my-git --from-literal=username=%s --from-file=password=git.token --from-file=ca.crt=git.crt"
                                    .formatted(HttpsGit.USER));
            apply(FOLLOWING.name(), """
                    membership:
                      type: Git
                      git:
                        url: https://%s:%d/lab.git
                        pollSeconds: 1
                        credentialsSecretRef: {name: my-git}
                    nodes: [{id: fra}, {id: ams}]
                    """.formatted(Outside.address(), GIT_PORT));
            within(
                    START,
                    () -> assertThat(MANAGED)
                            .allSatisfy(node -> assertThat(FOLLOWING.status().publicKeyOf(node))
                                    .isNotEmpty()));

            String first = repository.commit(committed(MANAGED));

            within(START, () -> FOLLOWING.status().assertWell("2/2"));
            assertThat(MANAGED)
                    .allSatisfy(node ->
                            assertThat(FOLLOWING.status().commitOf(node)).isEqualTo(first));
            List<String> pods = MANAGED.stream().map(FOLLOWING::podName).toList();

            String second = repository.commit(committed(List.of("fra", "ams", AWAY)));

            within(START, () -> {
                Status status = FOLLOWING.status();
                assertThat(MANAGED)
                        .allSatisfy(node -> assertThat(status.commitOf(node)).isEqualTo(second));
                assertThat(status.stateOf(AWAY))
                        .as("it runs nowhere, and gets the time to start")
                        .isIn("Unknown", "Offline");
                assertThat(MANAGED)
                        .allSatisfy(node -> assertThat(status.stateOf(node)).isEqualTo("Online"));
            });
            assertThat(MANAGED.stream().map(FOLLOWING::podName).toList()).isEqualTo(pods);
        }
    }

    /** The repository's files, with the keys of those that run here. */
    private static Map<String, String> committed(List<String> members) {
        Map<String, String> files = new HashMap<>();
        files.put(
                "config.yml",
                members.stream()
                        .map(node -> "- {node_id: %s, url: 'http://following-%s.%s.svc:8000', poll_rate: 2, retry: 2}\n"
                                .formatted(node, node, NAMESPACE))
                        .collect(Collectors.joining("", "network_id: following\nnode_config:\n", "")));
        MANAGED.forEach(node ->
                files.put("pubkeys/%s.pub".formatted(node), FOLLOWING.status().publicKeyOf(node)));
        return files;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }

    /** With the addresses that the cluster's machine and the other one have for each other. */
    private void applyWithTheOneOutside(String scheme, String more) {
        Map<String, Integer> ports = ports();
        String managed = MANAGED.stream()
                .map(node -> "{id: %s, url: '%s://%s:%d', expose: {type: NodePort}}"
                        .formatted(node, scheme, nodeAddress(), ports.get(node)))
                .collect(Collectors.joining(", "));
        apply(NETWORK.name(), """
                probe: {intervalSeconds: 2}
                nodes: [%s, {id: %s, type: External, url: 'http://%s:8000', publicKeys: [%s]}]
                %s
                """.formatted(managed, AWAY, Outside.address(), quoted(publicKey), more));
    }

    private static Map<String, Integer> ports() {
        return MANAGED.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        node -> KUBECTL.get("service", "lab-" + node)
                                .orElseThrow()
                                .at("/spec/ports/0/nodePort")
                                .asInt()));
    }

    private static String nodeAddress() {
        return KUBECTL.output(
                        "get",
                        "nodes",
                        "-o",
                        "jsonpath={.items[0].status.addresses[?(@.type==\"InternalIP\")].address}")
                .strip();
    }

    private Outside outside() {
        return Objects.requireNonNull(outside, "it is made with the cluster");
    }

    private static void apply(String name, String spec) {
        Command.Result result = KUBECTL.apply("""
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata: {name: %s}
                spec:
                %s
                """.formatted(name, spec.indent(2)));
        assertThat(result.exitCode()).as("kubectl apply: %s", result.err()).isZero();
    }

    private static void within(Duration limit, ThrowingRunnable expectation) {
        await().atMost(limit).pollInterval(Duration.ofSeconds(3)).untilAsserted(expectation);
    }
}
