package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.RawEntries;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RequesterTest {
    private static final long SECOND = 1_000_000L;
    private static final long MILLI = 1_000L;
    private static final long NOW = 1_800_000_000L * SECOND;
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final KeyMapping KEYS = Nodes.keys(AMS, FRA);

    private final SetClock clock = new SetClock(NOW);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);

    @Test
    void asksAtTheMembersUrlWithoutItsTrailingSlashes() {
        assertThat(ams.requester().prepare("fra").orElseThrow().uri()).hasToString("http://fra.example.com/mon/lab");
    }

    @Test
    void asksNeitherStrangersNorPassiveMembers() {
        assertThat(ams.requester().prepare("nyc")).isEmpty();
        Member passive = new Member("fra", null, Duration.ofSeconds(10), 1);
        ams.reload(NetworkConfig.of("lab", "ams", List.of(passive), KEYS, List.of()), AMS);
        assertThat(ams.requester().prepare("fra")).isEmpty();
    }

    @Test
    void signsEveryAttemptAnew() {
        OutgoingRequest first = ams.requester().prepare("fra").orElseThrow();
        OutgoingRequest second = ams.requester().prepare("fra").orElseThrow();
        assertThat(first.signature.nonce()).hasSize(22).isNotEqualTo(second.signature.nonce());
        HttpAnswer answer = answer(first, 200, body("lab", "fra", "ams", NOW, NOW), FRA);
        assertThat(fault(second, answer)).isEqualTo(AnswerFault.SIGNATURE);
    }

    @Test
    void measuresTheRoundTripWithoutThePeersShareOfIt() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        // The peer's clock is 5 s ahead; out 10 ms, there 30 ms, back 20 ms.
        long ahead = 5 * SECOND;
        clock.pass(60 * MILLI);
        byte[] body = body("lab", "fra", "ams", NOW + ahead + 10 * MILLI, NOW + ahead + 40 * MILLI);

        PollResult.Answered result = counted(request, answer(request, 200, body, FRA));

        assertThat(result.rttMillis()).isEqualTo(30);
        assertThat(result.outboundMillis()).isEqualTo(5010);
        assertThat(ams.exchange().clockOffset("fra")).contains(new ClockOffset(4995, 15));
    }

    @Test
    void theShortestOfTheLastSixteenExchangesTellsTheOffset() {
        exchangeLasting(10 * MILLI, 3 * SECOND);
        for (int i = 0; i < 15; i++) {
            exchangeLasting(20 * MILLI, SECOND);
        }
        assertThat(ams.exchange().clockOffset("fra").orElseThrow().millis()).isEqualTo(3000);
        exchangeLasting(30 * MILLI, SECOND);
        assertThat(ams.exchange().clockOffset("fra")).contains(new ClockOffset(1000, 10));
    }

    @Test
    void noClaimOfAPeerMakesARoundTripNegativeOrLongerThanItWas() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        clock.pass(60 * MILLI);
        assertThat(counted(request, answer(request, 200, body("lab", "fra", "ams", NOW, NOW + SECOND), FRA))
                        .rttMillis())
                .isZero();
        assertThat(counted(request, answer(request, 200, body("lab", "fra", "ams", NOW, NOW - SECOND), FRA))
                        .rttMillis())
                .isEqualTo(60);
    }

    @Test
    void aSignedRefusalIsASuccessWithItsCode() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        byte[] clockRefusal = new ProblemBody("clock", "lab", "fra", "ams", NOW, NOW).encode(RefusalCode.CLOCK);
        assertThat(counted(request, answer(request, 409, clockRefusal, FRA)).refusal())
                .isEqualTo("clock");
        String odd = new String(clockRefusal, StandardCharsets.UTF_8).replace("\"clock\"", "\"my <b>words</b>\"");
        assertThat(counted(request, answer(request, 409, odd.getBytes(StandardCharsets.UTF_8), FRA))
                        .refusal())
                .isEqualTo("refused");
    }

    /** Or it could have us send others to look at it whenever it likes. */
    @Test
    void noRefusalsCodeTellsOfAFailedPoll() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        byte[] refusal = new ProblemBody("busy", "lab", "fra", "ams", NOW, NOW).encode(RefusalCode.BUSY);
        for (PollError failure : PollError.values()) {
            String odd =
                    new String(refusal, StandardCharsets.UTF_8).replace("\"busy\"", "\"" + failure.wireName() + "\"");
            assertThat(odd).contains(failure.wireName());
            assertThat(counted(request, answer(request, 429, odd.getBytes(StandardCharsets.UTF_8), FRA))
                            .refusal())
                    .isEqualTo("refused");
        }
    }

    @Test
    void discardsWhatIsSignedButSaysSomethingElse() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        assertThat(fault(request, answer(request, 200, body("other", "fra", "ams", NOW, NOW), FRA)))
                .isEqualTo(AnswerFault.NETWORK);
        assertThat(fault(request, answer(request, 200, body("lab", "ams", "ams", NOW, NOW), FRA)))
                .isEqualTo(AnswerFault.SIG_ID);
        assertThat(fault(request, answer(request, 200, body("lab", "fra", "fra", NOW, NOW), FRA)))
                .isEqualTo(AnswerFault.TO);
        assertThat(fault(request, answer(request, 200, new byte[0], FRA))).isEqualTo(AnswerFault.BODY);
        assertThat(fault(request, answer(request, 503, body("lab", "fra", "ams", NOW, NOW), FRA)))
                .isEqualTo(AnswerFault.BODY);
        assertThat(fault(request, answer(request, 200, new byte[Limits.MAX_MESSAGE_BYTES + 1], FRA)))
                .isEqualTo(AnswerFault.SIZE);
        assertThat(ams.store().entries()).isEmpty();
        assertThat(ams.exchange().clockOffset("fra")).isEmpty();
    }

    @Test
    void discardsAnEncodedAnswer() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        HttpAnswer plain = answer(request, 200, body("lab", "fra", "ams", NOW, NOW), FRA);
        var lines = new ArrayList<>(plain.fields().lines());
        lines.add(new HttpFields.Field("content-encoding", "identity"));
        assertThat(fault(request, new HttpAnswer(200, new HttpFields(lines), plain.body())))
                .isEqualTo(AnswerFault.CONTENT_TYPE);
    }

    @Test
    void onlyAnUnsigned401SaysUnauthenticated() {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        assertThat(failed(request, Messages.unsigned(RefusalCode.UNAUTHENTICATED)))
                .isEqualTo(PollError.UNAUTHENTICATED);
        assertThat(failed(request, Messages.unsigned(RefusalCode.REQUEST_TIMEOUT)))
                .isEqualTo(PollError.BAD_ANSWER);
        HttpAnswer proxys = new HttpAnswer(502, HttpFields.of("Content-Type", "text/html"), new byte[0]);
        assertThat(failed(request, proxys)).isEqualTo(PollError.BAD_ANSWER);
    }

    @Test
    void namesWhatKeptAnAnswerFromComing() {
        assertThat(PollError.of(new InterruptedIOException("late"))).isEqualTo(PollError.TIMEOUT);
        assertThat(PollError.of(new ConnectException("refused"))).isEqualTo(PollError.CONNECT);
        assertThat(PollError.of(new IOException("reset"))).isEqualTo(PollError.CONNECT);
        assertThat(PollError.of(new SSLHandshakeException("no"))).isEqualTo(PollError.TLS);
        assertThat(PollError.of(new IOException(new CertificateException("no"))))
                .isEqualTo(PollError.TLS);
        assertThat(PollError.of(new ProtocolException("no HTTP"))).isEqualTo(PollError.BAD_ANSWER);
    }

    /** Half the time out, half back, none there. */
    private void exchangeLasting(long micros, long ahead) {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        long there = clock.wallMicros() + micros / 2 + ahead;
        clock.pass(micros);
        counted(request, answer(request, 200, body("lab", "fra", "ams", there, there), FRA));
    }

    private PollResult.Answered counted(OutgoingRequest request, HttpAnswer answer) {
        return ((Conclusion.Counted) conclude(request, answer)).result();
    }

    private AnswerFault fault(OutgoingRequest request, HttpAnswer answer) {
        return ((Conclusion.Discarded) conclude(request, answer)).fault();
    }

    private PollError failed(OutgoingRequest request, HttpAnswer answer) {
        return ((Conclusion.Discarded) conclude(request, answer)).result().error();
    }

    private Conclusion conclude(OutgoingRequest request, HttpAnswer answer) {
        return ams.requester().conclude(request, answer, Moment.now(clock));
    }

    private static byte[] body(String networkId, String sigId, String to, long received, long sent) {
        return new ResponseBody(networkId, sigId, to, 0, received, sent, Map.of(), RawEntries.EMPTY, Map.of(), null)
                .encode();
    }

    static HttpAnswer answer(OutgoingRequest request, int status, byte[] body, Signer signer) {
        MessageSignature.OfResponse signature = new MessageSignature.OfResponse(
                status,
                status == 200 ? Messages.JSON : Messages.PROBLEM,
                ContentDigest.of(body),
                request.signature,
                signer.nodeId(),
                signer.verifier().fingerprint(),
                1);
        return new HttpAnswer(
                status,
                HttpFields.of(
                        "content-type",
                        signature.contentType(),
                        "content-digest",
                        signature.contentDigest(),
                        "signature-input",
                        signature.signatureInput(),
                        "signature",
                        signature.sign(signer)),
                body);
    }
}
