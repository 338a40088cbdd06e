package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.Limits;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.node.ApiClient;
import io.distomon.node.Exposition;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a node refuses, sent to it over HTTP: {@code ams} is a node with two networks, this test is all other members.
 * Each request brings an entry, and that of a refused one is never taken.
 */
class RefusalsTest {
    private static final int FAR_TOO_MUCH = 64 * 1024 * 1024;

    private static NetworkOnDisk network;
    private static Node node;
    private static ApiClient api;
    private static String token;

    /** What every request here says of its sender. */
    private final RawEntry entry = entry("fra");

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        network = new NetworkOnDisk(directory, "ams", "fra", "nyc", "lon");
        takePartInASecondNetwork();
        node = Node.start(network.properties("ams"));
        api = new ApiClient(network.apiPort("ams"));
        token = api.token();
    }

    @AfterAll
    static void stop() {
        api.close();
        node.close();
    }

    @Test
    void whatIsRightIsTaken() throws Exception {
        assertThat(request(body("lab", "fra", "ams"))
                        .sendTo(network.apiPort("ams"))
                        .status())
                .isEqualTo(200);

        assertThat(held("lab")).containsValue(entry);
    }

    @Test
    void whoeverCannotProveWhoItIsGetsOneConstantAnswer() throws Exception {
        SignedRequest good = request(body("lab", "fra", "ams"));
        String input = good.signature().signatureInput();
        Signer stranger = Signer.generate("fra", new SecureRandom());
        Signer mallory = Signer.generate("mallory", new SecureRandom());
        SignedRequest ofNyc = SignedRequest.of(network.signer("nyc"), body("lab", "fra", "ams"));
        Map<String, SignedRequest> bad = new LinkedHashMap<>();
        bad.put("no signature", good.without("Signature"));
        bad.put("no signature input", good.without("Signature-Input"));
        bad.put("no digest", good.without("Content-Digest"));
        bad.put("a signature twice", good.with("Signature", good.signature().sign(network.signer("fra"))));
        bad.put("a digest twice", good.with("Content-Digest", good.signature().contentDigest()));
        bad.put("a digest of another kind", good.instead("Content-Digest", "sha-512=:AAAA:"));
        bad.put("the digest of another body", good.instead("Content-Digest", ContentDigest.of(new byte[1])));
        bad.put("another body", good.body(body("lab", "fra", "nyc").getBytes(StandardCharsets.UTF_8)));
        bad.put("no body", good.body(new byte[0]));
        bad.put("another time", good.instead("Signature-Input", input.replace("created=1", "created=2")));
        bad.put("another algorithm", good.instead("Signature-Input", input.replace("ed25519", "hmac-sha256")));
        bad.put("less that is signed", good.instead("Signature-Input", input.replace(" \"content-digest\"", "")));
        bad.put("an unknown network", good.path("/mon/nowhere"));
        bad.put("a path that goes round", good.path("/mon/..%2Flab"));
        bad.put("an unknown member", SignedRequest.of(mallory, body("lab", "mallory", "ams")));
        bad.put("an unknown key", SignedRequest.of(stranger, body("lab", "fra", "ams")));
        bad.put(
                "another member's key",
                ofNyc.instead(
                        "Signature-Input",
                        input.replace(
                                network.signer("fra").verifier().fingerprint(),
                                network.signer("nyc").verifier().fingerprint())));
        bad.put(
                "another member's signature",
                good.instead("Signature", good.signature().sign(network.signer("nyc"))));
        bad.put("nothing but a name", good.instead("Signature", "distomon=::"));

        for (Map.Entry<String, SignedRequest> cause : bad.entrySet()) {
            assertUnauthenticated(cause.getKey(), cause.getValue());
        }
        assertThat(held("lab")).doesNotContainValue(entry);
    }

    @Test
    void aRetiredKeyIsAsGoodAsNone() throws Exception {
        SignedRequest old = SignedRequest.of(network.signer("lon"), body("lab", "lon", "ams"));
        assertThat(old.sendTo(network.apiPort("ams")).status()).isEqualTo(200);
        Signer next = Signer.generate("lon", new SecureRandom());

        replace(
                network.directory("ams").resolve("networks/lab/lon.pub"),
                next.verifier().pem());

        eventually()
                .until(() -> SignedRequest.of(next, body("lab", "lon", "ams"))
                                .sendTo(network.apiPort("ams"))
                                .status()
                        == 200);
        assertUnauthenticated("recorded", old);
        assertUnauthenticated("made anew", SignedRequest.of(network.signer("lon"), body("lab", "lon", "ams")));
    }

    @Test
    void aRequestFromOutsideTheClocksWindowIsRefused() throws Exception {
        byte[] body = body("lab", "fra", "ams").getBytes(StandardCharsets.UTF_8);
        Instant now = Instant.now();

        for (Instant created :
                List.of(now.minusSeconds(200), now.plusSeconds(200), now.minus(Duration.ofDays(1)), Instant.EPOCH)) {
            assertRefused(SignedRequest.of(network.signer("fra"), body, created), 409, "clock");
        }
    }

    @Test
    void aSenderWithAWrongClockLearnsByHowMuch() throws Exception {
        Instant wrong = Instant.now().minus(Duration.ofHours(1));
        byte[] body = body("lab", "fra", "ams").getBytes(StandardCharsets.UTF_8);

        JsonNode problem = assertRefused(SignedRequest.of(network.signer("fra"), body, wrong), 409, "clock");

        assertThat(problem.get("received_at").asLong() - wrong.getEpochSecond()).isBetween(3599L, 3700L);
        assertThat(problem.get("sent_at").asDouble())
                .isGreaterThanOrEqualTo(problem.get("received_at").asDouble());
    }

    @Test
    void aRequestThatWasAnsweredIsRefusedHoweverItComesAgain() throws Exception {
        SignedRequest used = SignedRequest.of(network.signer("nyc"), SignedRequest.body("nyc", "ams"));
        assertThat(used.sendTo(network.apiPort("ams")).status()).isEqualTo(200);

        assertRefused(used, 409, "replay");
        assertRefused(used.with("X-Request-Id", "another"), 409, "replay");
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            connection.send(used.bytes());
            connection.send(used.bytes());
            assertSigned(used, connection.receive(), 409, "replay");
            assertSigned(used, connection.receive(), 409, "replay");
        }
    }

    @Test
    void aRequestThatWasAnsweredIsRefusedByTheRestartedNodeToo(@TempDir Path directory) throws Exception {
        NetworkOnDisk own = new NetworkOnDisk(directory, "ams", "fra");
        SignedRequest used;
        try (Node before = Node.start(own.properties("ams"))) {
            used = SignedRequest.of(own.signer("fra"), body("lab", "fra", "ams"));
            assertThat(used.sendTo(before.api().getPort()).status()).isEqualTo(200);
        }
        eventually()
                .until(() -> Instant.now().getEpochSecond() > used.signature().created());

        try (Node after = Node.start(own.properties("ams"))) {
            HttpAnswer answer = used.sendTo(after.api().getPort());

            assertProblem(answer, 409, "clock");
            assertThat(SignedRequest.of(own.signer("fra"), body("lab", "fra", "ams"))
                            .sendTo(after.api().getPort())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSenderIsBusyWhileTwoRequestsOfItArrive() throws Exception {
        // Tried again when the two took so long that they were given up.
        eventually().ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            SignedRequest first = SignedRequest.of(network.signer("nyc"), SignedRequest.body("nyc", "ams"));
            SignedRequest second = SignedRequest.of(network.signer("nyc"), SignedRequest.body("nyc", "ams"));
            try (RawHttp one = new RawHttp(network.apiPort("ams"));
                    RawHttp two = new RawHttp(network.apiPort("ams"))) {
                one.send(allButTheLast(first.bytes()));
                two.send(allButTheLast(second.bytes()));

                assertRefused(SignedRequest.of(network.signer("nyc"), SignedRequest.body("nyc", "ams")), 429, "busy");
                assertThat(request(SignedRequest.body("fra", "ams"))
                                .sendTo(network.apiPort("ams"))
                                .status())
                        .isEqualTo(200);
                assertThat(one.exchange(last(first.bytes())).status()).isEqualTo(200);
                assertThat(two.exchange(last(second.bytes())).status()).isEqualTo(200);
            }
        });
        assertThat(SignedRequest.of(network.signer("nyc"), SignedRequest.body("nyc", "ams"))
                        .sendTo(network.apiPort("ams"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aSenderThatAsksTooOftenIsBusyAndNobodyElse(@TempDir Path directory) throws Exception {
        NetworkOnDisk own = new NetworkOnDisk(directory, "ams", "fra", "nyc");
        try (Node receiver = Node.start(own.properties("ams"));
                RawHttp connection = new RawHttp(own.apiPort("ams"))) {
            SignedRequest first = SignedRequest.of(own.signer("fra"), body("lab", "fra", "ams"));
            HttpAnswer answer = connection.exchange(first.bytes());
            for (int i = 0; answer.status() == 200 && i < 100 * Limits.REQUESTS_IN_A_ROW; i++) {
                answer = connection.exchange(SignedRequest.of(own.signer("fra"), body("lab", "fra", "ams"))
                        .bytes());
            }

            assertProblem(answer, 429, "busy");
            assertThat(answer.fields().has("Signature")).isTrue();
            assertProblem(connection.exchange(first.bytes()), 409, "replay");
            assertThat(SignedRequest.of(own.signer("nyc"), SignedRequest.body("nyc", "ams"))
                            .sendTo(receiver.api().getPort())
                            .status())
                    .isEqualTo(200);
            eventually()
                    .untilAsserted(() -> assertThat(connection
                                    .exchange(SignedRequest.of(own.signer("fra"), body("lab", "fra", "ams"))
                                            .bytes())
                                    .status())
                            .isEqualTo(200));
        }
    }

    @ParameterizedTest
    @MethodSource
    void aBodyThatIsNoRequestIsRefused(String replacement) throws Exception {
        String body = body("lab", "fra", "ams").replaceFirst("\"have\":\\{}", Matcher.quoteReplacement(replacement));

        assertRefused(request(body), 400, "bad_body");
    }

    static Stream<Named<String>> aBodyThatIsNoRequestIsRefused() {
        return Stream.of(
                Named.of("33 levels", "\"x\":" + "[".repeat(32) + "]".repeat(32)),
                Named.of("a million levels", "\"x\":" + "[".repeat(1_000_000)),
                Named.of("a million objects", "\"x\":" + "{\"x\":".repeat(600_000)),
                Named.of("a name twice", "\"to\":\"ams\""),
                Named.of("a name twice, written differently", "\"t\\u006f\":\"ams\""),
                Named.of("a name twice in what nobody reads", "\"x\":{\"y\":1,\"y\":2}"),
                Named.of("an entry twice", "\"have\":{\"fra\":1,\"fra\":1}"),
                Named.of("no number", "\"x\":NaN"),
                Named.of("a number of a million digits", "\"x\":" + "1".repeat(1_000_000)),
                Named.of("a comment", "/* x */\"x\":1"),
                Named.of("a second object", "\"have\":{}}{"),
                Named.of("a wrong type", "\"have\":[]"));
    }

    @Test
    void aPackedBodyIsNeverUnpacked() throws Exception {
        byte[] packed = gzip(body("lab", "fra", "ams").getBytes(StandardCharsets.UTF_8));
        SignedRequest request = SignedRequest.of(network.signer("fra"), packed, Instant.now());

        HttpAnswer declared = request.with("Content-Encoding", "gzip").sendTo(network.apiPort("ams"));
        assertProblem(declared, 415, "unsupported_media_type");
        assertThat(declared.fields().has("signature")).isFalse();
        assertRefused(request, 400, "bad_body");
    }

    @Test
    void aCodedBodyIsTakenForWhatWasSigned() throws Exception {
        SignedRequest request = request(SignedRequest.body("fra", "ams"));
        byte[] coded = deflated(text(SignedRequest.body("fra", "ams")));

        HttpAnswer answer =
                request.body(coded).with("Content-Encoding", "deflate").sendTo(network.apiPort("ams"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().has("Content-Encoding")).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void aCodedBodyThatIsNotWhatWasSignedIsRefused(byte[] sent, int status, String code) throws Exception {
        HttpAnswer answer = request(SignedRequest.body("fra", "ams"))
                .body(sent)
                .with("Content-Encoding", "deflate")
                .sendTo(network.apiPort("ams"));

        assertProblem(answer, status, code);
        assertThat(answer.fields().has("signature")).isFalse();
    }

    static Stream<Arguments> aCodedBodyThatIsNotWhatWasSignedIsRefused() {
        byte[] coded = deflated(text(SignedRequest.body("fra", "ams")));
        byte[] garbled = coded.clone();
        garbled[garbled.length - 1] ^= 1;
        byte[] random = new byte[3 * 1024 * 1024];
        new Random(7).nextBytes(random);
        byte[] long4MiB = Base64.getEncoder().encode(random);
        return Stream.of(
                Arguments.of(Named.of("plain", text(SignedRequest.body("fra", "ams"))), 401, "unauthenticated"),
                Arguments.of(Named.of("something else", deflated(text("{}"))), 401, "unauthenticated"),
                Arguments.of(Named.of("cut off", Arrays.copyOf(coded, coded.length - 1)), 401, "unauthenticated"),
                Arguments.of(Named.of("a wrong checksum", garbled), 401, "unauthenticated"),
                Arguments.of(Named.of("gzip", gzip(text(SignedRequest.body("fra", "ams")))), 401, "unauthenticated"),
                Arguments.of(Named.of("4 MiB", deflated(long4MiB)), 401, "unauthenticated"),
                Arguments.of(
                        Named.of("4 MiB and one byte", deflated(Arrays.copyOf(long4MiB, long4MiB.length + 1))),
                        413,
                        "content_too_large"),
                Arguments.of(Named.of("a bomb", deflated(new byte[FAR_TOO_MUCH])), 413, "content_too_large"));
    }

    /** Whoever recorded its head may send it with any body. It is told no more than who proves nothing. */
    @ParameterizedTest
    @MethodSource
    void anOldCodedRequestIsRefusedWithoutALookAtItsBody(byte[] coded) throws Exception {
        byte[] body = text(SignedRequest.body("fra", "ams"));
        HttpAnswer answer = SignedRequest.of(
                        network.signer("fra"), body, Instant.now().minusSeconds(3600))
                .with("Content-Encoding", "deflate")
                .body(coded)
                .sendTo(network.apiPort("ams"));

        assertProblem(answer, 401, "unauthenticated");
        assertThat(answer.fields().has("signature")).isFalse();
    }

    static Stream<Arguments> anOldCodedRequestIsRefusedWithoutALookAtItsBody() {
        byte[] body = text(SignedRequest.body("fra", "ams"));
        return Stream.of(
                Arguments.of(Named.of("what was signed", deflated(body))),
                Arguments.of(Named.of("plain", body)),
                Arguments.of(Named.of("a bomb", deflated(new byte[FAR_TOO_MUCH]))));
    }

    private static byte[] deflated(byte[] body) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(coded)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aMessageOfAnotherNetworkIsRefused() throws Exception {
        assertRefused(request(body("other", "fra", "ams")), 403, "wrong_network");

        // The same member with the same key is in both.
        SignedRequest ofLab = request(body("lab", "fra", "ams"));
        HttpAnswer answer = ofLab.path("/mon/other").sendTo(network.apiPort("ams"));
        assertProblem(answer, 403, "wrong_network");
        assertThat(held("other")).doesNotContainKey("fra");
    }

    @Test
    void aMessageInTheNameOfAnotherIsRefused() throws Exception {
        assertRefused(request(body("lab", "nyc", "ams")), 403, "wrong_sender");
        assertRefused(SignedRequest.of(network.signer("nyc"), body("lab", "fra", "ams")), 403, "wrong_sender");
        assertRefused(SignedRequest.of(network.signer("ams"), body("lab", "ams", "ams")), 403, "wrong_sender");
    }

    @Test
    void aMessageToAnotherNodeIsRefused() throws Exception {
        assertRefused(request(body("lab", "fra", "nyc")), 403, "wrong_receiver");
        assertRefused(request(body("lab", "fra", "fra")), 403, "wrong_receiver");
    }

    @Test
    void aHeadWithoutEndIsCutOff() throws Exception {
        assertIsCutOff("POST /mon/lab HTTP/1.1\r\nHost: x\r\n", "X-Long: " + "x".repeat(1000) + "\r\n");
    }

    @Test
    void aLineWithoutEndIsCutOff() throws Exception {
        assertIsCutOff("POST /mon/", "x".repeat(1000));
        assertIsCutOff("POST /mon/lab HTTP/1.1\r\nHost: x\r\nX-Long: ", "x".repeat(1000));
    }

    @Test
    void aBodyWithoutEndIsCutOffWhoeverSendsIt() throws Exception {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        SignedRequest request = request(body("lab", "fra", "ams"));

        double before = tooLong();
        assertIsCutOff(chunked(request), chunk);
        assertIsCutOff(chunked(request.without("Signature")), chunk);
        assertIsCutOff(chunked(request.without("Content-Type")), chunk);
        assertIsCutOff(chunked(request.path("/nowhere")), chunk);
        assertThat(tooLong()).isGreaterThan(before);
    }

    @Test
    void theFrameOfAChunkWithoutEndIsCutOff() {
        SignedRequest request = request(body("lab", "fra", "ams"));

        assertIsCutOff(chunked(request) + "1;", "x".repeat(1000));
        assertIsCutOff(chunked(request) + "0\r\n", "X-Long: " + "x".repeat(1000) + "\r\n");
    }

    private static void takePartInASecondNetwork() throws IOException {
        Path directory = network.directory("ams");
        Path other = Files.createDirectories(directory.resolve("networks/other"));
        Map<String, String> shared = NetworkWriter.shared(
                "other", List.of(network.member("ams"), network.member("fra")), network.keys(List.of("fra")));
        for (Map.Entry<String, String> file : shared.entrySet()) {
            Files.writeString(other.resolve(file.getKey()), file.getValue());
        }
        String lab = NetworkWriter.nodeConf("lab", "ams", "password", "jwt");
        Files.writeString(
                directory.resolve("nodeconf.yml"),
                lab.replace("networks:\n", "networks:\n- {name: other, node_id: ams, config_type: local}\n"));
    }

    private static RawEntry entry(String nodeId) {
        NodeData data = new NodeData(0, Map.of(), nodeId, "1", "lab", 10, "boot", null, false);
        long now = Clock.system().wallMicros();
        return SignedNodeData.sign(data.at(now), network.signer(nodeId)).raw();
    }

    /** The body of a request that brings the entry. */
    private String body(String networkId, String from, String to) {
        return SignedRequest.body(networkId, from, to, Map.of("fra", entry));
    }

    private static SignedRequest request(String body) {
        return SignedRequest.of(network.signer("fra"), body);
    }

    private void assertUnauthenticated(String cause, SignedRequest request) throws IOException {
        HttpAnswer answer = request.sendTo(network.apiPort("ams"));
        assertThat(answer.status()).as(cause).isEqualTo(401);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .as(cause)
                .isEqualTo("{\"title\":\"Unauthorized\",\"status\":401,\"error\":\"unauthenticated\"}");
        assertThat(answer.fields().lines())
                .as(cause)
                .filteredOn(line -> !line.name().equalsIgnoreCase("date"))
                .extracting(line -> line.name().toLowerCase(Locale.ROOT) + ": " + line.value())
                .containsExactly(
                        "content-type: application/problem+json", "www-authenticate: Signature", "content-length: 63");
    }

    /** Sends it, and asserts that it is refused with {@code ams}'s signature on just that, and not taken. */
    private JsonNode assertRefused(SignedRequest request, int status, String error) throws Exception {
        JsonNode problem = assertSigned(request, request.sendTo(network.apiPort("ams")), status, error);
        assertThat(held("lab")).doesNotContainValue(entry);
        return problem;
    }

    private static JsonNode assertSigned(SignedRequest request, HttpAnswer answer, int status, String error)
            throws IOException {
        JsonNode problem = assertProblem(answer, status, error);
        assertThat(problem.get("network_id").asText()).isEqualTo("lab");
        assertThat(problem.get("sig_id").asText()).isEqualTo("ams");
        assertThat(problem.get("to").asText()).isEqualTo(request.signature().nodeId());
        HttpFields fields = answer.fields();
        MessageSignature.OfResponse signature = MessageSignature.OfResponse.read(
                        status,
                        "application/problem+json",
                        ContentDigest.of(answer.body()),
                        request.signature(),
                        fields.all("Signature-Input"))
                .orElseThrow();
        assertThat(signature.nodeId()).isEqualTo("ams");
        assertThat(signature.verify(network.signer("ams").verifier(), fields.all("Signature")))
                .isTrue();
        return problem;
    }

    private static JsonNode assertProblem(HttpAnswer answer, int status, String error) throws IOException {
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        assertThat(answer.fields().only("Content-Type")).contains("application/problem+json");
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        assertThat(problem.get("error").asText()).isEqualTo(error);
        return problem;
    }

    /** Sends {@code head} and then {@code more} again and again, and asserts that the node does not listen to the end. */
    private static void assertIsCutOff(String head, String more) {
        byte[] bytes = more.getBytes(StandardCharsets.US_ASCII);
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
                connection.send(head.getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> {
                            for (int sent = 0; sent < FAR_TOO_MUCH; sent += bytes.length) {
                                connection.send(bytes);
                            }
                        })
                        .as(head)
                        .isInstanceOf(IOException.class);
            }
        });
    }

    /** How many connections were closed since one request went on and on. */
    private static double tooLong() throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort("ams"))) {
            Exposition read = Exposition.parse(management.get("/metrics").body());
            return Objects.requireNonNull(
                    read.value("distomon_connections_closed_total", "reason", "too_long"), "no series");
        }
    }

    private static Map<String, RawEntry> held(String networkId) throws Exception {
        return api.held(networkId, token);
    }

    /** The head of {@code request} with a body in chunks. */
    private static String chunked(SignedRequest request) {
        String lines = request.fields().lines().stream()
                .map(line -> line.name() + ": " + line.value() + "\r\n")
                .collect(Collectors.joining());
        return "POST " + request.path() + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + lines + "\r\n";
    }

    private static byte[] allButTheLast(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 1);
    }

    private static byte[] last(byte[] bytes) {
        return Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static void replace(Path file, String text) throws IOException {
        Path temporary = Files.writeString(file.resolveSibling("next"), text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));
    }
}
