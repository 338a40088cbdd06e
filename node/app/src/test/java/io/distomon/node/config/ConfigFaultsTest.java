package io.distomon.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.distomon.node.NetworkOnDisk;
import io.distomon.node.git.Upstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong around the files: they come slowly, their disk fails, their network is away. */
class ConfigFaultsTest {
    private final List<NodeConfig> changes = new CopyOnWriteArrayList<>();
    private final List<ConfigManager> managers = new ArrayList<>();
    private NetworkOnDisk network;
    private Path directory;

    @BeforeEach
    void write(@TempDir Path root) {
        network = new NetworkOnDisk(root, "fra", "ams", "nyc");
        directory = network.directory("fra");
    }

    @AfterEach
    void stop() {
        managers.forEach(ConfigManager::stop);
    }

    @Test
    void aFileThatIsCopiedSlowlyIsNeverTakenForFewerMembers() throws Exception {
        Path file = directory.resolve("networks/lab/config.yml");
        List<String> lines =
                Files.readString(file).replace("retry: 1", "retry: 7").lines().toList();
        // Much longer than the pauses below, on a machine that does other things meanwhile.
        ConfigManager manager = open(Duration.ofSeconds(20), null, Duration.ofSeconds(5));
        manager.watch(changes::add);

        // Each cut is at a line's end, and valid YAML.
        for (int count = 4; count <= lines.size(); count++) {
            Files.writeString(file, String.join("\n", lines.subList(0, count)) + "\n");
            if (count < lines.size()) {
                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> changes.isEmpty() && manager.state().error() == null);
            }
        }

        await().atMost(Duration.ofSeconds(40)).until(() -> !changes.isEmpty());
        assertThat(changes).hasSize(1);
        assertThat(changes.getFirst().networks().getFirst().config().members())
                .hasSize(3)
                .allSatisfy(member -> assertThat(member.retry()).isEqualTo(7));
    }

    /** Whatever stands in their place: what is there again is read again. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            networks/lab/config.yml | networks/lab/config.yml: found a file that can't be read | found no regular file
            networks/lab            | networks/lab/config.yml: found no file                   | found no file
            nodeconf.yml            | nodeconf.yml: found a file that can't be read            | found no regular file
            """)
    void filesThatCantBeReadForAWhileChangeNothingAndAreTakenOnceTheyAreBack(
            String name, String ofLinkToItself, String ofSomethingElse) throws Exception {
        ConfigManager manager = open(Duration.ofSeconds(20), null, Duration.ofMillis(100));
        manager.watch(changes::add);
        NodeConfig before = manager.state().config();
        Path place = directory.resolve(name);
        Path away = Files.move(place, directory.resolve("away"));

        int readings = manager.readings();
        Files.createSymbolicLink(place, place.getFileName());
        awaitError(manager, ofLinkToItself, name, readings);
        readings = manager.readings();
        Files.delete(place);
        if (Files.isDirectory(away)) {
            Files.writeString(place, "a file in place of a directory");
        } else {
            Files.createDirectory(place);
        }
        awaitError(manager, ofSomethingElse, name, readings);
        assertThat(manager.state().config()).isEqualTo(before);
        assertThat(changes).isEmpty();

        Files.delete(place);
        Files.move(away, place);
        Path config = directory.resolve("networks/lab/config.yml");
        Files.writeString(config, Files.readString(config).replace("retry: 1", "retry: 7"));

        await().atMost(Duration.ofSeconds(20)).until(() -> manager.state().error() == null && !changes.isEmpty());
        assertThat(changes.getLast().networks().getFirst().config().members())
                .allSatisfy(member -> assertThat(member.retry()).isEqualTo(7));
    }

    /** @param readings how often a network's files had been read before */
    private static void awaitError(ConfigManager manager, String expected, String name, int readings) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(manager.state().error()).startsWith(name).contains(expected);
            if (name.startsWith("networks/")) {
                assertThat(manager.readings()).isGreaterThan(readings);
            }
        });
    }

    @Test
    void aRepositoryThatDoesNotAnswerHoldsUpNoOtherNetwork() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(directory.resolve("nodeconf.yml"), """
                    networks:
                    - {name: lab, node_id: fra, config_type: local}
                    - {name: repo, node_id: fra, config_type: git, git_repo: "http://127.0.0.1:%s/lab.git"}
                    """.formatted(silent.getLocalPort()));

            ConfigManager manager =
                    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> open(Duration.ofSeconds(120), null));

            assertThat(manager.state().config().networks()).hasSize(1);
            assertThat(manager.state().error()).contains("git_repo of repo, which was not fetched yet");
        }
    }

    @Test
    void whereNothingCanBeKeptOfARepositoryTheOtherNetworksRun(@TempDir Path elsewhere) throws Exception {
        Path full = Files.writeString(elsewhere.resolve("full"), "a file stands in for a disk that takes no directory");
        try (Upstream upstream = new Upstream(elsewhere.resolve("upstream"))) {
            Files.writeString(directory.resolve("nodeconf.yml"), """
                    networks:
                    - {name: lab, node_id: fra, config_type: local}
                    - {name: repo, node_id: fra, config_type: git, git_repo: "%s"}
                    """.formatted(upstream.url()));

            ConfigManager manager =
                    open(Duration.ofSeconds(20), full.resolve("git").toString());

            assertThat(manager.state().config().networks()).hasSize(1);
            assertThat(manager.state().error()).contains("nothing can be written to");
        }
    }

    private ConfigManager open(Duration gitTimeout, @Nullable String gitDirectory) throws Exception {
        return open(gitTimeout, gitDirectory, Duration.ofSeconds(1));
    }

    private ConfigManager open(Duration gitTimeout, @Nullable String gitDirectory, Duration settle) throws Exception {
        ConfigManager opened = new ConfigManager(new ConfigProperties(
                directory.toString(), "nodeconf.yml", Duration.ofMillis(50), settle, gitDirectory, gitTimeout, false));
        managers.add(opened);
        return opened;
    }
}
