package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.exchange.PollError;
import io.distomon.node.http.Introduction;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Prometheus server reads of real nodes that poll each other every second. */
class MetricsTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");

    /** What Prometheus 3 sends. */
    private static final String ACCEPT = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private NetworkOnDisk network;
    private ApiClient management;

    @BeforeEach
    void prepare(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        management = new ApiClient(network.managementPort("fra"));
    }

    @AfterEach
    void stop() {
        management.close();
        nodes.values().forEach(Node::close);
    }

    @Test
    void aScrapeIsPrometheusTextWithoutAToken() throws Exception {
        start("fra");

        HttpResponse<String> plain = management.get("/metrics");
        HttpResponse<String> asked =
                management.send(management.request("/metrics").header("Accept", "text/plain"));

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(asked.headers().firstValue("Content-Type"))
                .isEqualTo(plain.headers().firstValue("Content-Type"));
        Exposition read = Exposition.parse(plain.body());
        assertThat(read.value("distomon_build_info", "version", Version.current()))
                .isEqualTo(1);
        assertThat(read.value("process_start_time_seconds"))
                .isBetween(1e9, (double) Instant.now().getEpochSecond() + 1);
        assertThat(read.value("process_cpu_seconds_total")).isPositive();
        assertThat(read.value("jvm_memory_used_bytes", "area", "heap")).isPositive();
        assertThat(read.value("jvm_threads_current")).isPositive();
        assertThat(read.series("jvm_gc_collection_seconds_count")).isNotEmpty();
        assertThat(plain.body()).doesNotContain(NetworkOnDisk.PASSWORD, NetworkOnDisk.JWT_SECRET);
    }

    @Test
    void aScraperThatPrefersOpenMetricsGetsThat() throws Exception {
        start("fra");

        HttpResponse<String> response =
                management.send(management.request("/metrics").header("Accept", ACCEPT));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text; version=1.0.0"));
        assertThat(response.body())
                .contains("# TYPE distomon_build info\n", "# TYPE distomon_polls counter\n")
                .endsWith("# EOF\n");
    }

    @Test
    void thereAreNoMetricsOnTheApiPortAndNothingElseOfTheKindOnEither() throws Exception {
        start("fra");

        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            String token = api.token();
            for (String path : List.of("/metrics", "/metrics/jvm_threads_current", "/prometheus")) {
                assertThat(api.get(path).statusCode()).as(path).isEqualTo(401);
                assertThat(api.get(path, token).statusCode()).as(path).isEqualTo(404);
            }
        }
        assertThat(management.get("/prometheus").statusCode()).isEqualTo(401);
        assertThat(management.get("/metrics/jvm_threads_current").statusCode()).isEqualTo(401);
    }

    @Test
    void nodesThatSeeEachOtherTellOfLinksPollsRequestsAndTheView() throws Exception {
        IDS.forEach(this::start);

        eventually().untilAsserted(() -> {
            Exposition read = scrape();
            for (String peer : List.of("ams", "nyc")) {
                assertThat(link(read, peer)).isEqualTo(1);
                assertThat(polls(read, peer, "ok")).isGreaterThan(1);
                assertThat(polls(read, peer, "ok") + polls(read, peer, "refused"))
                        .isEqualTo(
                                read.value("distomon_poll_round_trip_seconds_count", "network", "lab", "peer", peer));
                assertThat(read.value("distomon_poll_round_trip_seconds_sum", "network", "lab", "peer", peer))
                        .isPositive();
                assertThat(read.value("distomon_peer_clock_offset_seconds", "network", "lab", "peer", peer))
                        .isBetween(-5.0, 5.0);
            }
            assertThat(nodes(read, "Online")).isEqualTo(3);
            assertThat(nodes(read, "Offline")).isZero();
            assertThat(read.value("distomon_mon_requests_total", "result", "ok"))
                    .isGreaterThan(1);
            assertThat(read.value("distomon_store_entries", "network", "lab")).isEqualTo(3);
            assertThat(read.value("distomon_links_down", "network", "lab")).isZero();
            assertThat(read.value("distomon_partition_groups", "network", "lab"))
                    .isZero();
            assertThat(read.value("distomon_view_minority", "network", "lab")).isZero();
            assertThat(read.value("distomon_equivocating_members", "network", "lab"))
                    .isZero();
            assertThat(read.value("distomon_doubled_members", "network", "lab")).isZero();
        });
        assertThat(scrape().series("distomon_poll_round_trip_seconds_bucket"))
                .extracting(bucket ->
                        bucket.labels().get("peer") + " " + bucket.labels().get("le"))
                .containsExactlyInAnyOrderElementsOf(Stream.of("ams", "nyc")
                        .flatMap(peer -> Stream.of("0.001", "0.005", "0.025", "0.1", "0.25", "0.5", "1.0", "+Inf")
                                .map(bound -> peer + " " + bound))
                        .toList());
        assertThat(scrape().series("distomon_config_info"))
                .singleElement()
                .satisfies(config -> assertThat(config.labels())
                        .containsEntry("network", "lab")
                        .containsEntry("node", "fra")
                        .containsEntry("type", "local")
                        .containsEntry("commit", "")
                        .hasEntrySatisfying(
                                "digest", digest -> assertThat(digest).hasSize(64)));
    }

    @Test
    void aPeerThatIsStoppedIsALinkDownAndANodeStoppedOnPurpose() throws Exception {
        IDS.forEach(this::start);
        eventually().untilAsserted(() -> assertThat(nodes(scrape(), "Online")).isEqualTo(3));

        Objects.requireNonNull(nodes.remove("nyc")).close();

        eventually().untilAsserted(() -> {
            Exposition read = scrape();
            assertThat(link(read, "nyc")).isZero();
            assertThat(link(read, "ams")).isEqualTo(1);
            assertThat(polls(read, "nyc", PollError.CONNECT.wireName())).isGreaterThan(1);
            assertThat(state(read, "nyc", "Stopped")).isEqualTo(1);
            assertThat(state(read, "nyc", "Offline")).isZero();
            assertThat(state(read, "nyc", "Online")).isZero();
            assertThat(state(read, "ams", "Online")).isEqualTo(1);
            assertThat(nodes(read, "Stopped")).isEqualTo(1);
            assertThat(nodes(read, "Offline")).isZero();
        });
    }

    @Test
    void aMemberThatLeavesTheConfigHasNoSeriesAnyMore() throws Exception {
        start("fra");
        awaitBothDown();
        assertThat(about(scrape(), "nyc")).hasSizeGreaterThan(10);

        network.writeShared("fra", List.of("fra", "ams"));

        eventually().untilAsserted(() -> assertThat(about(scrape(), "nyc")).isEmpty());
        assertThat(about(scrape(), "ams")).hasSizeGreaterThan(10);

        network.writeShared("fra", IDS);

        eventually().untilAsserted(() -> assertThat(about(scrape(), "nyc")).hasSizeGreaterThan(10));
    }

    @Test
    void aConfigThatBecomesWrongIsToldAndTheRestStays() throws Exception {
        start("fra");
        awaitBothDown();
        Exposition before = scrape();
        assertThat(ok(before, "lab")).isEqualTo(1);
        assertThat(success(before)).isBetween(1.7e9, (double) Instant.now().getEpochSecond() + 1);
        eventually().untilAsserted(() -> assertThat(success(scrape())).isGreaterThan(success(before)));
        Path file = network.directory("fra").resolve("networks/lab/config.yml");
        String good = Files.readString(file);

        Files.writeString(file, good + "broken: [");

        eventually().untilAsserted(() -> assertThat(ok(scrape(), "lab")).isZero());
        Exposition wrong = scrape();
        assertThat(wrong.series("distomon_")).isEqualTo(before.series("distomon_"));
        double lastSuccess = success(wrong);
        eventually()
                .untilAsserted(() -> assertThat(polls(scrape(), "nyc", "connect"))
                        .isGreaterThan(polls(wrong, "nyc", "connect") + 1));
        assertThat(success(scrape())).isEqualTo(lastSuccess);

        Files.writeString(file, good);

        eventually().untilAsserted(() -> assertThat(ok(scrape(), "lab")).isEqualTo(1));
        assertThat(success(scrape())).isGreaterThan(lastSuccess);
    }

    @Test
    void aNodesOwnFileThatBecomesWrongIsToldOfEachNetwork() throws Exception {
        start("fra");
        Path file = network.directory("fra").resolve("nodeconf.yml");
        String good = Files.readString(file);

        Files.writeString(file, good + "broken: [");

        eventually().untilAsserted(() -> assertThat(ok(scrape(), "lab")).isZero());
    }

    @Test
    void networksComeAndGoWithTheConfigAndOneThatDoesNotRunIsToldByItsName() throws Exception {
        Path file = network.directory("fra").resolve("nodeconf.yml");
        String lab = Files.readString(file);
        Path other = Files.createDirectories(network.directory("fra").resolve("networks/other"));
        Files.writeString(other.resolve("config.yml"), "network_id: other\nnode_config: [{node_id: fra}]\n");
        String both = lab.replace("networks:\n", "networks:\n- {name: other, node_id: fra, config_type: local}\n");
        Files.writeString(file, both);
        start("fra");
        Exposition read = scrape();
        assertThat(ok(read, "other")).isEqualTo(1);
        assertThat(ok(read, "lab")).isEqualTo(1);
        assertThat(read.value("distomon_nodes", "network", "other", "state", "Unknown"))
                .isNotNull();

        Files.writeString(file, both.replace("name: other", "name: elsewhere"));

        eventually().untilAsserted(() -> {
            assertThat(about(scrape(), "other")).isEmpty();
            assertThat(ok(scrape(), "elsewhere")).isZero();
        });
        assertThat(about(scrape(), "elsewhere")).hasSize(1);
        assertThat(ok(scrape(), "lab")).isEqualTo(1);

        // The name of what does not run may be the id of what does: one series tells of both.
        Files.writeString(other.resolve("config.yml"), "network_id: elsewhere\nnode_config: [{node_id: fra}]\n");
        Files.writeString(
                file,
                both.replace("networks:\n", "networks:\n- {name: elsewhere, node_id: fra, config_type: local}\n"));

        eventually().untilAsserted(() -> {
            assertThat(scrape().value("distomon_nodes", "network", "elsewhere", "state", "Unknown"))
                    .isNotNull();
            assertThat(ok(scrape(), "elsewhere")).isZero();
        });
    }

    @Test
    void strangersAreCountedButMakeNoSeries() throws Exception {
        start("fra");
        awaitBothDown();
        Exposition before = scrape();

        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                statuses.add(api.send(api.request("/mon/" + (i % 2 == 0 ? "lab" : "net" + i))
                                .header("Content-Type", "application/json")
                                .header("Content-Digest", "sha-256=:" + "A".repeat(43) + "=:")
                                .header(
                                        "Signature-Input",
                                        "sig=(\"@method\" \"@path\");keyid=\"stranger%s\";nonce=\"%s\"".formatted(i, i))
                                .header("Signature", "sig=:AAAA:")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode());
            }
            assertThat(statuses).containsOnly(401);
            assertThat(api.post("/mon/lab", "text/plain", "{}").statusCode()).isEqualTo(415);
        }

        Exposition after = scrape();
        assertThat(after.series("distomon_")).isEqualTo(before.series("distomon_"));
        assertThat(after.value("distomon_mon_requests_total", "result", "unauthenticated"))
                .isEqualTo(20);
        assertThat(after.value("distomon_mon_requests_total", "result", "unsupported_media_type"))
                .isEqualTo(1);
    }

    @Test
    void loginsAreCountedByTheirResultAndNoneIsNamed() throws Exception {
        start("fra");
        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            Set<Exposition.Series> before = scrape().series("distomon_logins");
            assertThat(before).hasSize(3);
            assertThat(logins(scrape(), "ok") + logins(scrape(), "refused") + logins(scrape(), "limited"))
                    .isZero();

            api.token();
            List<Integer> guesses = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                guesses.add(api.basicLogin("/login", "user" + i, "guess" + i).statusCode());
            }
            api.post("/login", "application/json", "{}");

            assertThat(guesses).contains(401, 429).containsOnly(401, 429);
            Exposition after = scrape();
            assertThat(logins(after, "ok")).isEqualTo(1);
            assertThat(logins(after, "refused")).isEqualTo(Collections.frequency(guesses, 401));
            assertThat(logins(after, "limited")).isEqualTo(Collections.frequency(guesses, 429));
            assertThat(after.series("distomon_logins")).isEqualTo(before);
            assertThat(management.get("/metrics").body()).doesNotContain("user1", "guess1", "127.0.0.1");
        }
    }

    private void start(String nodeId) {
        nodes.put(nodeId, Node.start(network.properties(nodeId)));
    }

    /** From here on no series comes by itself. */
    private void awaitBothDown() throws IOException {
        Introduction.to("fra", network, List.of("ams", "nyc"));
        eventually().untilAsserted(() -> {
            assertThat(link(scrape(), "ams")).isZero();
            assertThat(link(scrape(), "nyc")).isZero();
        });
    }

    private Exposition scrape() throws IOException, InterruptedException {
        return Exposition.parse(management.get("/metrics").body());
    }

    private static double link(Exposition read, String peer) {
        return number(read.value("distomon_link_up", "network", "lab", "peer", peer));
    }

    private static double polls(Exposition read, String peer, String result) {
        return number(read.value("distomon_polls_total", "network", "lab", "peer", peer, "result", result));
    }

    private static double state(Exposition read, String node, String state) {
        return number(read.value("distomon_node_state", "network", "lab", "node", node, "state", state));
    }

    private static double nodes(Exposition read, String state) {
        return number(read.value("distomon_nodes", "network", "lab", "state", state));
    }

    private static double logins(Exposition read, String result) {
        return number(read.value("distomon_logins_total", "result", result));
    }

    private static double ok(Exposition read, String networkId) {
        return number(read.value("distomon_config_ok", "network", networkId));
    }

    private static double success(Exposition read) {
        return number(read.value("distomon_config_last_success_timestamp_seconds", "network", "lab"));
    }

    private static double number(@Nullable Double value) {
        if (value == null) {
            throw new AssertionError("the series is not there");
        }
        return value;
    }

    private static List<Exposition.Series> about(Exposition read, String name) {
        Set<Exposition.Series> all = read.series("");
        return all.stream()
                .filter(series -> series.labels().containsValue(name))
                .toList();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(200));
    }
}
