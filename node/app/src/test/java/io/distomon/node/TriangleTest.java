package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.monitor.RoundTripHistogram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes on loopback ports, each with its config directory, that poll each other every second. */
class TriangleTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private NetworkOnDisk network;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        IDS.forEach(this::start);
        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(states(asker)).isEqualTo(Map.of("fra", "Online", "ams", "Online", "nyc", "Online"));
            }
        });
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Node::close);
    }

    @Test
    void everybodySeesEverybodyAndHoldsTheirEntries() throws Exception {
        for (String asker : IDS) {
            JsonNode store = ask(asker, "/store/lab");
            assertThat(store.properties().stream().map(Map.Entry::getKey)).containsExactlyInAnyOrderElementsOf(IDS);
        }
        eventually().untilAsserted(() -> {
            JsonNode fra = node("ams", "fra");
            assertThat(fra.get("shown_as").asText()).isEqualTo("2 of 2");
            assertThat(fra.get("witnesses"))
                    .hasSize(2)
                    .allSatisfy(witness ->
                            assertThat(witness.get("rtt_ms").asDouble()).isPositive());
        });
    }

    @Test
    void everyLinkIsMeasuredAndTheOthersAreToldLossAndJitter() throws Exception {
        eventually().untilAsserted(() -> {
            JsonNode links = ask("fra", "/links/lab").get("links");
            assertThat(links).hasSize(2).allSatisfy(link -> {
                assertThat(link.get("status").asText()).isEqualTo("online");
                assertThat(link.get("error").isNull()).isTrue();
                assertThat(Instant.parse(link.get("last_success").asText()))
                        .isAfterOrEqualTo(Instant.parse(link.get("since").asText()));
                assertThat(link.get("loss").get("polls").asInt()).isGreaterThan(2);
                JsonNode roundTrip = link.get("round_trip");
                assertThat(roundTrip.get("count").asInt()).isGreaterThan(2);
                RoundTripHistogram histogram = histogram(roundTrip.get("histogram"));
                assertThat(histogram.total()).isEqualTo(roundTrip.get("count").asLong());
                Map.of("p50_ms", 0.5, "p95_ms", 0.95, "p99_ms", 0.99)
                        .forEach((name, share) -> assertThat(histogram.percentileMillis(share))
                                .as(name)
                                .hasValue(roundTrip.get(name).asDouble()));
                assertThat(link.get("jitter_ms").isNumber()).isTrue();
                // One machine, one clock, which may be set under way.
                JsonNode clock = link.get("clock");
                assertThat(Math.abs(clock.get("ahead_ms").asDouble()))
                        .isLessThanOrEqualTo(clock.get("error_ms").asDouble() + 100);
                JsonNode oneWay = link.get("one_way");
                assertThat(oneWay.get("outbound_ms").asDouble()
                                + oneWay.get("inbound_ms").asDouble())
                        .isCloseTo(roundTrip.get("last_ms").asDouble(), within(0.01));
            });
            // fra says it in its entry, and so ams knows.
            JsonNode witness = node("ams", "nyc").get("witnesses").get(1);
            assertThat(witness.get("observer").asText()).isEqualTo("fra");
            assertThat(witness.get("loss").isNumber()).isTrue();
            assertThat(witness.get("jitter_ms").isNumber()).isTrue();
        });
    }

    @Test
    void aNodeThatStopsIsOfflineAsPlannedAndOnlineAgainWhenItIsBack() throws Exception {
        stop("nyc");

        eventually().untilAsserted(() -> {
            for (String asker : List.of("fra", "ams")) {
                JsonNode nyc = node(asker, "nyc");
                assertThat(nyc.get("state").asText()).isEqualTo("Offline");
                assertThat(nyc.get("shown_as").asText()).isEqualTo("2 of 2 observers");
                assertThat(nyc.get("planned").asBoolean()).isTrue();
            }
        });
        assertThat(states("fra")).containsEntry("ams", "Online");

        start("nyc");

        eventually().untilAsserted(() -> {
            for (String asker : IDS) {
                assertThat(states(asker)).containsEntry("nyc", "Online");
            }
        });
    }

    @Test
    void whatANodeSaysOfTheOthersIsProvenToWhoHasOnlyTheKeys(@TempDir Path elsewhere) throws Exception {
        stop("nyc");
        eventually()
                .untilAsserted(() ->
                        assertThat(node("fra", "nyc").get("shown_as").asText()).isEqualTo("2 of 2 observers"));
        String answer = text("fra", "/view/lab?evidence=true");
        Path file = elsewhere.resolve("answer.json");
        Files.writeString(file, answer);

        assertThat(network.verifyEvidence(file))
                .startsWith("0\n")
                .contains("nyc has left as announced: 2 of 2 observers get no answer since ")
                .contains("fra is online: 1 of 1 observer says so since ", "run with them (config ");

        Files.writeString(file, answer.replace("\"state\":\"Offline\"", "\"state\":\"Online\""));
        assertThat(network.verifyEvidence(file)).startsWith("1\n").contains("found \"Online\", expected \"Offline\"");
    }

    @Test
    void aMemberThatLeavesTheConfigIsForgottenWithoutARestart() throws Exception {
        network.writeShared("fra", List.of("fra", "ams"));
        network.writeShared("ams", List.of("fra", "ams"));

        eventually().untilAsserted(() -> {
            for (String asker : List.of("fra", "ams")) {
                assertThat(states(asker)).isEqualTo(Map.of("fra", "Online", "ams", "Online"));
                assertThat(ask(asker, "/store/lab").has("nyc")).isFalse();
            }
        });
        // To itself nyc is a member still; the others don't know it any more.
        eventually().untilAsserted(() -> {
            JsonNode own = ask("nyc", "/store/lab").get("nyc").get("data");
            assertThat(own.get("ping_data").get("fra").path("error").asText()).isEqualTo("unauthenticated");
        });

        network.writeShared("fra", IDS);
        network.writeShared("ams", IDS);

        eventually().untilAsserted(() -> assertThat(states("fra")).containsEntry("nyc", "Online"));
    }

    @Test
    void filesThatBecomeWrongChangeNothingAndAreTold() throws Exception {
        Path file = network.directory("fra").resolve("networks/lab/config.yml");
        String good = Files.readString(file);

        Files.writeString(file, good + "broken: [");

        eventually().untilAsserted(() -> assertThat(error("fra")).contains("config.yml"));
        assertThat(states("fra")).containsEntry("nyc", "Online");

        Files.writeString(file, good);

        eventually().untilAsserted(() -> assertThat(error("fra")).isEmpty());
    }

    private void start(String nodeId) {
        nodes.put(nodeId, Node.start(network.properties(nodeId)));
    }

    private void stop(String nodeId) {
        Objects.requireNonNull(nodes.remove(nodeId)).close();
    }

    private Map<String, String> states(String asker) throws IOException, InterruptedException {
        return new Verdicts(ask(asker, "/view/lab")).states();
    }

    private JsonNode node(String asker, String nodeId) throws IOException, InterruptedException {
        return new Verdicts(ask(asker, "/view/lab")).of(nodeId);
    }

    private String error(String asker) throws IOException, InterruptedException {
        JsonNode error =
                ask(asker, "/info").get("networks").get(0).get("config").get("error");
        return error.isNull() ? "" : error.asText();
    }

    private JsonNode ask(String asker, String path) throws IOException, InterruptedException {
        return ApiClient.ask(network.apiPort(asker), path);
    }

    private static RoundTripHistogram histogram(JsonNode counts) {
        Map<Integer, Long> read = new LinkedHashMap<>();
        counts.properties()
                .forEach(bucket -> read.put(
                        Integer.valueOf(bucket.getKey()), bucket.getValue().asLong()));
        return RoundTripHistogram.of(read);
    }

    private String text(String asker, String path) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort(asker))) {
            return api.get(path, api.token()).body();
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }
}
