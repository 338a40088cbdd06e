package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.e2e.git.HttpsGit;
import io.distomon.e2e.git.ServedRepository;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network whose members a repository names, from its first commit on: the operator before a real API server, real nodes
 * that run as it says, and git itself, by https and by ssh. One story, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GitMembershipTest extends OperatorBeforeApiServer {
    private static final String CREDENTIALS = "my-git";
    private static final List<String> NODES = List.of("fra", "ams");
    private static final String NYC_KEY = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAmTYVT7+7nJa7/XsUDnWYq0wrwds/r3JINL6LrMtTLcM=
            -----END PUBLIC KEY-----
            """;

    /** JVMs that start at once on a small machine, and a look at the repository each second. */
    private static final Duration START = Duration.ofMinutes(5);

    private PlayedKubelet kubelet;
    private ServedRepository repository;
    private RunningOperator operator;

    GitMembershipTest() {
        super("e2e-git");
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        kubelet = new PlayedKubelet(client, namespace, Files.createDirectories(directory.resolve("pods")), NODES);
        repository = ServedRepository.start(directory);
        operator = startOperator(namespace, "distomon-node:test", server.url(), network -> kubelet.addresses());
    }

    @AfterAll
    void stop() throws Exception {
        if (operator != null) {
            operator.close();
        }
        kubelet.close();
        repository.close();
    }

    @Test
    @Order(1)
    void aSecretThatIsNotThereIsNamedAndNothingIsMadeOfIt() {
        apply("lab", byHttps());

        DistomonNetwork network = untilSaid("lab", "KeysReady", ConditionStatus.False, "SecretMissing");

        assertThat(condition(network, "KeysReady").message())
                .startsWith("membership.git.credentialsSecretRef: found no Secret e2e-git/my-git");
        assertThat(names(Secret.class, "lab")).doesNotContain("lab-git");
        assertThat(names(Deployment.class, "lab")).isEmpty();
    }

    @Test
    @Order(2)
    void untilTheRepositoryNamesThemTheNodesWaitAndSayWhyAndTheirKeysAreInTheStatus() {
        give(httpsCredentials());
        String commit = repository.commit(Map.of("config.yml", "network_id: lab\nnode_config: []\n"));

        await(() -> assertThat(accepted()).startsWith("CommitRefused: commit " + shortId(commit)));

        assertThat(status(network("lab")).nodes())
                .extracting(NodeStatus::id, node -> node.publicKeys().size())
                .containsExactly(tuple("fra", 1), tuple("ams", 1));
    }

    @Test
    @Order(3)
    void theNodesRunOnceTheirKeysAreCommittedAndSayWithWhichCommit() {
        String commit = repository.commit(members());

        await(() -> {
            assertThat(accepted()).isEqualTo("Valid: the spec is valid");
            assertThat(commits()).isEqualTo(Map.of("fra", commit, "ams", commit));
            assertThat(condition(network("lab"), "MeshHealthy").message()).isEqualTo("2 of 2 nodes are online");
        });
    }

    @Test
    @Order(4)
    void aMemberThatACommitAddsAppears() {
        Map<String, String> files = new HashMap<>(members());
        files.merge("config.yml", member("nyc", NOBODY), String::concat);
        files.put("pubkeys/nyc.pub", NYC_KEY);
        repository.commit(files);

        await(() -> assertThat(status(network("lab")).nodes())
                .extracting(NodeStatus::id, NodeStatus::state)
                // It gets the time to start.
                .containsAnyOf(tuple("nyc", NodeState.Unknown), tuple("nyc", NodeState.Offline))
                .hasSize(3));
        assertThat(names(Secret.class, "lab")).as("it runs elsewhere").noneMatch(name -> name.contains("nyc"));
    }

    @Test
    @Order(5)
    void whileTheNetworkIsPausedAnotherMembershipDoesNotChangeWhoIsShown() {
        apply("lab", "{paused: true, nodes: [{id: fra}, {id: ams}]}");
        await(() -> assertThat(status(network("lab")).observedGeneration())
                .isEqualTo(network("lab").getMetadata().getGeneration()));

        assertThat(status(network("lab")).nodes()).extracting(NodeStatus::id).containsExactly("fra", "ams", "nyc");
        apply("lab", byHttps());
        await(() -> assertThat(accepted()).isEqualTo("Valid: the spec is valid"));
    }

    @Test
    @Order(6)
    void aBadCommitIsNamedAndTheLastGoodOneGoesOn() {
        Map<String, String> before = commits();
        String bad = repository.commit(Map.of("config.yml", "network_id: [\n"));

        await(() -> assertThat(accepted())
                .startsWith(
                        "CommitRefused: commit %s of the repository is refused by fra, ams, and commit %s goes on: commit %s: "
                                .formatted(
                                        shortId(bad), shortId(Objects.requireNonNull(before.get("fra"))), shortId(bad)))
                .contains("config.yml:2:1"));

        assertThat(commits()).isEqualTo(before);
        assertThat(condition(network("lab"), "Stalled").reason()).isEqualTo("CommitRefused");
        assertThat(status(network("lab")).nodes())
                .filteredOn(node -> NODES.contains(node.id()))
                .extracting(NodeStatus::state)
                .containsOnly(NodeState.Online);

        String good = repository.commit(members());
        await(() -> {
            assertThat(accepted()).isEqualTo("Valid: the spec is valid");
            assertThat(commits()).containsEntry("fra", good);
            assertThat(status(network("lab")).nodes()).hasSize(2);
        });
    }

    @Test
    @Order(7)
    void anotherPasswordIsFollowedWithoutARestart() {
        List<Long> pids = NODES.stream().map(kubelet::pid).toList();
        repository.https().changePassword("glpat-2");
        await(() -> assertThat(accepted())
                .startsWith("RepositoryUnreachable: the spec is valid; ")
                .contains("not authorized")
                .doesNotContain("glpat"));

        give(httpsCredentials());

        String commit = repository.commit(members());
        await(() -> assertThat(commits()).isEqualTo(Map.of("fra", commit, "ams", commit)));
        await(() -> assertThat(accepted()).isEqualTo("Valid: the spec is valid"));
        assertThat(NODES.stream().map(kubelet::pid).toList()).isEqualTo(pids);
    }

    @Test
    @Order(8)
    void theSameRepositoryIsFollowedBySshWithoutARestart() {
        List<Long> pids = NODES.stream().map(kubelet::pid).toList();
        give(Map.of(
                "ssh-privatekey",
                repository.ssh().privateKey(),
                "known_hosts",
                repository.ssh().knownHosts()));
        apply("lab", spec(repository.ssh().url()));

        String commit = repository.commit(members());

        await(() -> assertThat(commits()).isEqualTo(Map.of("fra", commit, "ams", commit)));
        await(() -> assertThat(accepted()).isEqualTo("Valid: the spec is valid"));
        assertThat(secret("lab-git").getData()).containsOnlyKeys("ssh-privatekey", "known_hosts");
        assertThat(NODES.stream().map(kubelet::pid).toList()).isEqualTo(pids);
    }

    @Test
    @Order(9)
    void aSecretThatIsTakenAwayIsToldAndTheNodesGoOnWithTheCopy() {
        secrets(CREDENTIALS).delete();
        DistomonNetwork network = untilSaid("lab", "KeysReady", ConditionStatus.False, "SecretMissing");
        assertThat(condition(network, "KeysReady").message())
                .endsWith("; the nodes go on with what Secret lab-git has");

        String commit = repository.commit(members());

        await(() -> assertThat(commits()).isEqualTo(Map.of("fra", commit, "ams", commit)));
    }

    @Test
    @Order(10)
    void anotherKeyIsUsedOnceItIsCommittedAndEverybodyHasIt() {
        give(Map.of(
                "ssh-privatekey",
                repository.ssh().privateKey(),
                "known_hosts",
                repository.ssh().knownHosts()));
        apply("lab", spec(repository.ssh().url()).replace("{id: fra}", "{id: fra, keyGeneration: 2}"));
        await(() -> assertThat(fra().publicKeys()).hasSize(2));
        await(() -> assertThat(accepted())
                .isEqualTo(
                        "KeysNotCommitted: the spec is valid; the repository has not all public keys that status.nodes"
                                + " has of fra"));
        assertThat(fra().keyGeneration()).isEqualTo(1);

        repository.commit(members());

        await(() -> {
            assertThat(fra().keyGeneration()).isEqualTo(2);
            assertThat(fra().publicKeys()).hasSize(1);
            assertThat(fra().state()).isEqualTo(NodeState.Online);
        });
        assertThat(names(Secret.class, "lab")).contains("lab-fra-key-2").doesNotContain("lab-fra-key-1");
    }

    private NodeStatus fra() {
        return status(network("lab")).nodes().getFirst();
    }

    private String byHttps() {
        return spec(repository.https().url());
    }

    private static String spec(String url) {
        return "{nodes: [{id: fra}, {id: ams}], membership: {type: Git, git: {url: '%s', pollSeconds: 1, credentialsSecretRef: {name: %s}}}}"
                .formatted(url, CREDENTIALS);
    }

    private Map<String, String> httpsCredentials() {
        return Map.of(
                "username",
                HttpsGit.USER,
                "password",
                repository.https().password(),
                "ca.crt",
                repository.https().certificate());
    }

    private void give(Map<String, String> entries) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(CREDENTIALS)
                        .endMetadata()
                        .withStringData(entries)
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    /** The files of a network of those that run here, with the keys that the status has. */
    private Map<String, String> members() {
        Map<String, String> files = new HashMap<>();
        files.put(
                "config.yml",
                "network_id: lab\nnode_config:\n"
                        + NODES.stream()
                                .map(node -> member(node, kubelet.url(node)))
                                .collect(Collectors.joining()));
        status(network("lab")).nodes().stream()
                .filter(node -> NODES.contains(node.id()))
                .forEach(node -> files.put("pubkeys/%s.pub".formatted(node.id()), String.join("", node.publicKeys())));
        return files;
    }

    private static String member(String node, URI url) {
        return "- {node_id: %s, url: '%s', poll_rate: 3, retry: 2}\n".formatted(node, url);
    }

    private String accepted() {
        Condition accepted = condition(network("lab"), "Accepted");
        return accepted.reason() + ": " + accepted.message();
    }

    /** The commit of each node that runs here. */
    private Map<String, String> commits() {
        return status(network("lab")).nodes().stream()
                .filter(node -> node.commit() != null)
                .collect(Collectors.toMap(NodeStatus::id, node -> Objects.requireNonNull(node.commit())));
    }

    private static String shortId(String commit) {
        return commit.substring(0, 12);
    }

    /** The kubelet looks as often as the test does. */
    private void await(ThrowingRunnable expectation) {
        Awaitility.await().atMost(START).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            kubelet.sync("lab");
            expectation.run();
        });
    }
}
