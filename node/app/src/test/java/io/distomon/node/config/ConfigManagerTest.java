package io.distomon.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.distomon.core.config.ConfigException;
import io.distomon.node.NetworkOnDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigManagerTest {
    private final List<NodeConfig> changes = new CopyOnWriteArrayList<>();
    private final List<ConfigManager> managers = new ArrayList<>();
    private NetworkOnDisk network;
    private Path directory;
    private ConfigManager manager;

    @BeforeEach
    void load(@TempDir Path root) throws Exception {
        network = new NetworkOnDisk(root, "fra", "ams");
        directory = network.directory("fra");
        manager = open();
    }

    @AfterEach
    void stop() {
        managers.forEach(ConfigManager::stop);
    }

    @Test
    void theSecretsOfTheFilesAreInUse() {
        ApiSecrets secrets = manager.get();

        assertThat(secrets.matches("admin", NetworkOnDisk.PASSWORD)).isTrue();
        assertThat(secrets.matches("admin", "guess")).isFalse();
        assertThat(secrets.matches("root", NetworkOnDisk.PASSWORD)).isFalse();
        assertThat(secrets.jwtKey()).asString().isEqualTo(NetworkOnDisk.JWT_SECRET);
        assertThat(manager.state().toString()).doesNotContain(NetworkOnDisk.PASSWORD, NetworkOnDisk.JWT_SECRET);
    }

    @Test
    void withoutAPasswordNobodyLogsInAndWithoutAJwtSecretTheNodeMakesItsOwn() throws Exception {
        write("nodeconf.yml", "networks: [{name: lab, node_id: fra, config_type: local}]\n");

        ApiSecrets first = open().get();
        ApiSecrets second = open().get();

        assertThat(first.matches("admin", "")).isFalse();
        assertThat(first.jwtKey()).hasSize(32).isNotEqualTo(second.jwtKey());
    }

    @Test
    void allMistakesOfAllNetworksAreToldAtOnce() throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: stranger, config_type: local}
                - {name: missing, node_id: fra, config_type: local}
                - {name: repo, node_id: fra, config_type: git, git_repo: "file:///nowhere"}
                jwt_secret_file: jwt
                """);
        write("jwt", "short\n");

        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no node stranger")
                .hasMessageContaining("networks/missing/config.yml")
                .hasMessageContaining("git_repo of repo, which can't be fetched")
                .hasMessageContaining("5 bytes in jwt_secret_file, expected at least 32");
    }

    @Test
    void mistakesInTheNodesOwnFileDontHideThoseInTheNetworks() throws Exception {
        write("nodeconf.yml", """
                networks: [{name: lab, node_id: stranger, config_type: local}]
                login_password: []
                """);

        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nodeconf.yml:2: login_password: found a list")
                .hasMessageContaining("no node stranger");
    }

    @Test
    void oneNetworkUnderTwoNamesRunsOnce() throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: other, node_id: fra, config_type: local}
                """);
        Path other = Files.createDirectories(directory.resolve("networks/other/"));
        Files.writeString(other.resolve("config.yml"), """
                network_id: lab
                node_config: [{node_id: fra}]
                """);

        ConfigManager opened = open();

        assertThat(opened.state().config().networks()).hasSize(1);
        assertThat(opened.state().error()).contains("other's network_id lab, which is also lab's");
    }

    @Test
    void aNetworkWhoseFilesAreWrongAtStartDoesNotKeepTheOthersFromRunningAndFollowsWhenTheyAreMended()
            throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: other, node_id: fra, config_type: local}
                """);
        ConfigManager opened = open();
        opened.watch(changes::add);
        assertThat(opened.state().config().networks()).hasSize(1);
        assertThat(opened.state().networks().get("other"))
                .isEqualTo(new NetworkState(
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "networks/other/config.yml: found no file, expected a file here"));

        Files.createDirectories(directory.resolve("networks/other"));
        write("networks/other/config.yml", "network_id: other\nnode_config: [{node_id: fra}]\n");

        eventually().until(() -> opened.state().config().networks().size() == 2);
        assertThat(opened.state().error()).isNull();
    }

    @Test
    void filesOfOneNetworkThatBecomeWrongDontKeepOthersFromChanging() throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: other, node_id: fra, config_type: local}
                """);
        Files.createDirectories(directory.resolve("networks/other"));
        write("networks/other/config.yml", "network_id: other\nnode_config: [{node_id: fra}]\n");
        ConfigManager opened = open();
        opened.watch(changes::add);

        write("networks/other/config.yml", "network_id: [\n");
        eventually().until(() -> opened.state().error() != null);
        network.writeShared("fra", List.of("fra"));

        eventually().until(() -> !changes.isEmpty());
        assertThat(changes.getFirst().networks())
                .extracting(
                        each -> each.config().networkId(),
                        each -> each.config().members().size())
                .containsExactly(tuple("lab", 1), tuple("other", 1));
    }

    @Test
    void nothingIsReadAgainWhileNothingChanges() throws Exception {
        manager.watch(changes::add);
        int before = manager.readings();

        // The password's file is looked at as often as the network's.
        write("password", "another\n");
        eventually().until(() -> manager.get().matches("admin", "another"));

        assertThat(manager.readings()).isEqualTo(before);
    }

    @Test
    void aChangeOfAFileElsewhereThatALinkLeadsToIsFound(@TempDir Path elsewhere) throws Exception {
        Path file = Files.move(directory.resolve("nodeconf.yml"), elsewhere.resolve("nodeconf.yml"));
        Files.createSymbolicLink(directory.resolve("nodeconf.yml"), file);
        ConfigManager looking = open();
        looking.watch(changes::add);

        Files.writeString(file, Files.readString(file) + "unknown: true\n");

        eventually().until(() -> !changes.isEmpty());
        assertThat(changes.getLast().warnings()).anyMatch(text -> text.contains("unknown key \"unknown\""));
    }

    @Test
    void aChangeIsHandedOnOnceAndWithTheKeyThatRuns() throws Exception {
        NodeConfig before = manager.state().config();
        manager.watch(changes::add);

        network.writeShared("fra", List.of("fra"));

        eventually().until(() -> !changes.isEmpty() && manager.state().config().equals(changes.getFirst()));
        assertThat(changes).hasSize(1);
        assertThat(changes.getFirst().networks().getFirst().config().members()).hasSize(1);
        assertThat(changes.getFirst().networks().getFirst().signer().keyid())
                .isEqualTo(before.networks().getFirst().signer().keyid());
    }

    /** As the kubelet refreshes one: a new directory beside the old one, then one link is turned. It is whole by then. */
    @Test
    void aMountedSecretThatIsRefreshedIsTakenWithoutSettling() throws Exception {
        Path mount = directory.resolve("networks/lab");
        Path files = Files.move(mount, directory.resolve("networks/files"));
        Files.createDirectories(mount);
        Path first = Files.move(files, mount.resolve("..first"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..first"));
        for (String file : List.of("config.yml", "fra.pub", "ams.pub")) {
            Files.createSymbolicLink(mount.resolve(file), Path.of("..data", file));
        }
        // A start waits for files that were written just now.
        try (Stream<Path> written = Files.walk(directory)) {
            for (Path file : written.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
            }
        }
        ConfigManager mounted = open(Duration.ofMillis(50), Duration.ofHours(1));
        mounted.watch(changes::add);
        Path second = Files.createDirectories(mount.resolve("..second"));
        for (String file : List.of("config.yml", "fra.pub", "ams.pub")) {
            String text = Files.readString(first.resolve(file));
            Files.writeString(second.resolve(file), text.replace("retry: 1", "retry: 7"));
        }

        Files.createSymbolicLink(mount.resolve("..next"), Path.of("..second"));
        Files.move(mount.resolve("..next"), mount.resolve("..data"), StandardCopyOption.REPLACE_EXISTING);

        eventually().until(() -> !changes.isEmpty());
        assertThat(changes.getFirst().networks().getFirst().config().members())
                .allSatisfy(member -> assertThat(member.retry()).isEqualTo(7));
    }

    @Test
    void aListenerThatFailsIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        manager.watch(changed -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("a bug");
            }
        });

        network.writeShared("fra", List.of("fra"));

        eventually().until(() -> asked.get() == 3 && manager.state().error() == null);
        assertThat(manager.state().config().networks().getFirst().config().members())
                .hasSize(1);
    }

    @Test
    void aNewPasswordHoldsWithoutARestart() throws Exception {
        manager.watch(changes::add);

        write("password", "another\n");

        eventually().until(() -> manager.get().matches("admin", "another"));
        assertThat(manager.get().matches("admin", NetworkOnDisk.PASSWORD)).isFalse();
    }

    @Test
    void aPrivateKeyThatVanishesIsNotMadeAnew() throws Exception {
        Path key = directory.resolve(".private_keys/fra_lab.key");
        Files.delete(key);
        manager.watch(changes::add);

        network.writeShared("fra", List.of("fra"));

        eventually().until(() -> !changes.isEmpty());
        assertThat(key).doesNotExist();
    }

    @Test
    void filesThatNoLongerPublishOurKeyAreAnErrorAndNotUsed() throws Exception {
        NodeConfig before = manager.state().config();
        manager.watch(changes::add);

        write("networks/lab/fra.pub", network.signer("ams").verifier().pem());
        write("networks/lab/ams.pub", network.signer("fra").verifier().pem());

        eventually().until(() -> manager.state().error() != null);
        assertThat(manager.state().error())
                .contains(network.signer("fra").verifier().fingerprint());
        assertThat(manager.state().config()).isSameAs(before);
        assertThat(changes).isEmpty();
    }

    private ConfigManager open() throws ConfigException, InterruptedException {
        return open(Duration.ofMillis(50), Duration.ofMillis(100));
    }

    private ConfigManager open(Duration pollInterval, Duration settle) throws ConfigException, InterruptedException {
        ConfigManager opened = new ConfigManager(new ConfigProperties(
                directory.toString(), "nodeconf.yml", pollInterval, settle, null, Duration.ofSeconds(20), false));
        managers.add(opened);
        return opened;
    }

    private void write(String file, String text) throws Exception {
        Files.writeString(directory.resolve(file), text);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(40));
    }
}
