package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.Clock;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fra is away while nyc, which records nothing itself, leaves and comes back, which ams and rio record. */
class ToldByPeersTest {
    private final Map<String, Node> running = new HashMap<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private NetworkOnDisk network;
    private Path directory;
    private ApiClient fra;
    private ApiClient ams;

    @BeforeEach
    void prepare(@TempDir Path root) throws Exception {
        directory = root;
        network = new NetworkOnDisk(root, "fra", "ams", "nyc", "rio");
        fra = client("fra");
        ams = client("ams");
        List.of("fra", "ams", "nyc", "rio").forEach(this::start);
        awaitLast(fra, "nyc", "Online");
        awaitLast(ams, "fra", "Online");
        awaitLast(ams, "nyc", "Online");
        stop("fra");
        awaitLast(ams, "fra", "Offline");
        stop("nyc");
        // Whoever is asked has recorded both.
        ApiClient rio = client("rio");
        awaitLast(ams, "nyc", "Offline");
        awaitLast(rio, "nyc", "Offline");
        start("nyc");
        awaitLast(ams, "nyc", "Online");
        awaitLast(rio, "nyc", "Online");
        start("fra");
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        running.values().forEach(Node::close);
    }

    @Test
    void whatHappenedMeanwhileIsToldSignedByThePeerWhoRecordedIt() throws Exception {
        JsonNode down = awaitTold("nyc", "Offline");
        JsonNode up = awaitTold("nyc", "Online");

        String teller = down.get("told_by").asText();
        assertThat(teller).isIn("ams", "rio");
        assertThat(down.get("in_words").asText()).startsWith(teller + " recorded: nyc ");
        assertThat(down.get("time").asText()).isLessThan(up.get("time").asText());
        JsonNode then = get("/view/lab?at=" + down.get("time").asText());
        assertThat(then.get("told_by").asText()).isEqualTo(teller);
        assertThat(then.get("unrecorded_since").isNull()).isTrue();
        assertThat(state(then, "nyc")).isEqualTo("Offline");
        assertThat(state(then, "fra")).isEqualTo("Offline");
        assertThat(state(get("/view/lab?at=" + up.get("time").asText()), "nyc")).isEqualTo("Online");
        // It had said that it would leave.
        assertThat(get("/uptime/lab").at("/nodes/nyc/1h/planned_seconds").asDouble())
                .isPositive();
        assertThat(get("/uptime/lab").at("/nodes/fra/1h/planned_seconds").asDouble())
                .isPositive();

        JsonNode answer = get("/events/lab?evidence=true");
        assertThat(verify(answer)).startsWith("0\n").contains("    %s signed that it recorded this".formatted(teller));
        ObjectNode forged = answer.deepCopy();
        String digest = down.at("/entries/" + teller).asText();
        ObjectNode account = (ObjectNode) forged.get("entries").get(digest);
        RawEntry another =
                RawEntry.sign(Base64.getDecoder().decode(account.get("payload").asText()), network.signer("nyc"));
        account.put("signature", another.signature());
        assertThat(verify(forged)).startsWith("1\n").contains("found another entry in its place");
        forged.withObject("/entries").remove(digest);
        assertThat(verify(forged))
                .startsWith("1\n")
                .contains("found that %s did not sign that it recorded this".formatted(teller));
    }

    @Test
    void whatWasToldLastsAndIsNotAskedForAgain() throws Exception {
        awaitTold("nyc", "Online");
        String before = told(get("/events/lab"));
        stop("fra");
        awaitLast(ams, "fra", "Offline");
        start("fra");
        await("the time between these two lives is told of too")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(begins(get("/events/lab"))).isGreaterThan(begins(before)));

        assertThat(told(get("/events/lab"))).endsWith(before);
        assertThat(get("/info").at("/networks/0/recorder_trouble").isNull()).isTrue();
        assertThat(verify(get("/events/lab?evidence=true"))).startsWith("0\n");
    }

    /** A line for each event that a peer told, the newest first. */
    private static String told(JsonNode answer) {
        StringBuilder lines = new StringBuilder();
        answer.get("events").forEach(event -> {
            if (!event.get("told_by").isNull()) {
                lines.append("%s %s %s%n"
                        .formatted(
                                event.get("time").asText(),
                                event.get("subject").asText(),
                                event.get("to").asText()));
            }
        });
        return lines.toString();
    }

    private static long begins(JsonNode answer) {
        return begins(told(answer));
    }

    private static long begins(String told) {
        return told.lines().filter(line -> line.endsWith(" Running")).count();
    }

    private void start(String id) {
        Map<String, Object> properties = new HashMap<>(network.properties(id));
        properties.put("distomon.record.enabled", String.valueOf(!id.equals("nyc")));
        running.put(id, Node.start(properties, Clock.system()));
    }

    private void stop(String id) {
        Objects.requireNonNull(running.remove(id), id).close();
    }

    private ApiClient client(String id) {
        ApiClient client = new ApiClient(network.apiPort(id));
        clients.add(client);
        return client;
    }

    private void awaitLast(ApiClient api, String node, String state) {
        eventually().untilAsserted(() -> {
            HttpResponse<String> answer = api.get("/events/lab?node=" + node, api.token());
            assertThat(answer.statusCode()).isEqualTo(200);
            for (JsonNode event : ApiClient.json(answer).get("events")) {
                if (event.get("kind").asText().equals("node")) {
                    assertThat(event.get("to").asText()).isEqualTo(state);
                    return;
                }
            }
            throw new AssertionError("no event of " + node);
        });
    }

    /** The event as soon as it is told. */
    private JsonNode awaitTold(String node, String to) {
        List<JsonNode> found = new ArrayList<>();
        eventually().untilAsserted(() -> {
            get("/events/lab").get("events").forEach(event -> {
                if (!event.get("told_by").isNull()
                        && event.get("subject").asText().equals(node)
                        && event.get("to").asText().equals(to)) {
                    found.add(event);
                }
            });
            assertThat(found).isNotEmpty();
        });
        return found.getFirst();
    }

    private static String state(JsonNode view, String node) {
        for (JsonNode one : view.get("nodes")) {
            if (one.get("node_id").asText().equals(node)) {
                return one.get("state").asText();
            }
        }
        return "Absent";
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = fra.get(path, fra.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiClient.json(answer);
    }

    private String verify(JsonNode answer) throws IOException {
        return network.verifyEvidence(Files.writeString(directory.resolve("answer.json"), answer.toString()));
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(300));
    }
}
