package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real nodes that poll each other every second. What goes to nyc, and comes back from it, takes 150 ms longer each
 * way; nyc reaches the others as fast as ever.
 */
class SlowLinksTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");
    private static final Duration EACH_WAY = Duration.ofMillis(150);

    private final List<Node> nodes = new ArrayList<>();
    private NetworkOnDisk network;
    private SlowRelay toNyc;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        toNyc = new SlowRelay(network.apiPort("nyc"), EACH_WAY);
        Member nyc = network.member("nyc");
        Member slow = new Member("nyc", URI.create("http://127.0.0.1:" + toNyc.port()), nyc.pollRate(), nyc.retry());
        for (String id : IDS) {
            network.writeSharedOf(id, List.of(network.member("fra"), network.member("ams"), slow));
            addToConfig(id, "thresholds:\n  round_trip_ms: 250\n  loss_percent: 40\n");
            nodes.add(Node.start(network.properties(id)));
        }
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(Node::close);
        toNyc.close();
    }

    @Test
    void aNodeThatMostFindSlowIsDegradedWithNumbersAndNeverOffline(@TempDir Path temporary) throws Exception {
        eventually(Duration.ofMinutes(2)).untilAsserted(() -> {
            for (String asker : IDS) {
                Verdicts verdicts = new Verdicts(ask(asker, "/view/lab"));
                assertThat(verdicts.states()).isEqualTo(Map.of("fra", "Online", "ams", "Online", "nyc", "Degraded"));
                JsonNode nyc = verdicts.of("nyc");
                assertThat(nyc.get("reason").asText()).isEqualTo("slow");
                assertThat(nyc.get("shown_as").asText()).isEqualTo("2 of 2 observers");
                assertThat(nyc.get("in_words").asText())
                        .matches("nyc is slow: 2 of 2 observers say so since .* UTC, ams measures [0-9]{3} ms p95 over"
                                + " [0-9]+ s, limit 250 ms");
                assertThat(nyc.get("witnesses")).hasSize(2).allSatisfy(witness -> {
                    JsonNode breach = witness.get("breaches").get(0);
                    assertThat(breach.get("figure").asText()).isEqualTo("round_trip_p95");
                    assertThat(breach.get("value").asDouble()).isBetween(300.0, 2_000.0);
                    assertThat(breach.get("limit").asDouble()).isEqualTo(250);
                });
            }
        });
        JsonNode view = ask("ams", "/view/lab?evidence=true");
        assertThat(view.get("strained_links")).hasSize(2).allSatisfy(link -> {
            assertThat(link.get("to").asText()).isEqualTo("nyc");
            assertThat(link.get("kind").asText()).isEqualTo("slow");
            assertThat(link.get("counted").asBoolean()).isTrue();
        });
        assertThat(strained("fra", "slow")).isEqualTo(2);
        assertThat(strained("fra", "lossy")).isZero();
        assertThat(network.verifyEvidence(Files.writeString(temporary.resolve("answer.json"), view.toString())))
                .startsWith("0\n")
                .contains("fra finds nyc slow since");
        eventually(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events("fra"))
                        .anyMatch(words -> words.matches("fra finds nyc slow \\([0-9]{3,4} ms p95 .*"))
                        .anyMatch(words -> words.equals(
                                "nyc is degraded: it takes longer to answer than it may: 2 of 2 observers say so"))
                        .noneMatch(words -> words.contains("is down")));

        for (String id : List.of("fra", "ams")) {
            addToConfig(id, "  links: [{to: nyc, round_trip_ms: off}]\n");
        }

        eventually(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(new Verdicts(ask("nyc", "/view/lab")).states()).doesNotContainValue("Degraded");
            assertThat(ask("nyc", "/view/lab").get("strained_links")).isEmpty();
        });
        eventually(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events("fra")).contains("fra finds nyc no longer slow"));
    }

    private void addToConfig(String id, String yaml) throws IOException {
        Path file = network.directory(id).resolve("networks/lab/config.yml");
        Files.writeString(file, yaml, StandardOpenOption.APPEND);
    }

    private List<String> events(String asker) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        ask(asker, "/events/lab")
                .get("events")
                .forEach(event -> words.add(event.get("in_words").asText()));
        return words;
    }

    private double strained(String asker, String kind) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(asker))) {
            Exposition read = Exposition.parse(management.get("/metrics").body());
            return Objects.requireNonNull(read.value("distomon_links_strained", "network", "lab", "kind", kind));
        }
    }

    private JsonNode ask(String asker, String path) throws IOException, InterruptedException {
        return ApiClient.ask(network.apiPort(asker), path);
    }

    private static ConditionFactory eventually(Duration most) {
        return await().atMost(most).pollInterval(Duration.ofMillis(500));
    }
}
