package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes on loopback ports that come up one after the other, and are restarted on purpose. */
class RestartTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");
    private static final Map<String, String> ALL_ONLINE = Map.of("fra", "Online", "ams", "Online", "nyc", "Online");

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final List<String> alarms = new ArrayList<>();
    private NetworkOnDisk network;

    @BeforeEach
    void write(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
    }

    @Test
    void whoComesUpIsUnknownAndThenOnlineAndNothingIsCalledBroken() throws Exception {
        for (String id : IDS) {
            start(id);
            look();
        }

        untilAllAreOnline();

        assertThat(alarms).isEmpty();
    }

    @Test
    void aRollingRestartOfAllBlamesNobody() throws Exception {
        IDS.forEach(this::start);
        untilAllAreOnline();
        alarms.clear();

        for (String id : IDS) {
            stop(id);
            look();
            start(id);
            untilAllAreOnline();
        }

        assertThat(alarms).isEmpty();
    }

    @Test
    void aRestartForgetsNothingThatPeersKnow() throws Exception {
        IDS.forEach(this::start);
        untilAllAreOnline();
        eventually()
                .untilAsserted(() ->
                        assertThat(saidBy("fra", "ams").get("status").asText()).isEqualTo("online"));
        String since = saidBy("fra", "ams").get("since").asText();

        stop("fra");
        start("fra");

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    JsonNode said = saidBy("fra", "ams");
                    assertThat(said.get("status").asText()).isEqualTo("online");
                    assertThat(said.get("since").asText()).isEqualTo(since);
                });
    }

    private void start(String nodeId) {
        nodes.put(nodeId, Node.start(network.properties(nodeId)));
    }

    private void stop(String nodeId) {
        Objects.requireNonNull(nodes.remove(nodeId)).close();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }

    private void untilAllAreOnline() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> look() == IDS.size());
    }

    /** Notes what any node's view calls broken that nobody stopped; how many say that all is well. */
    private int look() throws IOException, InterruptedException {
        int well = 0;
        for (String asker : nodes.keySet()) {
            JsonNode view = view(asker);
            for (JsonNode node : view.get("nodes")) {
                boolean isFault = List.of("Offline", "Degraded")
                                .contains(node.get("state").asText())
                        && !node.get("planned").asBoolean();
                if (isFault) {
                    alarms.add(asker + ": " + node.get("in_words").asText());
                }
            }
            for (JsonNode link : view.get("broken_links")) {
                if (link.get("standing").asBoolean()) {
                    alarms.add(asker + ": " + link.get("in_words").asText());
                }
            }
            well += new Verdicts(view).states().equals(ALL_ONLINE) ? 1 : 0;
        }
        return well;
    }

    private JsonNode saidBy(String observer, String target) throws IOException, InterruptedException {
        for (JsonNode witness : new Verdicts(view("nyc")).of(target).get("witnesses")) {
            if (witness.get("observer").asText().equals(observer)) {
                return witness;
            }
        }
        throw new AssertionError(observer + " says nothing of " + target);
    }

    private JsonNode view(String asker) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort(asker))) {
            if (!tokens.containsKey(asker)) {
                tokens.put(asker, api.token());
            }
            return ApiClient.json(api.get("/view/lab", Objects.requireNonNull(tokens.get(asker))));
        }
    }
}
