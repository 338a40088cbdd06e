package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose config changes again and again while it and its peers poll each other every second. */
class ReloadTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");
    private static final int RELOADS = 200;

    private final List<Node> nodes = new ArrayList<>();
    private final ExchangeLog exchanges = new ExchangeLog();
    private final Map<String, Instant> newest = new HashMap<>();
    private NetworkOnDisk network;
    private ApiClient fra;
    private String token;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        IDS.forEach(id -> nodes.add(Node.start(network.properties(id))));
        fra = new ApiClient(network.apiPort("fra"));
        token = fra.token();
    }

    @AfterEach
    void stop() {
        fra.close();
        nodes.forEach(Node::close);
        exchanges.close();
    }

    @Test
    void twoHundredReloadsUnderTrafficLoseNoEntryAndRestartNoMonitor() throws Exception {
        eventually().untilAsserted(() -> {
            for (JsonNode entry : store()) {
                assertThat(entry.at("/data/ping_data"))
                        .hasSize(2)
                        .allSatisfy(
                                ping -> assertThat(ping.get("status").asText()).isEqualTo("online"));
            }
            assertThat(store()).hasSize(3);
        });
        int faultsAtStart = exchanges.faults().size();
        Map<String, String> since = since();
        Map<String, Instant> before = dates();
        Path file = network.directory("fra").resolve("networks/lab/config.yml");
        String text = Files.readString(file);

        for (int i = 0; i < RELOADS; i++) {
            int retry = 2 + i % 50;
            Path next = Files.writeString(file.resolveSibling("next"), text.replace("retry: 1", "retry: " + retry));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> retry() == retry);
            assertNothingIsLost();
        }

        eventually()
                .untilAsserted(() -> assertThat(dates())
                        .allSatisfy((id, date) -> assertThat(date).isAfter(before.get(id))));
        assertThat(exchanges.faults().subList(faultsAtStart, exchanges.faults().size()))
                .isEmpty();
        // Since when each sees each: a monitor that began anew, or a peer held for offline, would have moved it.
        assertThat(since()).isEqualTo(since);
    }

    private void assertNothingIsLost() throws IOException, InterruptedException {
        Map<String, Instant> dates = dates();
        assertThat(dates).containsOnlyKeys(IDS);
        dates.forEach((id, date) -> {
            Instant old = newest.put(id, date);
            assertThat(old == null || !date.isBefore(old))
                    .as("%s: %s after %s", id, date, old)
                    .isTrue();
        });
    }

    private int retry() throws IOException, InterruptedException {
        return ApiClient.json(fra.get("/info", token))
                .at("/networks/0/members/0/retry")
                .asInt();
    }

    private JsonNode store() throws IOException, InterruptedException {
        return ApiClient.json(fra.get("/store/lab", token));
    }

    private Map<String, Instant> dates() throws IOException, InterruptedException {
        Map<String, Instant> dates = new HashMap<>();
        store().properties()
                .forEach(entry -> dates.put(
                        entry.getKey(),
                        Instant.parse(entry.getValue().at("/data/date").asText())));
        return dates;
    }

    private Map<String, String> since() throws IOException, InterruptedException {
        Map<String, String> since = new HashMap<>();
        store().properties()
                .forEach(entry -> entry.getValue()
                        .at("/data/ping_data")
                        .properties()
                        .forEach(ping -> since.put(
                                entry.getKey() + " sees " + ping.getKey(),
                                ping.getValue().get("status").asText() + " since "
                                        + ping.getValue().get("since").asText())));
        return since;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }
}
