package io.distomon.e2e.demo.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that does not start says why. */
class NodeProcessIT {
    private static final NodeProgram PROGRAM = new NodeProgram(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Path.of("..", "node", "app", "target", "distomon-node.jar"),
            Path.of("no-cache"));

    @TempDir
    Path directory;

    @Test
    void aPortThatGotTakenIsNamedWithTheEndOfTheLog() throws Exception {
        Files.createDirectories(directory.resolve("networks/lab"));
        Files.writeString(directory.resolve("nodeconf.yml"), """
                networks: [{name: lab, node_id: fra, config_type: local}]
                login_password: secret
                """);
        Files.writeString(directory.resolve("networks/lab/config.yml"), """
                network_id: lab
                node_config: [{node_id: fra, url: "http://127.0.0.1:9"}]
                """);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> obituary = obituary("nodeconf.yml", taken.getLocalPort());

            assertThat(obituary.getFirst())
                    .startsWith("its process ended with exit code 1: ")
                    .contains(String.valueOf(taken.getLocalPort()));
            assertThat(obituary.subList(1, obituary.size()))
                    .hasSizeBetween(1, 10)
                    .allSatisfy(line -> assertThat(line).startsWith("  | "));
        }
    }

    @Test
    void aConfigThatCannotBeUsedIsTheReason() throws Exception {
        List<String> obituary = obituary("other.yml", 1);

        assertThat(obituary.getFirst()).startsWith("its process ended with exit code 78: ");
        assertThat(obituary).anySatisfy(line -> assertThat(line).contains("other.yml: found no file"));
    }

    private List<String> obituary(String configFile, int port) throws Exception {
        try (Guard guard = Guard.start(directory, true)) {
            NodeProcess node = NodeProcess.start(
                    PROGRAM, guard, directory, configFile, Map.of(), directory.resolve("fra.log"), port, 0);
            try {
                await().atMost(Duration.ofMinutes(2)).until(node::endedByItself);
                return node.obituary();
            } finally {
                node.destroy();
            }
        }
    }
}
