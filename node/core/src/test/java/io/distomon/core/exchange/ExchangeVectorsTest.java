package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.wire.SetClock;
import io.distomon.core.wire.Vectors;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of the vectors: made byte for byte, or met with the answer that the other implementation expects. */
class ExchangeVectorsTest {
    private static final long MADE_MICROS = 250_000;
    private final SetClock clock =
            new SetClock(Vectors.micros(Vectors.get("receiver").get("started")));

    @Test
    void theRequestIsMadeByteForByte() {
        JsonNode vector = Vectors.get("exchange").get("request");
        Nodes.Node fra = node("fra", new FixedBytes(Base64.getUrlDecoder().decode("AAECAwQFBgcICQoLDA0ODw")));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        JsonNode body = readJson(vector);
        fra.store().merge(entry("fra", body.get("data").get("fra")));
        fra.store().merge(signedAms(body.get("have").get("ams").asLong()));
        fra.exchange().asked("ams", Map.of("ams", Long.MAX_VALUE));
        clock.set(Vectors.micros(body.get("send_time")));

        OutgoingRequest request = fra.requester().prepare("ams").orElseThrow();

        assertThat(request.uri()).hasToString("http://ams.example.com/mon/lab");
        assertThat(utf8(request.body())).isEqualTo(vector.get("body").asText());
        assertThat(request.fields()).isEqualTo(own(vector));
        assertThat(request.signature.base())
                .isEqualTo(vector.get("signature_base").asText());
    }

    @Test
    void theResponseIsMadeByteForByte() {
        JsonNode exchange = Vectors.get("exchange");
        JsonNode expected = exchange.get("response");
        Nodes.Node ams = node("ams", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        JsonNode said = readJson(expected);
        ams.store().merge(entry("ams", said.get("store_data").get("ams")));

        HttpAnswer answer = receive(ams, exchange.get("request"));

        assertAnswer(answer, expected);
        assertThat(responseBase(exchange.get("request"), answer))
                .isEqualTo(expected.get("signature_base").asText());
        assertThat(ams.store().have()).containsKeys("fra", "ams");
    }

    @Test
    void theResponseIsUnderstood() {
        JsonNode exchange = Vectors.get("exchange");
        Nodes.Node fra = node("fra", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());

        Conclusion conclusion = conclude(fra, exchange.get("request"), exchange.get("response"));

        Conclusion.Counted counted = (Conclusion.Counted) conclusion;
        assertThat(counted.merged().taken()).containsExactly("ams");
        assertThat(counted.result().refusal()).isNull();
        assertThat(counted.result().outboundMillis()).isEqualTo(250);
        assertThat(counted.result().rttMillis()).isEqualTo(750);
    }

    @Test
    void theSignedRefusalIsMadeByteForByte() {
        JsonNode vector = Vectors.get("clock_refusal");
        Nodes.Node ams = node("ams", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());

        HttpAnswer answer = receive(ams, vector.get("request"));

        assertAnswer(answer, vector.get("response"));
        assertThat(responseBase(vector.get("request"), answer))
                .isEqualTo(vector.get("response").get("signature_base").asText());
        assertThat(ams.store().entries()).isEmpty();
    }

    @Test
    void theSignedRefusalIsUnderstood() {
        JsonNode vector = Vectors.get("clock_refusal");

        Conclusion conclusion = conclude(node("fra", new Random(1)), vector.get("request"), vector.get("response"));

        assertThat(((Conclusion.Counted) conclusion).result().refusal()).isEqualTo("clock");
    }

    @Test
    void theUnsignedRefusalIsMadeByteForByte() {
        assertAnswer(Messages.unsigned(RefusalCode.UNAUTHENTICATED), Vectors.get("unsigned_refusal"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void acceptsARequest(String name, JsonNode vector) {
        Nodes.Node ams = node("ams", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());

        HttpAnswer answer = receive(ams, vector);

        assertThat(answer.status()).isEqualTo(vector.get("status").asInt());
        assertThat(isSigned(vector, answer)).isTrue();
    }

    static Stream<Arguments> accepted() {
        return named("requests_accepted");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesARequest(String name, JsonNode vector) {
        Nodes.Node ams = node("ams", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        JsonNode request = vector;
        if (vector.has("same_as")) {
            request = Vectors.get("exchange").get("request");
            assertThat(receive(ams, request).status()).isEqualTo(200);
        }
        var before = ams.store().entries();

        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        HttpAnswer answer = receive(ams, request);

        assertThat(answer.status()).isEqualTo(vector.get("status").asInt());
        assertThat(utf8(answer.body()))
                .contains("\"error\":\"%s\"".formatted(vector.get("error").asText()));
        assertThat(answer.fields().only("Content-Type")).contains("application/problem+json");
        if (vector.get("answer_signed").asBoolean()) {
            assertThat(isSigned(request, answer)).isTrue();
        } else {
            assertThat(answer.fields().has("Signature")).isFalse();
        }
        assertThat(ams.store().entries()).isEqualTo(before);
    }

    static Stream<Arguments> refused() {
        return named("requests_refused");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void discardsAnAnswer(String name, JsonNode vector) {
        Nodes.Node fra = node("fra", new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        JsonNode request = vector.get("to_request").asText().equals("exchange.request")
                ? Vectors.get("exchange").get("request")
                : Vectors.get("clock_refusal").get("request");

        Conclusion conclusion = conclude(fra, request, vector);

        Conclusion.Discarded discarded = (Conclusion.Discarded) conclusion;
        assertThat(discarded.fault().reason()).isEqualTo(vector.get("reason").asText());
        assertThat(discarded.result().error())
                .isEqualTo(name.equals("unsigned") ? PollError.UNAUTHENTICATED : PollError.BAD_ANSWER);
        assertThat(fra.store().entries()).isEmpty();
    }

    static Stream<Arguments> responses() {
        return named("responses_refused");
    }

    private static Stream<Arguments> named(String section) {
        return Vectors.each(section)
                .map(vector -> Arguments.of(vector.get("name").asText(), vector));
    }

    private Nodes.Node node(String key, RandomGenerator random) {
        return Nodes.Node.of(Vectors.NETWORK, Vectors.signer(key), Vectors.members(), clock, random);
    }

    /** The body is here at the receiver's time, and the answer is made a quarter of a second later. */
    private HttpAnswer receive(Nodes.Node node, JsonNode request) {
        HttpRequestHead head = new HttpRequestHead(
                request.get("method").asText(), request.get("target").asText(), Nodes.fields(request.get("headers")));
        return switch (node.receiver().admit(head)) {
            case Admission.Refused(HttpAnswer answer) -> answer;
            case Admission.Admitted admitted -> {
                Moment arrived = Moment.now(clock);
                clock.set(arrived.wallMicros() + MADE_MICROS);
                yield node.receiver().answer(admitted, bytes(request), arrived);
            }
        };
    }

    private Conclusion conclude(Nodes.Node node, JsonNode request, JsonNode response) {
        MessageSignature.OfRequest signature = signature(request);
        OutgoingRequest sent = new OutgoingRequest(
                "ams",
                URI.create("http://ams.example.com/mon/lab"),
                Nodes.fields(request.get("headers")),
                bytes(request),
                signature,
                new Moment(Vectors.micros(readJson(request).get("send_time")), 0));
        HttpAnswer answer =
                new HttpAnswer(response.get("status").asInt(), Nodes.fields(response.get("headers")), bytes(response));
        return node.requester().conclude(sent, answer, new Moment(Vectors.receiverNow(), 1_000_000_000));
    }

    private static boolean isSigned(JsonNode request, HttpAnswer answer) {
        return response(request, answer)
                .verify(Vectors.signer("ams").verifier(), answer.fields().all("Signature"));
    }

    private static String responseBase(JsonNode request, HttpAnswer answer) {
        return response(request, answer).base();
    }

    private static MessageSignature.OfResponse response(JsonNode request, HttpAnswer answer) {
        return MessageSignature.OfResponse.read(
                        answer.status(),
                        answer.fields().only("Content-Type").orElseThrow(),
                        answer.fields().only("Content-Digest").orElseThrow(),
                        signature(request),
                        answer.fields().all("Signature-Input"))
                .orElseThrow();
    }

    private static MessageSignature.OfRequest signature(JsonNode request) {
        HttpFields fields = Nodes.fields(request.get("headers"));
        return MessageSignature.OfRequest.read(
                        request.get("method").asText(),
                        "application/json",
                        fields.only("Content-Digest").orElseThrow(),
                        fields.all("Signature-Input"))
                .orElseThrow();
    }

    private static void assertAnswer(HttpAnswer answer, JsonNode expected) {
        assertThat(answer.status()).isEqualTo(expected.get("status").asInt());
        assertThat(utf8(answer.body())).isEqualTo(expected.get("body").asText());
        assertThat(answer.fields()).isEqualTo(own(expected));
    }

    /** The vector's header fields without those that the transport adds. */
    private static HttpFields own(JsonNode vector) {
        return new HttpFields(Nodes.fields(vector.get("headers")).lines().stream()
                .filter(line -> !Set.of("Host", "Content-Length").contains(line.name()))
                .toList());
    }

    private static RawEntries entry(String key, JsonNode entry) {
        return new RawEntries(Map.of(key, Vectors.entry(entry)), Set.of());
    }

    private static RawEntries signedAms(long dateMicros) {
        RawEntry raw = SignedNodeData.sign(Nodes.content("ams", "lab", "1.0.0").at(dateMicros), Vectors.signer("ams"))
                .raw();
        return new RawEntries(Map.of("ams", raw), Set.of());
    }

    private static JsonNode readJson(JsonNode message) {
        try {
            return new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readTree(message.get("body").asText());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(JsonNode message) {
        return message.get("body").asText().getBytes(StandardCharsets.UTF_8);
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Yields given bytes, as the other implementation's nonces are not random. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record FixedBytes(byte[] bytes) implements RandomGenerator {
        @Override
        public long nextLong() {
            throw new AssertionError("only bytes are expected");
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }
}
