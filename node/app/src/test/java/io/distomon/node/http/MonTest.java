package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exchange between nodes, byte by byte: {@code ams} is a node, {@code fra} is this test. */
class MonTest {
    private static final List<String> MEMBERS = List.of("ams", "fra");
    private static NetworkOnDisk network;
    private static Node node;

    private final Clock clock = Clock.system();

    @BeforeAll
    static void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "ams", "fra");
        node = Node.start(network.properties("ams"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aSignedRequestGetsAnAnswerThatVerifiesAndCarriesNothingElse() throws Exception {
        NetworkExchange fra = fra(network.signer("fra"), network.keys(MEMBERS));
        Requester requester = requester(fra);
        OutgoingRequest request = request(requester);

        HttpAnswer answer = exchange(RawHttp.bytes(request));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(names(answer))
                .containsExactlyInAnyOrder(
                        "content-type", "content-digest", "signature-input", "signature", "date", "content-length");
        assertThat(answer.fields().only("content-type")).contains("application/json");
        // RFC 9110, section 5.6.7.
        assertThat(answer.fields().only("date"))
                .get()
                .asString()
                .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT")
                .satisfies(date -> assertThat(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
                        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES)));
        assertThat(requester.conclude(request, answer, Moment.now(clock))).isInstanceOf(Conclusion.Counted.class);
    }

    @Test
    void aConnectionServesOneExchangeAfterTheOther() throws Exception {
        Requester requester = requester(fra(network.signer("fra"), network.keys(MEMBERS)));
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection
                                .exchange(RawHttp.bytes(request(requester)))
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void anAnswerIsNeverPackedHoweverLongAndHoweverMuchTheSenderAsks() throws Exception {
        NetworkExchange fra = fra(network.signer("fra"), network.keys(MEMBERS));
        // Brings a long entry, and says that it holds nothing: then it is sent back, or our own longer one is.
        OutgoingRequest request = request(requester(fra));
        HttpFields asking = plus(without(request.fields(), "Accept-Encoding"), "Accept-Encoding", "gzip, deflate, br");

        HttpAnswer answer = exchange(RawHttp.bytes("/mon/lab", asking, request.body()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().has("content-encoding")).isFalse();
        assertThat(answer.fields().has("transfer-encoding")).isFalse();
        assertThat(requester(fra).conclude(request, answer, Moment.now(clock))).isInstanceOf(Conclusion.Counted.class);
    }

    @Test
    void aLongMessageArrivesWhole() throws Exception {
        NetworkExchange fra = fra(network.signer("fra"), network.keys(MEMBERS));
        fra.store().publish(entry(fra, "v".repeat(150_000)), network.signer("fra"));
        OutgoingRequest request = request(requester(fra));
        assertThat(request.body()).hasSizeGreaterThan(200_000);

        assertThat(exchange(RawHttp.bytes(request)).status()).isEqualTo(200);
    }

    @Test
    void aMemberThatSaysTwoThingsUnderOneDateIsShownInTheView() throws Exception {
        NetworkExchange fra = fra(network.signer("fra"), network.keys(MEMBERS));
        SignedNodeData said = fra.store().entry("fra").orElseThrow().entry();
        assertThat(exchange(RawHttp.bytes(request(requester(fra)))).status()).isEqualTo(200);
        SignedNodeData other =
                SignedNodeData.sign(entry(fra, "other").at(said.data().dateMicros()), network.signer("fra"));
        NetworkExchange liar = exchangeOf(network.signer("fra"), network.keys(MEMBERS));
        liar.store().merge(RawEntries.of(List.of(other)));

        HttpAnswer answer = exchange(RawHttp.bytes(request(requester(liar))));

        assertThat(text(answer)).contains("\"refused\":{\"fra\":\"equivocation\"}");
        try (ApiClient api = new ApiClient(network.apiPort("ams"))) {
            JsonNode shown = ApiClient.json(api.get("/view/lab", api.token())).get("equivocations");
            assertThat(shown).hasSize(1);
            assertThat(shown.get(0).get("node_id").asText()).isEqualTo("fra");
            assertThat(shown.get(0).get("date").asText())
                    .isEqualTo(EntryDate.format(said.data().dateMicros()));
            assertThat(shown.get(0).get("digests"))
                    .extracting(JsonNode::asText)
                    .containsExactly(digest(said), digest(other));
        }
    }

    @Test
    void whatTheHeadShowsIsRefusedBeforeTheBodyIsRead() throws Exception {
        HttpFields json = HttpFields.of("Content-Type", "application/json");

        // None of these sends its body.
        assertThat(exchange(RawHttp.head("POST /mon/lab", json, 4 * 1024 * 1024))
                        .status())
                .isEqualTo(401);
        assertThat(exchange(RawHttp.head("POST /mon/lab", json, 4 * 1024 * 1024 + 1))
                        .status())
                .isEqualTo(413);
        assertThat(exchange(RawHttp.head("POST /mon/lab", plus(json, "Content-Encoding", "gzip"), 9))
                        .status())
                .isEqualTo(415);
        assertThat(exchange(RawHttp.head(
                                "POST /mon/lab", HttpFields.of("Content-Type", "application/json; charset=utf-8"), 9))
                        .status())
                .isEqualTo(415);
        assertThat(exchange(RawHttp.head("PUT /mon/lab", json, 9)).status()).isEqualTo(405);
        assertThat(exchange(RawHttp.head("POST /mon/lab/more", json, 9)).status())
                .isEqualTo(404);
        assertThat(exchange(RawHttp.head("POST /mon/lab", plus(json, "X-Long", "x".repeat(17_000)), 9))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void refusalsBeforeTheSignatureAreProblemsWithoutCharset() throws Exception {
        List<HttpAnswer> answers = List.of(
                exchange(RawHttp.head("GET /mon/lab", HttpFields.of(), 0)),
                exchange(RawHttp.head("POST /mon/lab/more", HttpFields.of(), 0)),
                exchange(RawHttp.head("POST /mon/lab", HttpFields.of(), 0)));

        assertThat(answers).extracting(HttpAnswer::status).containsExactly(405, 404, 415);
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.fields().only("content-type")).contains("application/problem+json"));
    }

    @Test
    void aBodyThatDoesNotArriveInTimeIsGivenUp() throws Exception {
        OutgoingRequest request = request(requester(fra(network.signer("fra"), network.keys(MEMBERS))));
        byte[] bytes = RawHttp.bytes(request);
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            HttpAnswer answer = connection.exchange(Arrays.copyOf(bytes, bytes.length - 1));

            assertThat(answer.status()).isEqualTo(408);
            assertThat(connection.isAtEnd()).isTrue();
        }
    }

    @Test
    void aBodyLongerThanAMessageMayBeIsRefusedThoughItsLengthWasNotDeclared() throws Exception {
        OutgoingRequest request = request(requester(fra(network.signer("fra"), network.keys(MEMBERS))));
        StringBuilder head = new StringBuilder("POST /mon/lab HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n");
        request.fields()
                .lines()
                .forEach(line -> head.append(line.name())
                        .append(": ")
                        .append(line.value())
                        .append("\r\n"));
        byte[] chunk = ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            connection.send(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 5; i++) {
                connection.send(chunk);
            }

            assertThat(connection.receive().status()).isEqualTo(413);
        }
    }

    private HttpAnswer exchange(byte[] request) throws Exception {
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            return connection.exchange(request);
        }
    }

    private static String digest(SignedNodeData entry) {
        return ContentDigest.of(Base64.getDecoder().decode(entry.raw().payload()));
    }

    private NetworkExchange fra(Signer signer, KeyMapping keys) {
        NetworkExchange exchange = exchangeOf(signer, keys);
        exchange.store().publish(entry(exchange, "test"), signer);
        return exchange;
    }

    private NetworkExchange exchangeOf(Signer signer, KeyMapping keys) {
        NetworkConfig config = NetworkConfig.of(
                "lab", "fra", MEMBERS.stream().map(network::member).toList(), keys, List.of());
        SharedStore store = new SharedStore("lab", "fra", keys, clock);
        return new NetworkExchange(config, signer, store, news -> {});
    }

    private static NodeData entry(NetworkExchange exchange, String version) {
        return new NodeData(
                0,
                Map.of(),
                "fra",
                version,
                "lab",
                10,
                "boot",
                exchange.config().digest(),
                false);
    }

    private Requester requester(NetworkExchange exchange) {
        return new Requester(exchange, clock, RandomGenerator.of("SecureRandom"));
    }

    private static OutgoingRequest request(Requester requester) {
        return requester.prepare("ams").orElseThrow();
    }

    private static HttpFields without(HttpFields fields, String name) {
        return new HttpFields(fields.lines().stream()
                .filter(line -> !line.name().equals(name))
                .toList());
    }

    private static HttpFields plus(HttpFields fields, String name, String value) {
        List<HttpFields.Field> lines = new ArrayList<>(fields.lines());
        lines.add(new HttpFields.Field(name, value));
        return new HttpFields(lines);
    }

    private static List<String> names(HttpAnswer answer) {
        return answer.fields().lines().stream()
                .map(line -> line.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
