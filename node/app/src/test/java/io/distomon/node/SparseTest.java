package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six real nodes, of which each is polled by three others. */
class SparseTest {
    private static final List<String> IDS = List.of("ams", "fra", "hel", "nyc", "rio", "syd");

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private NetworkOnDisk network;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        network = new NetworkOnDisk(directory, IDS.toArray(String[]::new));
        for (String id : IDS) {
            configure(id, 60); // Nobody is lost for not having started yet.
            nodes.put(id, Node.start(network.properties(id)));
        }
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
    }

    @Test
    void threeLookAtEachAndEverybodyKnowsAndMoreLookWhenOneIsLost() throws Exception {
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                for (JsonNode node : view(asker).get("nodes")) {
                    assertThat(node.get("state").asText()).isEqualTo("Online");
                    assertThat(node.get("shown_as").asText()).isEqualTo("3 of 3");
                }
            }
        });

        // Its files say that it answers elsewhere, so that nobody reaches it: without a farewell.
        Objects.requireNonNull(nodes.get("rio")).close();
        nodes.put("rio", Node.start(elsewhere("rio")));
        for (String id : IDS) {
            configure(id, 1);
        }

        eventually().untilAsserted(() -> {
            for (String asker : List.of("ams", "fra", "hel", "nyc", "syd")) {
                assertThat(node(asker, "rio").get("observers").asInt()).isEqualTo(5);
            }
        });
    }

    private void configure(String id, int retry) throws IOException {
        network.writeShared(id, IDS);
        Path file = network.directory(id).resolve("networks/lab/config.yml");
        String text = Files.readString(file).replace("retry: 1\n", "retry: " + retry + "\n");
        Files.writeString(file, text + "topology: sparse\ndegree: 3\n");
    }

    private JsonNode node(String asker, String id) throws Exception {
        return new Verdicts(view(asker)).of(id);
    }

    private JsonNode view(String asker) throws Exception {
        return ApiClient.ask(network.apiPort(asker), "/view/lab");
    }

    /** The node with its API on its management port, and the other way round. */
    private Map<String, Object> elsewhere(String id) {
        Map<String, Object> properties = new LinkedHashMap<>(network.properties(id));
        properties.put("micronaut.server.port", network.managementPort(id));
        properties.put("endpoints.all.port", network.apiPort(id));
        return properties;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300));
    }
}
