package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, of which nyc's clock is a minute ahead of fra's. */
class WrongClockTest {
    private static final double AHEAD_MILLIS = 60_000;

    /** The machine's clock may itself be corrected while the nodes run. */
    private static final double SLEWED_MILLIS = 1_000;

    private final List<Node> nodes = new ArrayList<>();
    private NetworkOnDisk network;

    @BeforeEach
    void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "nyc");
        nodes.add(Node.start(network.properties("fra")));
        nodes.add(Node.start(network.properties("nyc"), new AheadOfTime(Clock.system())));
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    @Test
    void isMeasuredByBothEndsOfALinkAndTakenOutOfTheTimesEachWay() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThatPeersClockIsAhead(link("fra"), AHEAD_MILLIS);
            assertThatPeersClockIsAhead(link("nyc"), -AHEAD_MILLIS);
        });
    }

    @Test
    void doesNoHarmToVerdicts() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (String asker : List.of("fra", "nyc")) {
                assertThat(ask(asker, "/view/lab").get("nodes"))
                        .extracting(node -> node.get("in_words").asText())
                        .satisfiesExactly(
                                fra -> assertThat(fra).startsWith("fra is online: 1 of 1 observer says so since "),
                                nyc -> assertThat(nyc).startsWith("nyc is online: 1 of 1 observer says so since "));
            }
        });
    }

    private static void assertThatPeersClockIsAhead(JsonNode link, double millis) {
        double errorMillis = link.path("clock").path("error_ms").asDouble();
        assertThat(errorMillis).isBetween(0.0, 30_000.0);
        assertThat(link.path("clock").path("ahead_ms").asDouble())
                .isCloseTo(millis, within(errorMillis + SLEWED_MILLIS));
        JsonNode oneWay = link.path("one_way");
        assertThat(oneWay.path("error_ms").asDouble()).isEqualTo(errorMillis);
        double lastMillis = link.path("round_trip").path("last_ms").asDouble();
        for (String way : List.of("outbound_ms", "inbound_ms")) {
            assertThat(oneWay.path(way).asDouble())
                    .as(way)
                    .isBetween(-errorMillis - SLEWED_MILLIS, lastMillis + errorMillis + SLEWED_MILLIS);
        }
    }

    /** The asker's link to the other. */
    private JsonNode link(String asker) throws Exception {
        return ask(asker, "/links/lab").path("links").path(0);
    }

    private JsonNode ask(String asker, String path) throws Exception {
        return ApiClient.ask(network.apiPort(asker), path);
    }

    private record AheadOfTime(Clock clock) implements Clock {
        @Override
        public long wallMicros() {
            return clock.wallMicros() + (long) (AHEAD_MILLIS * 1_000);
        }

        @Override
        public long monotonicNanos() {
            return clock.monotonicNanos();
        }
    }
}
