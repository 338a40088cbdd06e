package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.Clock;
import io.distomon.core.store.EntryDate;
import io.distomon.node.command.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fra has recorded of a network in which ams comes and goes, and nyc never was. */
class FlightRecorderTest {
    private static final long MINUTE_MICROS = 60_000_000;

    private final List<AutoCloseable> running = new ArrayList<>();
    private final StringWriter told = new StringWriter();
    private NetworkOnDisk network;
    private ApiClient api;
    private Path directory;

    @BeforeEach
    void prepare(@TempDir Path root) {
        directory = root;
        network = new NetworkOnDisk(root, "fra", "ams", "nyc");
        api = new ApiClient(network.apiPort("fra"));
        running.add(api);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : running.reversed()) {
            closeable.close();
        }
    }

    @Test
    void whatHappenedIsToldWithItsWitnessesOverARestartAndProvenOffline() throws Exception {
        Node fra = start("fra");
        Node ams = start("ams");
        awaitEvent("ams", "Online");
        ams.close();
        running.remove(ams);
        awaitEvent("ams", "Offline");
        fra.close();
        running.remove(fra);
        start("fra");
        awaitEvent("fra", "Running");

        JsonNode answer = get("/events/lab?evidence=true");

        JsonNode events = answer.get("events");
        long last = answer.at("/chain/last_seq").asLong();
        assertThat(events.get(0).get("seq").asLong()).isEqualTo(last);
        assertThat(events).hasSize((int) last);
        assertThat(answer.get("next").isNull()).isTrue();
        JsonNode offline = event(events, "ams", "Offline");
        // It is silent first, for those who still reach it.
        assertThat(offline.get("from").asText()).isIn("Online", "Degraded");
        assertThat(offline.get("reason").asText()).isEqualTo("planned");
        assertThat(offline.at("/witnesses/fra/status").asText()).isEqualTo("offline");
        assertThat(answer.get("entries").has(offline.at("/entries/fra").asText()))
                .isTrue();
        assertThat(event(events, "fra", "Running").get("from").asText()).isEqualTo("Stopped");
        String stopped = event(events, "fra", "Stopped").get("time").asText();
        assertThat(get("/view/lab?at=" + stopped).get("unrecorded_since").asText())
                .isEqualTo(stopped);
        assertThat(get("/view/lab?at=" + offline.get("time").asText())
                        .get("unrecorded_since")
                        .isNull())
                .isTrue();
        assertThat(verify(answer)).isZero();
        assertThat(told.toString()).contains("The chain holds: " + last + " records", "    fra signed on ");
    }

    @Test
    void whateverIsAlteredExchangedOrLeftOutInAnAnswerIsFoundAndNamed() throws Exception {
        start("fra");
        Node ams = start("ams");
        awaitEvent("ams", "Online");
        ams.close();
        running.remove(ams);
        awaitEvent("ams", "Offline");
        JsonNode whole = get("/events/lab?evidence=true");
        JsonNode offline = event(whole.get("events"), "ams", "Offline");
        int at = whole.get("events").size() - offline.get("seq").asInt();

        ObjectNode altered = whole.deepCopy();
        ((ObjectNode) altered.at("/events/" + at)).put("to", "Online");
        assertRefuted(altered, "record %s: found a content with the hash".formatted(offline.get("seq")));

        ObjectNode missing = whole.deepCopy();
        ((ArrayNode) missing.get("events")).remove(1);
        assertRefuted(
                missing,
                "record %s: found nothing, expected a record"
                        .formatted(whole.get("events").size() - 1));

        ObjectNode swapped = whole.deepCopy();
        ArrayNode events = (ArrayNode) swapped.get("events");
        JsonNode first = events.get(1);
        events.set(1, events.get(2));
        events.set(2, first);
        assertRefuted(swapped, "record ");

        ObjectNode forged = whole.deepCopy();
        forged.get("entries").properties().forEach(entry -> ((ObjectNode) entry.getValue()).put("sig_id", "nyc"));
        assertRefuted(forged, "found another entry in its place");

        ObjectNode without = whole.deepCopy();
        ((ObjectNode) without.get("entries")).remove(offline.at("/entries/fra").asText());
        assertRefuted(without, "found no good entry signed by fra");

        Files.writeString(
                directory.resolve("keys").resolve("fra.pub"),
                network.signer("nyc").verifier().pem());
        assertThat(verifyWith(whole)).isEqualTo(1);
        assertThat(told.toString()).contains("found no entry of this network that a key of fra");
    }

    @Test
    void pagesFollowEachOtherAndANodesEventsCanBeAskedForAlone() throws Exception {
        start("fra");
        start("ams");
        awaitEvent("ams", "Online");
        List<Long> seqs = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = get("/events/lab?limit=2" + after);
            page.get("events").forEach(event -> seqs.add(event.get("seq").asLong()));
            assertThat(verify(page)).isZero();
            assertThat(told.toString().contains("none altered, exchanged or missing"))
                    .as("whether all are confirmed")
                    .isEqualTo(after.isEmpty());
            after = page.get("next").isNull()
                    ? ""
                    : "&after=" + page.get("next").asText();
        } while (!after.isEmpty());
        assertThat(seqs)
                .isSortedAccordingTo((a, b) -> Long.compare(b, a))
                .endsWith(2L, 1L)
                .doesNotHaveDuplicates();

        JsonNode ofAms = get("/events/lab?node=ams");
        assertThat(ofAms.get("events"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.get("subject").asText()).isIn("ams", "lab"));
        assertThat(verify(ofAms)).isZero();
        assertThat(told.toString())
                .contains("that no more records are of node=ams: the chain has records ")
                .doesNotContain("exchanged or missing.");
    }

    @Test
    void ofRecordsThatWereChosenByTheirTimeItIsToldWhatTheyCannotProve() throws Exception {
        start("fra");
        start("ams");
        awaitEvent("ams", "Online");
        JsonNode whole = get("/events/lab");
        int last = whole.at("/chain/last_seq").asInt();
        String second = whole.get("events").get(last - 2).get("time").asText();

        JsonNode since = get("/events/lab?since=" + second);
        assertThat(since.get("since").asText()).isEqualTo(second);
        assertThat(since.get("events"))
                .hasSizeLessThan(since.at("/chain/last_seq").asInt());
        assertThat(verify(since)).isZero();
        assertThat(told.toString())
                .contains(
                        "that no more records are of since=" + second + ": the chain has records 1",
                        "or missing between two that follow each other; whether others are missing it can't tell.");

        ObjectNode fewer = since.deepCopy();
        ((ArrayNode) fewer.get("events")).remove(1);
        int removed = since.at("/events/1/seq").asInt();
        assertThat(verify(fewer)).isZero();
        assertThat(told.toString())
                .contains(
                        "the chain has records 1, " + removed + " besides",
                        "that records " + (removed - 1) + " are as they were written",
                        "none altered or exchanged but perhaps " + (removed - 1) + ", and none missing between two");

        ObjectNode more = since.deepCopy();
        more.set("events", whole.get("events"));
        more.set("chain", whole.get("chain"));
        assertRefuted(more, "record 1: found one that is not of since=" + second);

        for (String name : List.of("since", "until")) {
            ObjectNode unreadable = since.deepCopy();
            unreadable.put(name, "yesterday");
            assertThat(verify(unreadable)).isEqualTo(78);
            assertThat(told.toString())
                    .contains("answer.json: " + name + ": found \"yesterday\", expected a time such as ");
        }
    }

    @Test
    void minutesOfLinksThePastAndUptimeAreThere() throws Exception {
        // Three seconds before the next minute.
        Clock machine = Clock.system();
        long ahead = 57_000_000 - machine.wallMicros() % MINUTE_MICROS;
        Clock clock = new Clock() {
            @Override
            public long wallMicros() {
                return machine.wallMicros() + ahead;
            }

            @Override
            public long monotonicNanos() {
                return machine.monotonicNanos();
            }
        };
        start("fra", clock);
        start("ams", clock);
        awaitEvent("ams", "Online");
        eventually()
                .untilAsserted(
                        () -> assertThat(get("/history/lab").get("minutes")).isNotEmpty());

        JsonNode minute = get("/history/lab?node=ams").at("/minutes/0");
        assertThat(minute.get("minute").asText()).endsWith(":00.000000Z");
        JsonNode link = minute.at("/links/0");
        assertThat(link.get("to").asText()).isEqualTo("ams");
        assertThat(link.get("sent").asInt()).isPositive();
        assertThat(link.get("lost").asInt()).isBetween(0, link.get("sent").asInt());

        String now = EntryDate.format(clock.wallMicros());
        JsonNode past = get("/view/lab?at=" + now);
        assertThat(past.get("nodes"))
                .anySatisfy(node -> assertThat(node.toString())
                        .isEqualTo("{\"node_id\":\"ams\",\"state\":\"Online\",\"reason\":null}"));
        assertThat(past.get("config_digest").asText()).hasSize(64);
        JsonNode uptime = get("/uptime/lab").at("/nodes/ams/1h");
        assertThat(uptime.get("online_seconds").asDouble()).isPositive();
        assertThat(uptime.get("ratio").asDouble()).isBetween(0.0, 1.0);
        assertProblem("/view/lab?at=2020-01-01T00:00:00Z", 400, "at: found a time before the oldest record");
    }

    @Test
    void whatCannotBeAskedIsAProblem() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        for (String path : List.of("/events", "/history", "/uptime")) {
            assertThat(api.get(path + "/lab").statusCode()).isEqualTo(401);
            assertThat(api.get(path + "/nowhere").statusCode()).isEqualTo(401);
            assertProblem(path + "/nowhere", 404, "this node is in no network nowhere");
        }
        assertProblem("/events/lab?since=yesterday", 400, "since: found \"yesterday\", expected a time such as");
        assertProblem("/events/lab?limit=0", 400, "limit: found \"0\", expected a number from 1 to 1000");
        assertProblem("/events/lab?limit=101&evidence=true", 400, "expected a number from 1 to 100");
        assertProblem("/events/lab?after=x", 400, "after: found \"x\"");
        assertProblem("/history/lab?until=1&until=2", 400, "until: found 2 values, expected one");
        assertProblem("/view/lab?at=now", 400, "at: found \"now\"");
        assertThat(get("/info").at("/networks/0/recorder_trouble").isNull()).isTrue();
    }

    @Test
    void aNodeThatIsToldSoRecordsNothing() throws Exception {
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.put("distomon.record.enabled", "false");
        running.add(Node.start(properties));

        assertProblem("/events/lab", 404, "this node records nothing of lab");
        assertThat(network.directory("fra").resolve(".flight_records")).doesNotExist();
    }

    private Node start(String id) {
        return start(id, Clock.system());
    }

    private Node start(String id, Clock clock) {
        Node node = Node.start(network.properties(id), clock);
        running.add(node);
        return node;
    }

    private void awaitEvent(String subject, String to) {
        eventually().untilAsserted(() -> {
            HttpResponse<String> answer = api.get("/events/lab", api.token());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(ApiClient.json(answer).get("events"))
                    .anySatisfy(event -> assertThat(List.of(
                                    event.get("subject").asText(),
                                    event.get("to").asText()))
                            .containsExactly(subject, to));
        });
    }

    private static JsonNode event(JsonNode events, String subject, String to) {
        for (JsonNode event : events) {
            if (event.get("subject").asText().equals(subject)
                    && event.get("to").asText().equals(to)) {
                return event;
            }
        }
        throw new AssertionError("no event of %s that is now %s in %s".formatted(subject, to, events));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = api.get(path, api.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiClient.json(answer);
    }

    private void assertProblem(String path, int status, String detail) throws IOException, InterruptedException {
        HttpResponse<String> answer = api.get(path, api.token());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(ApiClient.json(answer).get("detail").asText()).contains(detail);
    }

    private void assertRefuted(JsonNode answer, String how) throws IOException {
        assertThat(verify(answer)).isEqualTo(1);
        assertThat(told.toString()).contains("The records do NOT hold:", how);
    }

    /** The exit code of {@code verify-evidence} with the members' keys. */
    private int verify(JsonNode answer) throws IOException {
        Path keys = Files.createDirectories(directory.resolve("keys"));
        for (String id : List.of("fra", "ams", "nyc")) {
            Files.writeString(
                    keys.resolve(id + ".pub"), network.signer(id).verifier().pem());
        }
        return verifyWith(answer);
    }

    private int verifyWith(JsonNode answer) throws IOException {
        Path file = directory.resolve("answer.json");
        Files.writeString(file, answer.toString());
        told.getBuffer().setLength(0);
        return Commands.execute(
                new PrintWriter(told),
                new PrintWriter(told),
                "verify-evidence",
                "--pubkeys",
                directory.resolve("keys").toString(),
                file.toString());
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300));
    }
}
