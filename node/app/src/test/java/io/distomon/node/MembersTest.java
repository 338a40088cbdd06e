package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that are not quite like the others, and what becomes of the others when one comes. */
class MembersTest {
    private final List<Node> nodes = new ArrayList<>();
    private NetworkOnDisk network;

    @BeforeEach
    void write(@TempDir Path directory) throws IOException {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
        share(List.of("fra", "ams"), List.of(member("fra"), member("ams")));
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    @Test
    void aMemberWithoutAUrlIsNotPolledButReports() throws Exception {
        Member passive = new Member("ams", null, Duration.ofSeconds(1), 1);
        share(List.of("fra", "ams"), List.of(member("fra"), passive));
        start("fra", "ams");

        eventually().untilAsserted(() -> assertThat(states("fra")).containsEntry("ams", "Online"));
        Instant first = date("fra", "ams");
        eventually().untilAsserted(() -> assertThat(date("fra", "ams")).isAfter(first));
        assertThat(ask("fra", "/store/lab").at("/fra/data/ping_data").has("ams"))
                .isFalse();
        assertThat(ask("fra", "/store/lab").at("/ams/data/ping_data/fra/status").asText())
                .isEqualTo("online");
    }

    @Test
    void aMemberWithoutAKeyIsNotTrustedUntilItsKeyAppears() throws Exception {
        Path key = shared("fra").resolve("ams.pub");
        String pem = Files.readString(key);
        Files.delete(key);
        start("fra", "ams");

        eventually()
                .untilAsserted(() -> assertThat(ask("ams", "/store/lab")
                                .at("/ams/data/ping_data/fra/error")
                                .asText())
                        .isEqualTo("unauthenticated"));
        assertThat(ask("fra", "/store/lab").has("ams")).isFalse();
        assertThat(ask("fra", "/info").at("/networks/0/warnings"))
                .extracting(JsonNode::asText)
                .containsExactly("networks/lab/ams.pub: no public key of ams: what it signs is not trusted");

        Files.writeString(key, pem);

        eventually().untilAsserted(() -> {
            assertThat(states("fra")).isEqualTo(Map.of("fra", "Online", "ams", "Online"));
            assertThat(states("ams")).isEqualTo(Map.of("fra", "Online", "ams", "Online"));
        });
        assertThat(ask("fra", "/info").at("/networks/0/warnings")).isEmpty();
    }

    @Test
    void aMemberThatComesAndGoesLeavesTheOthersMonitorsAlone() throws Exception {
        start("fra", "ams");
        eventually().untilAsserted(() -> {
            assertThat(seen("fra", "ams")).startsWith("online since 20");
            assertThat(seen("ams", "fra")).startsWith("online since 20");
        });
        String asFraSeesAms = seen("fra", "ams");
        String asAmsSeesFra = seen("ams", "fra");

        share(List.of("fra", "ams", "nyc"), List.of(member("fra"), member("ams"), member("nyc")));
        start("nyc");
        eventually().untilAsserted(() -> {
            assertThat(seen("fra", "nyc")).startsWith("online");
            assertThat(seen("ams", "nyc")).startsWith("online");
        });
        share(List.of("fra", "ams"), List.of(member("fra"), member("ams")));
        eventually().untilAsserted(() -> {
            assertThat(ask("fra", "/store/lab").has("nyc")).isFalse();
            assertThat(ask("ams", "/store/lab").has("nyc")).isFalse();
            assertThat(seen("fra", "nyc")).isEmpty();
        });

        // A monitor that began anew would have moved it.
        assertThat(seen("fra", "ams")).isEqualTo(asFraSeesAms);
        assertThat(seen("ams", "fra")).isEqualTo(asAmsSeesFra);
    }

    /** The member with more failures forgiven than a slow machine makes. */
    private Member member(String nodeId) {
        Member member = network.member(nodeId);
        return new Member(nodeId, member.url(), member.pollRate(), 10);
    }

    /** Gives these nodes a network of these members. */
    private void share(List<String> nodeIds, List<Member> members) throws IOException {
        Map<String, String> files = NetworkWriter.shared(
                NetworkOnDisk.NETWORK,
                members,
                network.keys(members.stream().map(Member::nodeId).toList()));
        for (String id : nodeIds) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(shared(id).resolve(file.getKey()), file.getValue());
            }
        }
    }

    private void start(String... nodeIds) {
        for (String id : nodeIds) {
            nodes.add(Node.start(network.properties(id)));
        }
    }

    private Path shared(String nodeId) {
        return network.directory(nodeId).resolve("networks/lab");
    }

    private Map<String, String> states(String asker) throws IOException, InterruptedException {
        return new Verdicts(ask(asker, "/view/lab")).states();
    }

    /** How a node sees a peer by its own entry, and since when; empty when it says nothing of it. */
    private String seen(String asker, String peer) throws IOException, InterruptedException {
        JsonNode ping = ask(asker, "/store/lab").at("/" + asker + "/data/ping_data/" + peer);
        return ping.isMissingNode()
                ? ""
                : ping.get("status").asText() + " since " + ping.path("since").asText();
    }

    private Instant date(String asker, String nodeId) throws IOException, InterruptedException {
        return Instant.parse(
                ask(asker, "/store/lab").at("/" + nodeId + "/data/date").asText());
    }

    private JsonNode ask(String asker, String path) throws IOException, InterruptedException {
        return ApiClient.ask(network.apiPort(asker), path);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }
}
