package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.node.http.Introduction;
import io.distomon.node.threads.RunningNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong comes out wherever somebody looks: in metrics, views, {@code /info} and the log. {@code fra} is a node,
 * and what it holds of the others this test has signed. Of nine members it hears three, so it is in the minority.
 */
class FaultsToldTest {
    private static final List<String> OTHERS = List.of("ams", "nyc", "lon", "hel", "rio", "syd", "sgp", "sfo");
    private static final long TWO_HOURS_AGO =
            Clock.system().wallMicros() - Duration.ofHours(2).toNanos() / 1_000;
    private static final PingData REACHED = new PingData(PingStatus.ONLINE, 1, 2, TWO_HOURS_AGO, null);
    private static final PingData LOST = new PingData(PingStatus.OFFLINE, 1, 2, TWO_HOURS_AGO, "timeout");

    private NetworkOnDisk network;
    private LogLines log;
    private Node fra;
    private ApiClient management;

    @BeforeEach
    void start(@TempDir Path directory) {
        network = new NetworkOnDisk(
                directory, Stream.concat(Stream.of("fra"), OTHERS.stream()).toArray(String[]::new));
        // Nobody answers fra, and it forgives all of that: only what others say counts.
        network.writeSharedOf(
                "fra",
                Stream.concat(Stream.of("fra"), OTHERS.stream())
                        .map(id -> new Member(id, network.member(id).url(), Duration.ofSeconds(10), 100))
                        .toList());
        log = new LogLines(RunningNetwork.class);
        fra = Node.start(network.properties("fra"));
        management = new ApiClient(network.managementPort("fra"));
    }

    @AfterEach
    void stop() {
        management.close();
        fra.close();
        log.close();
    }

    @Test
    void aBrokenLinkASilentNodeAndTheMinorityAreToldByMetricsAndView() throws Exception {
        assertThat(value("distomon_links_down")).isZero();
        assertThat(nodes("Degraded")).isZero();

        whatIsWrong();

        eventually().untilAsserted(() -> {
            assertThat(value("distomon_links_down")).isEqualTo(1);
            assertThat(nodes("Degraded")).isEqualTo(1);
            assertThat(nodes("Online")).isEqualTo(4);
            assertThat(value("distomon_view_minority")).isEqualTo(1);
        });
        JsonNode view = ask("/view/lab");
        assertThat(view.get("minority").asBoolean()).isTrue();
        assertThat(view.get("broken_links")).singleElement().satisfies(link -> {
            assertThat(link.get("from").asText()).isEqualTo("ams");
            assertThat(link.get("to").asText()).isEqualTo("nyc");
            assertThat(link.get("one_way").asBoolean()).isTrue();
            assertThat(link.get("standing").asBoolean()).isTrue();
        });
        assertThat(new Verdicts(view).of("hel").get("reason").asText()).isEqualTo("silent");
        assertThat(view.get("nodes"))
                .allSatisfy(node -> assertThat(node.get("broken_links").asInt())
                        .as(node.get("node_id").asText())
                        .isEqualTo(
                                List.of("ams", "nyc")
                                                .contains(node.get("node_id").asText())
                                        ? 1
                                        : 0));
    }

    @Test
    void twoProcessesWithOneKeyAreToldByMetricsInfoAndTheLog() throws Exception {
        assertThat(value("distomon_doubled_members")).isZero();

        for (int i = 0; i < 6; i++) {
            says("lon", i % 2 == 0 ? "here" : "there", Map.of("fra", REACHED));
        }

        assertThat(value("distomon_doubled_members")).isEqualTo(1);
        JsonNode doubles = ask("/info").path("networks").path(0).path("doubles");
        assertThat(doubles).hasSize(1);
        assertThat(doubles.path("lon")).extracting(JsonNode::asText).containsExactly("here", "there");
        eventually()
                .untilAsserted(() -> assertThat(log.warnings("two processes sign"))
                        .containsExactly("lab: two processes sign as lon: here and there"));
    }

    @Test
    void aMemberThatSaysTwoThingsUnderOneDateIsCounted() throws Exception {
        assertThat(value("distomon_equivocating_members")).isZero();
        long now = Clock.system().wallMicros();

        says(now, "lon", "boot", Map.of("fra", REACHED));
        says(now, "lon", "boot", Map.of("fra", LOST));

        assertThat(value("distomon_equivocating_members")).isEqualTo(1);
    }

    /** ams does not reach nyc, which others reach; and of hel, which they reach, nothing has come for two hours. */
    private void whatIsWrong() throws IOException {
        says(TWO_HOURS_AGO, "hel", "boot", Map.of());
        says("nyc", "boot", Map.of("ams", REACHED, "lon", REACHED, "hel", REACHED));
        says("lon", "boot", Map.of("ams", REACHED, "nyc", REACHED, "hel", REACHED));
        says("ams", "boot", Map.of("nyc", LOST, "lon", REACHED, "hel", REACHED));
    }

    private void says(String id, String boot, Map<String, PingData> pings) throws IOException {
        says(Clock.system().wallMicros(), id, boot, pings);
    }

    private void says(long dateMicros, String id, String boot, Map<String, PingData> pings) throws IOException {
        NodeData said = new NodeData(dateMicros, pings, id, "1", NetworkOnDisk.NETWORK, 10, boot, null, false);
        RawEntry entry = SignedNodeData.sign(said, network.signer(id)).raw();
        Introduction.bring("fra", network.apiPort("fra"), network.signer(id), Map.of(id, entry));
    }

    private double nodes(String state) throws IOException, InterruptedException {
        return number("distomon_nodes", "network", "lab", "state", state);
    }

    private double value(String name) throws IOException, InterruptedException {
        return number(name, "network", "lab");
    }

    private double number(String name, String... labels) throws IOException, InterruptedException {
        Exposition read = Exposition.parse(management.get("/metrics").body());
        return Objects.requireNonNull(read.value(name, labels), name);
    }

    private JsonNode ask(String path) throws IOException, InterruptedException {
        return ApiClient.ask(network.apiPort("fra"), path);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }
}
