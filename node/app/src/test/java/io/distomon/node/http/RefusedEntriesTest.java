package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.Clock;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries that no node takes, between good ones in one message over HTTP: {@code ams} is a node, {@code fra} a member
 * that sends them, of others.
 */
class RefusedEntriesTest {
    private static final String[] MEMBERS = {
        "ams", "fra", "nyc", "lon", "rom", "osl", "mad", "ber", "vie", "par", "bru", "hel"
    };

    private final Map<String, RawEntry> good = new LinkedHashMap<>();
    private final Map<String, RawEntry> bad = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private NetworkOnDisk network;
    private Node node;

    @BeforeEach
    void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, MEMBERS);
        node = Node.start(network.properties("ams"));
        good.put("fra", entry("fra", "lab", 0));
        good.put("nyc", entry("nyc", "lab", 0));
        // As far ahead as a clock may be, but for the time that this test takes.
        good.put("hel", entry("hel", "lab", 60));
        RawEntry mads = entry("mad", "lab", 0);
        bad("lon", "malformed", new RawEntry("no base64", mads.signature(), "lon"));
        bad("par", "malformed", mads);
        bad("bru", "malformed", new RawEntry("A".repeat(400_000), mads.signature(), "bru"));
        bad("ber", "malformed", signed(network.signer("ber"), "{}".getBytes(StandardCharsets.UTF_8)));
        bad(
                "vie",
                "malformed",
                signed(
                        network.signer("vie"),
                        Base64.getDecoder().decode(entry("nyc", "lab", 1).payload())));
        bad(
                "mallory",
                "unknown_signer",
                signed(Signer.generate("mallory", new SecureRandom()), "{}".getBytes(StandardCharsets.UTF_8)));
        bad("mad", "bad_signature", new RawEntry(entry("mad", "lab", 1).payload(), mads.signature(), "mad"));
        bad("rom", "wrong_network", entry("rom", "other", 0));
        bad("osl", "future", entry("osl", "lab", 1000));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void amongThoseOfARequestOnlyTheGoodOnesAreTaken() throws Exception {
        HttpAnswer answer = SignedRequest.of(network.signer("fra"), SignedRequest.body("lab", "fra", "ams", mixed()))
                .sendTo(network.apiPort("ams"));

        assertThat(answer.status()).isEqualTo(200);
        Map<String, String> told = new LinkedHashMap<>();
        JsonNode said = new ObjectMapper().readTree(answer.body());
        said.get("refused")
                .properties()
                .forEach(one -> told.put(one.getKey(), one.getValue().asText()));
        assertThat(told).containsExactlyInAnyOrderEntriesOf(refused);
        assertThat(held())
                .containsAllEntriesOf(good)
                .doesNotContainKeys(refused.keySet().toArray(String[]::new));
    }

    @Test
    void amongThoseOfAnAnswerOnlyTheGoodOnesAreTaken() throws Exception {
        String answer = FakePeer.body("lab", "fra", "ams", SignedRequest.json(mixed()));
        try (FakePeer fra =
                new FakePeer(network.apiPort("fra"), request -> request.answered(network.signer("fra"), answer))) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(fra.answered()).isPositive();
                assertThat(held()).containsAllEntriesOf(good);
            });
        }
        assertThat(held()).doesNotContainKeys(refused.keySet().toArray(String[]::new));
    }

    private void bad(String key, String code, RawEntry entry) {
        bad.put(key, entry);
        refused.put(key, code);
    }

    /** A bad one first and last, and on both sides of each good one. */
    private Map<String, RawEntry> mixed() {
        Map<String, RawEntry> mixed = new LinkedHashMap<>();
        Iterator<Map.Entry<String, RawEntry>> goods = good.entrySet().iterator();
        bad.forEach((key, entry) -> {
            mixed.put(key, entry);
            if (mixed.size() % 2 == 0 && goods.hasNext()) {
                Map.Entry<String, RawEntry> next = goods.next();
                mixed.put(next.getKey(), next.getValue());
            }
        });
        assertThat(mixed).hasSize(good.size() + bad.size());
        return mixed;
    }

    private RawEntry entry(String nodeId, String networkId, int aheadSeconds) {
        NodeData data = new NodeData(0, Map.of(), nodeId, "1", networkId, 10, "boot", null, false);
        long date = Clock.system().wallMicros() + aheadSeconds * EntryDate.SECOND_MICROS;
        return SignedNodeData.sign(data.at(date), network.signer(nodeId)).raw();
    }

    private static RawEntry signed(Signer signer, byte[] payload) {
        return new RawEntry(base64(payload), base64(signer.sign(payload)), signer.nodeId());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Map<String, RawEntry> held() throws Exception {
        try (ApiClient api = new ApiClient(network.apiPort("ams"))) {
            return api.held("lab", api.token());
        }
    }
}
