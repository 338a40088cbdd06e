package io.distomon.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.distomon.core.config.ConfigException;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.git.GitSshServer;
import io.distomon.node.git.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose network is in a git repository: what it runs with while the repository changes. */
class GitConfigTest {
    private final List<NodeConfig> changes = new CopyOnWriteArrayList<>();
    private final List<ConfigManager> managers = new ArrayList<>();
    private Path directory;
    private Upstream upstream;
    private Map<String, String> files;

    @BeforeEach
    void publish(@TempDir Path root) throws Exception {
        NetworkOnDisk network = new NetworkOnDisk(root, "fra", "ams");
        directory = network.directory("fra");
        upstream = new Upstream(root.resolve("upstream"));
        files = new HashMap<>();
        try (Stream<Path> local = Files.list(directory.resolve("networks/lab"))) {
            for (Path file : local.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        Files.writeString(directory.resolve("nodeconf.yml"), """
                networks:
                - {name: lab, node_id: fra, config_type: github, git_repo: "%s", git_poll_seconds: 1}
                login_password: x
                """.formatted(upstream.url()));
    }

    @AfterEach
    void stop() {
        managers.forEach(ConfigManager::stop);
        upstream.close();
    }

    @Test
    void aNodeRunsWithWhatTheRepositorySays() throws Exception {
        String commit = upstream.commit(files);

        ConfigManager manager = open();

        assertThat(manager.state().error()).isNull();
        assertThat(state(manager).commit()).isEqualTo(commit);
        assertThat(state(manager).fetchedAt()).isNotNull();
        assertThat(manager.state().config().networks().getFirst().config().members())
                .hasSize(2);
    }

    @Test
    void aBrokenCommitChangesNothingAndTheNextGoodOneIsTaken() throws Exception {
        String good = upstream.commit(files);
        ConfigManager manager = open();
        manager.watch(changes::add);

        String broken = upstream.commit(Map.of("config.yml", "network_id: [\n"));
        eventually().until(() -> manager.state().error() != null);

        assertThat(manager.state().error()).startsWith("commit %s: lab/config.yml:".formatted(broken.substring(0, 12)));
        assertThat(state(manager).commit()).isEqualTo(good);
        assertThat(changes).isEmpty();

        String mended = upstream.commit(Map.of("config.yml", retry(7)));
        eventually().until(() -> mended.equals(state(manager).commit()));

        assertThat(manager.state().error()).isNull();
        assertThat(changes.getLast().networks().getFirst().config().members())
                .allSatisfy(member -> assertThat(member.retry()).isEqualTo(7));
    }

    @Test
    void aRepositoryBySshIsFollowedLikewise() throws Exception {
        String good = upstream.commit(files);
        KeyPair ours = GitSshServer.newKey();
        try (GitSshServer server = new GitSshServer(upstream, ours)) {
            GitSshServer.write(ours, directory.resolve("id"));
            Files.writeString(directory.resolve("hosts"), server.knownHost(server.hostKey()));
            Files.writeString(directory.resolve("nodeconf.yml"), """
                    networks:
                    - {name: lab, node_id: fra, config_type: git, git_repo: "%s", git_poll_seconds: 1,
                       git_branch: main, git_ssh_key_file: id, git_ssh_known_hosts_file: hosts}
                    login_password: x
                    """.formatted(server.url()));
            ConfigManager manager = open();
            manager.watch(changes::add);
            assertThat(state(manager).commit()).isEqualTo(good);

            upstream.commit(Map.of("config.yml", "network_id: [\n"));
            eventually().until(() -> manager.state().error() != null);
            assertThat(state(manager).commit()).isEqualTo(good);

            String mended = upstream.rewrite(Map.of("config.yml", retry(7)));
            eventually().until(() -> mended.equals(state(manager).commit()));
            assertThat(manager.state().error()).isNull();
            assertThat(manager.state().config().networks().getFirst().config().warnings())
                    .anyMatch(text -> text.startsWith("the history was rewritten: commit " + mended.substring(0, 12)));
        }
    }

    @Test
    void aNodeThatStartsWhileTheNewestCommitIsBrokenRunsWithTheLastGoodOne() throws Exception {
        String good = upstream.commit(files);
        ConfigManager before = open();
        before.watch(changes::add);
        before.stop();
        upstream.commit(Map.of("config.yml", "network_id: [\n"));

        ConfigManager after = open();
        after.watch(changes::add);

        assertThat(state(after).commit()).isEqualTo(good);
        eventually().until(() -> after.state().error() != null);
        assertThat(state(after).commit()).isEqualTo(good);
        assertThat(after.state().config().networks()).hasSize(1);
    }

    @Test
    void aNodeStartsWithoutTheRepositoryOnceItHasFetchedIt() throws Exception {
        String good = upstream.commit(files);
        open().stop();
        upstream.vanish();

        ConfigManager after = open();
        after.watch(changes::add);

        assertThat(state(after).commit()).isEqualTo(good);
        eventually().until(() -> after.state().error() != null);
        assertThat(after.state().error()).contains("git_repo of lab, which can't be fetched");

        upstream.comeBack();
        eventually().until(() -> after.state().error() == null);
        assertThat(state(after).fetchedAt()).isNotNull();
    }

    /** As a machine leaves it that loses its power. */
    @Test
    void aNodeWhoseCloneIsDamagedStartsWithWhatTheRepositoryHas() throws Exception {
        String good = upstream.commit(files);
        open().stop();
        damage(good);

        ConfigManager after = open();

        assertThat(state(after).commit()).isEqualTo(good);
        assertThat(after.state().error()).isNull();
    }

    @Test
    void aNodeWhoseCloneIsDamagedTellsSoWhenTheRepositoryIsAwayAndStartsOnceItIsBack() throws Exception {
        String good = upstream.commit(files);
        open().stop();
        damage(good);
        upstream.vanish();

        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("git_repo of lab, which can't be fetched")
                .hasMessageContaining(
                        "commit %s of lab, which can't be used: found a damaged copy", good.substring(0, 12));

        upstream.comeBack();
        ConfigManager after = open();
        assertThat(state(after).commit()).isEqualTo(good);
        assertThat(after.state().error()).isNull();
    }

    /** Without what is in its packs. */
    private void damage(String commit) throws IOException {
        List<Path> packs;
        try (Stream<Path> all = Files.walk(directory.resolve(".git_networks/lab"))) {
            packs = all.filter(file ->
                            file.toString().endsWith(".pack") && file.toString().contains(commit + ".git"))
                    .toList();
        }
        assertThat(packs).isNotEmpty();
        for (Path pack : packs) {
            Files.delete(pack);
            Files.writeString(pack, "");
        }
    }

    @Test
    void withoutAnyCommitThereIsNothingToStartWith() throws Exception {
        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("git_repo of lab, which can't be fetched: found no commit");
    }

    @Test
    void whileARepositoryStaysAsItIsNothingOfItIsReadAgain() throws Exception {
        upstream.commit(files);
        ConfigManager manager = open();
        manager.watch(changes::add);
        int before = manager.readings();

        for (int times = 0; times < 2; times++) {
            Instant last = state(manager).fetchedAt();
            eventually().until(() -> !Objects.equals(state(manager).fetchedAt(), last));
        }

        assertThat(manager.readings()).isEqualTo(before);
        assertThat(changes).isEmpty();
    }

    @Test
    void aNodeThatNeverHadTheRepositoryRunsItsOtherNetworkUntilItComesBack() throws Exception {
        upstream.commit(files);
        upstream.vanish();
        addLocalNetwork();

        ConfigManager manager = open();
        manager.watch(changes::add);

        assertThat(manager.state().config().networks()).hasSize(1);
        eventually()
                .untilAsserted(() -> assertThat(manager.state().error())
                        .startsWith("nodeconf.yml: found git_repo of lab, which can't be fetched: "));
        assertThat(state(manager).running()).isFalse();

        upstream.comeBack();

        eventually().until(() -> manager.state().config().networks().size() == 2);
        assertThat(manager.state().error()).isNull();
    }

    private void addLocalNetwork() throws IOException {
        Files.createDirectories(directory.resolve("networks/other"));
        Files.writeString(
                directory.resolve("networks/other/config.yml"), "network_id: other\nnode_config: [{node_id: fra}]\n");
        Files.writeString(directory.resolve("nodeconf.yml"), """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: "%s", git_poll_seconds: 1}
                - {name: other, node_id: fra, config_type: local}
                login_password: x
                """.formatted(upstream.url()));
    }

    @Test
    void aNetworkOfGitAndALocalOneRunSideBySideAndTheLocalOneNeedsNoRepository() throws Exception {
        addLocalNetwork();
        ConfigManager manager = open();
        manager.watch(changes::add);
        assertThat(manager.state().config().networks()).hasSize(1);
        assertThat(state(manager).running()).isFalse();

        upstream.commit(files);

        eventually().until(() -> manager.state().config().networks().size() == 2);
        assertThat(manager.state().error()).isNull();
    }

    @Test
    void aPrivateKeyIsMadeOutsideOfWhatIsFetchedAndRunsUnpublished() throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        files.remove("fra.pub");
        upstream.commit(files);

        ConfigManager manager = open();

        assertThat(directory.resolve(".private_keys/fra_lab.key")).isRegularFile();
        assertThat(manager.state().config().networks().getFirst().config().warnings())
                .anyMatch(text -> text.startsWith("lab/fra.pub: no public key of fra"));
        try (Stream<Path> fetched = Files.walk(directory.resolve(".git_networks"))) {
            assertThat(fetched.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .doesNotContain("fra_lab.key", "fra.pub");
        }
    }

    @Test
    void whereTheRepositoryPublishesAKeyOfOursThatIsNotHereNoOtherIsMade() throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        String commit = upstream.commit(files).substring(0, 12);

        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "commit %s: .private_keys/fra_lab.key: found no file, though lab/fra.pub publishes a key of ours",
                        commit);
        assertThat(directory.resolve(".private_keys")).isEmptyDirectory();
    }

    private NetworkState state(ConfigManager manager) {
        return Objects.requireNonNull(manager.state().networks().get("lab"));
    }

    private String retry(int retry) {
        return Objects.requireNonNull(files.get("config.yml")).replace("retry: 1", "retry: " + retry);
    }

    private ConfigManager open() throws ConfigException, InterruptedException {
        ConfigManager manager = new ConfigManager(new ConfigProperties(
                directory.toString(),
                "nodeconf.yml",
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                null,
                Duration.ofSeconds(20),
                false));
        managers.add(manager);
        return manager;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90));
    }
}
