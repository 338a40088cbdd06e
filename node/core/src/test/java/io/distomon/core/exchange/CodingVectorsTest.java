package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.wire.SetClock;
import io.distomon.core.wire.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that zlib has coded ({@code wire/coding-vectors.json}), and what is no such body. */
class CodingVectorsTest {
    private static final JsonNode REQUEST = Vectors.get("exchange").get("request");
    private static final JsonNode RESPONSE = Vectors.get("exchange").get("response");
    private final SetClock clock =
            new SetClock(Vectors.micros(Vectors.get("receiver").get("started")));

    @ParameterizedTest(name = "{0}")
    @MethodSource("takenRequests")
    void takesARequest(String name, byte[] coded) {
        Nodes.Node ams = node("ams");

        HttpAnswer answer = receive(ams, coded);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields().all(ContentCoding.ACCEPTED)).containsExactly(ContentCoding.NAME);
        assertThat(ams.store().have()).containsKey("fra");
    }

    static Stream<Arguments> takenRequests() {
        return bodies("request", "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"takenRequests", "takenResponses"})
    void isNothingButTheBodyByTheLettersOfTheRfc(String name, byte[] coded, String refused, JsonNode message) {
        byte[] body = message.get("body").asText().getBytes(StandardCharsets.UTF_8);

        assertThat(Rfc1950.read(coded, body.length)).isEqualTo(body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requestsNotSigned")
    void doesNotTakeForSignedWhatIsNoSuchRequest(String name, byte[] coded) {
        Nodes.Node ams = node("ams");

        HttpAnswer answer = receive(ams, coded);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.fields().has(MessageSignature.SIGNATURE)).isFalse();
        assertThat(ams.store().entries()).isEmpty();
    }

    static Stream<Arguments> requestsNotSigned() {
        return bodies("request", "digest");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requestsTooLong")
    void refusesARequestThatBecomesTooLong(String name, byte[] coded) {
        Nodes.Node ams = node("ams");

        assertThat(receive(ams, coded).status()).isEqualTo(413);

        assertThat(ams.store().entries()).isEmpty();
    }

    static Stream<Arguments> requestsTooLong() {
        return bodies("request", "size");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("takenResponses")
    void understandsAnAnswer(String name, byte[] coded) {
        Nodes.Node fra = node("fra");

        Conclusion conclusion = conclude(fra, coded);

        assertThat(conclusion).isInstanceOf(Conclusion.Counted.class);
        assertThat(fra.store().have()).containsKey("ams");
    }

    static Stream<Arguments> takenResponses() {
        return bodies("response", "");
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("refusedResponses")
    void discardsWhatIsNoSuchAnswer(String name, byte[] coded, String reason) {
        Nodes.Node fra = node("fra");

        Conclusion conclusion = conclude(fra, coded);

        assertThat(((Conclusion.Discarded) conclusion).fault().reason()).isEqualTo(reason);
        assertThat(fra.store().entries()).isEmpty();
    }

    static Stream<Arguments> refusedResponses() {
        return Stream.concat(bodies("response", "digest"), bodies("response", "size"));
    }

    /** @param refused why; empty for those that are taken */
    private static Stream<Arguments> bodies(String message, String refused) {
        JsonNode vectors;
        try (InputStream in =
                Objects.requireNonNull(CodingVectorsTest.class.getResourceAsStream("/wire/coding-vectors.json"))) {
            vectors = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return StreamSupport.stream(vectors.get("bodies").spliterator(), false)
                .filter(vector -> vector.get("of").asText().equals(message))
                .filter(vector -> vector.path("refused").asText().equals(refused))
                .map(vector -> Arguments.of(
                        vector.get("name").asText(),
                        Base64.getDecoder().decode(vector.get("coded").asText()),
                        refused,
                        Vectors.get("exchange").get(message)));
    }

    private Nodes.Node node(String key) {
        Nodes.Node node = Nodes.Node.of(Vectors.NETWORK, Vectors.signer(key), Vectors.members(), clock, new Random(1));
        clock.pass(Vectors.receiverNow() - clock.wallMicros());
        return node;
    }

    private HttpAnswer receive(Nodes.Node node, byte[] coded) {
        HttpRequestHead head =
                new HttpRequestHead("POST", "/mon/lab", accepting().with(ContentCoding.APPLIED, ContentCoding.NAME));
        return switch (node.receiver().admit(head)) {
            case Admission.Refused(HttpAnswer answer) -> answer;
            case Admission.Admitted admitted -> node.receiver().answer(admitted, coded, Moment.now(clock));
        };
    }

    private Conclusion conclude(Nodes.Node node, byte[] coded) {
        HttpFields fields = accepting();
        OutgoingRequest sent = new OutgoingRequest(
                "ams",
                URI.create("http://ams.example.com/mon/lab"),
                fields,
                new byte[0],
                MessageSignature.OfRequest.read(
                                "POST",
                                Messages.JSON,
                                fields.only("Content-Digest").orElseThrow(),
                                fields.all(MessageSignature.SIGNATURE_INPUT))
                        .orElseThrow(),
                Moment.now(clock));
        HttpFields of = Nodes.fields(RESPONSE.get("headers"))
                .with(ContentCoding.ACCEPTED, ContentCoding.NAME)
                .with(ContentCoding.APPLIED, ContentCoding.NAME);
        return node.requester().conclude(sent, new HttpAnswer(200, of, coded), Moment.now(clock));
    }

    private static HttpFields accepting() {
        return Nodes.fields(REQUEST.get("headers")).with(ContentCoding.ACCEPTED, ContentCoding.NAME);
    }
}
