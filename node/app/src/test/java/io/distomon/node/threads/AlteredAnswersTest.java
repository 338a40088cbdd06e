package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.http.FakePeer;
import io.distomon.node.polls.HttpPeerClient;
import io.distomon.node.polls.PeerConnections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers of a real node, {@code ams}, that are altered, exchanged or forged on their way to {@code fra}: nothing of them
 * is taken, and the poll has failed.
 */
class AlteredAnswersTest {
    private static final Duration AMPLE = Duration.ofMinutes(2);
    private static final List<String> MEMBERS = List.of("ams", "fra", "nyc");

    private static NetworkOnDisk network;
    private static Node ams;

    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, Clock.system());

    @BeforeAll
    static void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "ams", "fra", "nyc");
        ams = Node.start(network.properties("ams"));
    }

    @AfterAll
    static void stop() {
        ams.close();
    }

    @AfterEach
    void close() {
        peers.close();
    }

    /** {@code fra}, as it polls {@code ams} at the port of a fake. */
    private final class Fra {
        private final NetworkExchange exchange;
        private final HttpPeerClient client;
        private final Member ams;

        Fra(FakePeer fake) {
            KeyMapping keys = network.keys(MEMBERS);
            ams = new Member("ams", URI.create("http://127.0.0.1:" + fake.port()), Duration.ofSeconds(1), 0);
            NetworkConfig config = NetworkConfig.of("lab", "fra", List.of(ams, network.member("fra")), keys, List.of());
            exchange = new NetworkExchange(
                    config, network.signer("fra"), new SharedStore("lab", "fra", keys, Clock.system()), news -> {});
            client = new HttpPeerClient(peers, new Requester(exchange, Clock.system(), new SecureRandom()));
        }

        PollResult poll() throws InterruptedException {
            return client.poll(ams, AMPLE);
        }

        void assertTookNothing() {
            assertThat(exchange.store().entries()).isEmpty();
            assertThat(exchange.clockOffset("ams")).isEmpty();
        }
    }

    @Test
    void whatAProxyMayAddChangesNothing() throws Exception {
        UnaryOperator<HttpAnswer> adding = answer -> with(with(answer, "Via", "1.1 proxy"), "Server", "proxy");
        try (FakePeer proxy = new FakePeer(0, FakePeer.altering(network.apiPort("ams"), adding))) {
            Fra fra = new Fra(proxy);

            // What ams says of itself first waits a little for what its peers know.
            await().atMost(AMPLE).untilAsserted(() -> {
                assertThat(fra.poll()).isInstanceOf(PollResult.Answered.class);
                assertThat(fra.exchange.store().entries()).containsOnlyKeys("ams");
            });
        }
    }

    @ParameterizedTest
    @MethodSource
    void anAlteredAnswerIsABadOne(UnaryOperator<HttpAnswer> alteration) throws Exception {
        assertIsBad(FakePeer.altering(network.apiPort("ams"), alteration));
    }

    static Stream<Named<UnaryOperator<HttpAnswer>>> anAlteredAnswerIsABadOne() {
        return Stream.of(
                Named.of("body: one byte", answer -> body(answer, text(answer).replace("\"lab\"", "\"lob\""))),
                Named.of("body: one byte more", answer -> body(answer, text(answer) + " ")),
                Named.of("body: none", answer -> body(answer, "")),
                Named.of("body: another, with its digest", answer -> {
                    HttpAnswer other = body(answer, text(answer) + " ");
                    return instead(other, "Content-Digest", ContentDigest.of(other.body()));
                }),
                Named.of("body: packed", answer -> with(packed(answer), "Content-Encoding", "gzip")),
                Named.of("body: packed, with its digest", answer -> {
                    HttpAnswer other = with(packed(answer), "Content-Encoding", "gzip");
                    return instead(other, "Content-Digest", ContentDigest.of(other.body()));
                }),
                Named.of("header: an encoding", answer -> with(answer, "Content-Encoding", "identity")),
                Named.of("header: another type", answer -> instead(answer, "Content-Type", "application/problem+json")),
                Named.of(
                        "header: a charset",
                        answer -> instead(answer, "Content-Type", "application/json;charset=utf-8")),
                Named.of("header: a type twice", answer -> with(answer, "Content-Type", "application/json")),
                Named.of("header: no type", answer -> without(answer, "Content-Type")),
                Named.of(
                        "header: another digest",
                        answer -> instead(answer, "Content-Digest", ContentDigest.of(new byte[0]))),
                Named.of("header: a second digest", answer -> with(answer, "Content-Digest", "sha-512=:AAAA:")),
                Named.of("header: no digest", answer -> without(answer, "Content-Digest")),
                Named.of("header: no signature", answer -> without(answer, "Signature")),
                Named.of("header: no signature input", answer -> without(answer, "Signature-Input")),
                Named.of("header: neither", answer -> without(without(answer, "Signature"), "Signature-Input")),
                Named.of("header: a signature twice", answer -> with(answer, "Signature", only(answer, "Signature"))),
                Named.of("header: another signature", answer -> instead(answer, "Signature", "distomon=:AAAA:")),
                Named.of("header: another time", answer -> inInput(answer, "created=1", "created=2")),
                Named.of("header: another algorithm", answer -> inInput(answer, "ed25519", "hmac-sha256")),
                Named.of("header: another sender", answer -> inInput(answer, "ams#", "nyc#")),
                Named.of("header: less that is signed", answer -> inInput(answer, " \"content-digest\"", "")),
                Named.of(
                        "header: not bound to the request",
                        answer -> inInput(answer, " \"signature-input\";req;key=\"distomon\"", "")),
                Named.of("status: 201", answer -> status(answer, 201)),
                Named.of("status: 302", answer -> with(status(answer, 302), "Location", "/mon/lab")),
                Named.of("status: 401", answer -> status(answer, 401)),
                Named.of(
                        "status: 409",
                        answer -> instead(status(answer, 409), "Content-Type", "application/problem+json")),
                Named.of("status: 500", answer -> status(answer, 500)));
    }

    @Test
    void aRefusalIsNotMadeAnAcceptance() throws Exception {
        assertIsBad(request -> {
            assertThat(request.passedTo(network.apiPort("ams")).status()).isEqualTo(200);
            HttpAnswer replayed = request.passedTo(network.apiPort("ams"));
            assertThat(replayed.status()).isEqualTo(409);
            return instead(status(replayed, 200), "Content-Type", "application/json");
        });
    }

    @Test
    void anAnswerToAnotherRequestOfTheSamePeerIsABadOne() throws Exception {
        CompletableFuture<HttpAnswer> recorded = new CompletableFuture<>();
        try (FakePeer recorder = new FakePeer(0, FakePeer.altering(network.apiPort("ams"), answer -> {
            recorded.complete(answer);
            return answer;
        }))) {
            assertThat(new Fra(recorder).poll()).isInstanceOf(PollResult.Answered.class);
        }

        assertIsBad(request -> recorded.join());
    }

    @Test
    void twoAnswersOfTheSamePeerThatAreSwappedAreBothBad() throws Exception {
        Exchanger<HttpAnswer> swap = new Exchanger<>();
        FakePeer.Behaviour swapping =
                request -> swap.exchange(request.passedTo(network.apiPort("ams")), 1, TimeUnit.MINUTES);
        try (FakePeer proxy = new FakePeer(0, swapping);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Fra fra = new Fra(proxy);
            Future<PollResult> one = threads.submit(fra::poll);
            Future<PollResult> other = threads.submit(fra::poll);

            assertBadAnswer(one.get());
            assertBadAnswer(other.get());
            fra.assertTookNothing();
        }
    }

    @Test
    void theAnswerOfAnotherNodeIsABadOne() throws Exception {
        try (Node nyc = Node.start(network.properties("nyc"))) {
            assertIsBad(request -> {
                HttpAnswer answer = request.passedTo(nyc.api().getPort());
                assertThat(text(answer)).contains("wrong_receiver");
                return answer;
            });
        }
    }

    @Test
    void anAnswerThatAnotherMemberMadeUpIsABadOne() throws Exception {
        Signer nyc = network.signer("nyc");
        String saying = FakePeer.body("lab", "ams", "fra", "{}");

        assertIsBad(request -> request.answered(nyc, saying));
        assertIsBad(request -> request.answered(nyc, FakePeer.body("lab", "nyc", "fra", "{}")));
        // Under the name of the polled node.
        Signer posing = Signer.fromPem("ams", nyc.privatePem());
        assertIsBad(request -> request.answered(posing, saying));
        assertIsBad(request -> instead(
                request.answered(posing, saying),
                "Signature-Input",
                only(request.answered(network.signer("ams"), saying), "Signature-Input")));
        assertIsBad(request -> request.answered(network.signer("fra"), FakePeer.body("lab", "fra", "fra", "{}")));
    }

    @Test
    void anAnswerToAnotherNodeOrOfAnotherNetworkIsABadOneThoughThePeerSignedIt() throws Exception {
        Signer signer = network.signer("ams");

        assertIsBad(request -> request.answered(signer, FakePeer.body("other", "ams", "fra", "{}")));
        assertIsBad(request -> request.answered(signer, FakePeer.body("lab", "ams", "nyc", "{}")));
        assertIsBad(request -> request.answered(signer, FakePeer.body("lab", "nyc", "fra", "{}")));
    }

    @ParameterizedTest
    @MethodSource
    void aBodyThatIsNoAnswerIsABadOneThoughThePeerSignedIt(String storeData) throws Exception {
        String body = FakePeer.body("lab", "ams", "fra", storeData);

        assertIsBad(request -> request.answered(network.signer("ams"), body));
    }

    static Stream<Named<String>> aBodyThatIsNoAnswerIsABadOneThoughThePeerSignedIt() {
        return Stream.of(
                Named.of("33 levels", "{},\"x\":" + "[".repeat(32) + "]".repeat(32)),
                Named.of("a million levels", "[".repeat(1_000_000)),
                Named.of("a name twice", "{},\"to\":\"fra\""),
                Named.of("a name twice in what nobody reads", "{},\"x\":{\"y\":1,\"y\":2}"),
                Named.of("an entry twice", "{\"ams\":1,\"ams\":2}"),
                Named.of("no number", "{},\"x\":NaN"),
                Named.of("a wrong type", "[]"),
                Named.of("more than a message may be", "{}" + " ".repeat(4 * 1024 * 1024)));
    }

    @Test
    void aPackedAnswerIsABadOneThoughThePeerSignedIt() throws Exception {
        byte[] packed = gzip(FakePeer.body("lab", "ams", "fra", "{}").getBytes(StandardCharsets.UTF_8));

        assertIsBad(request -> request.answered(network.signer("ams"), 200, packed));
        assertIsBad(request -> with(request.answered(network.signer("ams"), 200, packed), "Content-Encoding", "gzip"));
    }

    @Test
    void theLinkIsOfflineWhileAProxyAltersItsAnswersAndSaysWhy() throws Exception {
        Path config = network.directory("fra").resolve("networks/lab/config.yml");
        AtomicBoolean altering = new AtomicBoolean();
        UnaryOperator<HttpAnswer> change = answer -> altering.get() ? body(answer, text(answer) + " ") : answer;
        try (FakePeer proxy = new FakePeer(0, FakePeer.altering(network.apiPort("ams"), change))) {
            Files.writeString(
                    config, Files.readString(config).replace(":" + network.apiPort("ams"), ":" + proxy.port()));
            try (Node fra = Node.start(network.properties("fra"));
                    ApiClient api = new ApiClient(fra.api().getPort())) {
                String token = api.token();
                awaitOnline(api, token);

                altering.set(true);

                await().atMost(AMPLE).untilAsserted(() -> {
                    JsonNode link = ping(api, token);
                    assertThat(link.path("status").asText()).isEqualTo("offline");
                    assertThat(link.path("error").asText()).isEqualTo("bad_answer");
                });

                altering.set(false);

                awaitOnline(api, token);
            }
        }
    }

    private static void awaitOnline(ApiClient api, String token) {
        await().atMost(AMPLE)
                .untilAsserted(() ->
                        assertThat(ping(api, token).path("status").asText()).isEqualTo("online"));
    }

    private void assertIsBad(FakePeer.Behaviour behaviour) throws Exception {
        try (FakePeer fake = new FakePeer(0, behaviour)) {
            Fra fra = new Fra(fake);
            assertBadAnswer(fra.poll());
            fra.assertTookNothing();
        }
    }

    /** How {@code fra} sees {@code ams}. */
    private static JsonNode ping(ApiClient api, String token) throws IOException, InterruptedException {
        return ApiClient.json(api.get("/store/lab", token)).at("/fra/data/ping_data/ams");
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String only(HttpAnswer answer, String name) {
        return answer.fields().only(name).orElseThrow();
    }

    private static HttpAnswer status(HttpAnswer answer, int status) {
        return new HttpAnswer(status, answer.fields(), answer.body());
    }

    private static HttpAnswer body(HttpAnswer answer, String body) {
        return new HttpAnswer(answer.status(), answer.fields(), body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpAnswer packed(HttpAnswer answer) {
        return new HttpAnswer(answer.status(), answer.fields(), gzip(answer.body()));
    }

    private static HttpAnswer with(HttpAnswer answer, String name, String value) {
        List<HttpFields.Field> lines = new ArrayList<>(answer.fields().lines());
        lines.add(new HttpFields.Field(name, value));
        return new HttpAnswer(answer.status(), new HttpFields(lines), answer.body());
    }

    private static HttpAnswer without(HttpAnswer answer, String name) {
        List<HttpFields.Field> lines = new ArrayList<>(answer.fields().lines());
        assertThat(lines.removeIf(line -> line.name().equalsIgnoreCase(name))).isTrue();
        return new HttpAnswer(answer.status(), new HttpFields(lines), answer.body());
    }

    private static HttpAnswer instead(HttpAnswer answer, String name, String value) {
        return with(without(answer, name), name, value);
    }

    private static HttpAnswer inInput(HttpAnswer answer, String from, String to) {
        String input = only(answer, "Signature-Input");
        assertThat(input).contains(from);
        return instead(answer, "Signature-Input", input.replace(from, to));
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

    private static void assertBadAnswer(PollResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        PollResult.Failed.class,
                        failed -> assertThat(failed.error()).isEqualTo(PollError.BAD_ANSWER));
    }
}
