package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.record.LinkMinute;
import io.distomon.core.topology.Member;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.SlowRelay;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that starts with ten hours of minutes in its flight recorder's file knows what is usual of its link. */
class RecalledMinutesTest {
    private static final int MINUTES = 600;
    private static final long MINUTE_MICROS = Duration.ofMinutes(1).toNanos() / 1_000;
    private static final long ROOM = 16L << 20;

    @Test
    void aLinkThatIsSlowerThanItUsedToBeIsFoundAfterARestart(@TempDir Path directory) throws Exception {
        NetworkOnDisk network = new NetworkOnDisk(directory, "fra", "nyc");
        try (SlowRelay toNyc = new SlowRelay(network.apiPort("nyc"), Duration.ofMillis(100))) {
            Member nyc = network.member("nyc");
            network.writeSharedOf(
                    "fra",
                    List.of(
                            network.member("fra"),
                            new Member(
                                    "nyc",
                                    URI.create("http://127.0.0.1:" + toNyc.port()),
                                    nyc.pollRate(),
                                    nyc.retry())));
            Files.writeString(
                    network.directory("fra").resolve("networks/lab/config.yml"),
                    "thresholds: {baseline: true}\n",
                    StandardOpenOption.APPEND);
            record(network.directory("fra").resolve(".flight_records/lab/fra.db"));

            try (Node away = Node.start(network.properties("nyc"));
                    Node fra = Node.start(network.properties("fra"))) {
                assertThat(away).isNotSameAs(fra);
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> {
                            JsonNode links = ApiClient.ask(network.apiPort("fra"), "/view/lab")
                                    .get("strained_links");
                            assertThat(links).singleElement().satisfies(link -> {
                                JsonNode breach = link.get("breaches").get(0);
                                assertThat(breach.get("figure").asText()).isEqualTo("round_trip_p50");
                                assertThat(breach.get("value").asDouble()).isGreaterThan(200);
                                assertThat(breach.get("usual_high").asDouble()).isEqualTo(40);
                                assertThat(breach.get("limit").asDouble()).isEqualTo(50);
                                // On a busy machine its round trips differ more than is usual, too.
                                assertThat(link.get("in_words").asText())
                                        .containsPattern(" ms median over [^;]*, usual 40–40 ms");
                            });
                        });
            }
        }
    }

    private static void record(Path file) throws Exception {
        Files.createDirectories(file.getParent());
        long now = Clock.system().wallMicros() / MINUTE_MICROS;
        try (RecordFile records = RecordFile.open(file, ROOM)) {
            for (long minute = now - MINUTES; minute < now; minute++) {
                records.keepMinute(
                        minute * MINUTE_MICROS, Map.of("nyc", new LinkMinute(60, 0, 0, 40.0, 45.0, 60.0, 2.0, null)));
            }
        }
    }
}
