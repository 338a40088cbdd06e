package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.wire.SetClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check of the receiver, attacked. */
class ReceiverTest {
    private static final long NOW = 1_800_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer NYC = Signer.generate("nyc", new SecureRandom());
    private static final Signer MALLORY = Signer.generate("mallory", new SecureRandom());
    private static final KeyMapping KEYS = Nodes.keys(FRA, AMS, NYC);
    private static final String BODY = body("lab", "fra", "ams", "{}");

    private final SetClock clock = new SetClock(NOW * SECOND);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);
    private int nonces;

    ReceiverTest() {
        clock.pass(3600 * SECOND);
    }

    @Test
    void everyRequestIsCountedOnceByWhatBecameOfIt() {
        assertThat(ams.receiver().refused()).containsOnlyKeys(RefusalCode.values());
        Sent sent = request(BODY);

        receive(sent);
        receive(request(BODY));
        receive(sent);
        receive(request(MALLORY, BODY));
        receive(request(BODY).path("/mon/nowhere"));

        assertThat(ams.receiver().accepted()).isEqualTo(2);
        assertThat(ams.receiver().refused())
                .containsOnlyKeys(RefusalCode.values())
                .allSatisfy((code, count) -> {
                    switch (code) {
                        case REPLAY -> assertThat(count).isEqualTo(1);
                        case UNAUTHENTICATED -> assertThat(count).isEqualTo(2);
                        default -> assertThat(count).as(code.name()).isZero();
                    }
                });
    }

    // What the head shows, in the order of the checks

    @Test
    void onlyPostIsAllowed() {
        HttpAnswer answer = receive(request(BODY).method("GET").path("/").without("content-type"));
        assertUnsigned(answer, 405, "method_not_allowed");
        assertThat(answer.fields().only("Allow")).contains("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/mon", "/mon/", "/mon/lab/", "/mon/lab/x", "/MON/lab", "//mon/lab", "/store/lab", ""})
    void onlyTheExchangesPathIsFound(String path) {
        assertUnsigned(receive(request(BODY).path(path).without("content-type")), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4194305", "99999999", "99999999999999999999999"})
    void aBodyDeclaredTooLargeIsNotRead(String length) {
        assertUnsigned(
                receive(request(BODY).with("Content-Length", length).without("content-type")),
                413,
                "content_too_large");
    }

    @Test
    void aHeadTooLargeIsRefused() {
        assertUnsigned(receive(request(BODY).with("x", "y".repeat(16 * 1024))), 413, "content_too_large");
    }

    @Test
    void aBodyTooLargeIsRefusedWhateverWasDeclared() {
        Sent large = request(BODY + " ".repeat(Limits.MAX_MESSAGE_BYTES));
        assertUnsigned(receive(large), 413, "content_too_large");
        assertThat(receive(request(BODY + " ".repeat(Limits.MAX_MESSAGE_BYTES - BODY.length())))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=utf-8",
                "Application/JSON",
                "text/plain",
                "application/problem+json",
                ""
            })
    void onlyJsonIsTaken(String contentType) {
        assertUnsigned(receive(request(BODY).instead("content-type", contentType)), 415, "unsupported_media_type");
    }

    @Test
    void theMediaTypeIsGivenOnce() {
        assertUnsigned(receive(request(BODY).without("content-type")), 415, "unsupported_media_type");
        assertUnsigned(receive(request(BODY).with("Content-Type", "application/json")), 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity", ""})
    void noEncodingIsTaken(String encoding) {
        assertUnsigned(receive(request(BODY).with("Content-Encoding", encoding)), 415, "unsupported_media_type");
    }

    @Test
    void aBodyMustBeHereWithinTenSeconds() {
        Sent inTime = request(BODY);
        Admission.Admitted admitted = admit(inTime);
        clock.pass(10 * SECOND);
        assertThat(answer(admitted, inTime).status()).isEqualTo(200);
        Sent sent = request(BODY);
        Admission.Admitted late = admit(sent);
        clock.pass(10 * SECOND + 1);
        assertUnsigned(answer(late, sent), 408, "request_timeout");
    }

    @Test
    void allThatIsNotAuthenticatedGetsOneConstantAnswer() {
        Sent good = request(BODY);
        List<Sent> bad = List.of(
                good.without("signature"),
                good.without("signature-input"),
                good.without("content-digest"),
                good.with("content-digest", good.fields().only("content-digest").orElseThrow()),
                good.instead(
                        "content-digest", good.fields().only("content-digest").orElseThrow() + ", sha-512=:AAAA:"),
                good.instead("content-digest", "sha-256=:AAAA:"),
                good.with("signature", good.fields().only("signature").orElseThrow()),
                good.with(
                        "signature-input", good.fields().only("signature-input").orElseThrow()),
                good.body(BODY + " "),
                good.path("/mon/other"),
                good.path("/mon/..%2flab"),
                request(MALLORY, body("lab", "mallory", "ams", "{}")),
                request(MALLORY, body("lab", "fra", "ams", "{}"))
                        .instead(
                                "signature-input",
                                good.fields().only("signature-input").orElseThrow()),
                request(NYC, BODY)
                        .instead(
                                "signature-input",
                                good.fields().only("signature-input").orElseThrow()));
        for (Sent sent : bad) {
            HttpAnswer answer = receive(sent);
            assertUnsigned(answer, 401, "unauthenticated");
            assertThat(answer.fields()).isEqualTo(receive(bad.getFirst()).fields());
            assertThat(answer.body()).isEqualTo(receive(bad.getFirst()).body());
            assertThat(answer.fields().only("WWW-Authenticate")).contains("Signature");
        }
        assertThat(receive(good).status()).isEqualTo(200);
    }

    @Test
    void aSenderThatWasRemovedWhileItsBodyCameIsNotAuthenticated() {
        Sent sent = request(BODY);
        Admission.Admitted admitted = admit(sent);
        KeyMapping others = Nodes.keys(AMS, NYC);
        ams.reload(Nodes.config("lab", "ams", others), AMS);
        assertUnsigned(answer(admitted, sent), 401, "unauthenticated");
    }

    // The date of the signature

    @Test
    void aRequestIsTakenUpToTwoMinutesAroundTheReceiversClock() {
        for (long created : new long[] {now() - 120, now() + 120}) {
            assertThat(receive(Sent.of(FRA, "lab", BODY, created, nonce())).status())
                    .isEqualTo(200);
        }
        for (long created : new long[] {now() - 121, now() + 121, 0, 999_999_999_999_999L}) {
            assertSigned(receive(Sent.of(FRA, "lab", BODY, created, nonce())), 409, "clock");
        }
    }

    @Test
    void aRequestSignedBeforeTheProcessStartedIsRefusedAsItsNonceMayHaveBeenUsed() {
        Sent recorded = request(BODY);
        assertThat(receive(recorded).status()).isEqualTo(200);
        clock.pass(2 * SECOND + SECOND / 2);

        Nodes.Node restarted = Nodes.Node.of("lab", AMS, KEYS, clock);

        assertSigned(restarted.receive(recorded.head(), recorded.bytes()), 409, "clock");
        Sent justBefore = Sent.of(FRA, "lab", BODY, now() - 1, nonce());
        assertSigned(restarted.receive(justBefore.head(), justBefore.bytes()), 409, "clock");
        Sent inTheSameSecond = Sent.of(FRA, "lab", BODY, now(), nonce());
        assertThat(restarted
                        .receive(inTheSameSecond.head(), inTheSameSecond.bytes())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aClockThatWasAheadAtTheStartAndIsSetRightShutsNobodyOut() {
        Nodes.Node restarted = Nodes.Node.of("lab", AMS, KEYS, clock);
        clock.pass(60 * SECOND);
        clock.set(clock.wallMicros() - 24 * 3600 * SECOND);

        Sent now = request(BODY);
        assertThat(restarted.receive(now.head(), now.bytes()).status()).isEqualTo(200);
        Sent before = Sent.of(FRA, "lab", BODY, now() - 61, nonce());
        assertSigned(restarted.receive(before.head(), before.bytes()), 409, "clock");
    }

    @Test
    void aClockThatWasBehindAtTheStartAndIsSetRightOpensNoDoorToOldRequests() {
        Nodes.Node restarted = Nodes.Node.of("lab", AMS, KEYS, clock);
        clock.set(clock.wallMicros() + 24 * 3600 * SECOND);

        Sent before = Sent.of(FRA, "lab", BODY, now() - 1, nonce());
        assertSigned(restarted.receive(before.head(), before.bytes()), 409, "clock");
        Sent now = request(BODY);
        assertThat(restarted.receive(now.head(), now.bytes()).status()).isEqualTo(200);
    }

    @Test
    void anAlteredBodyIsNotAuthenticatedHoweverOldItsSignature() {
        Sent old = Sent.of(FRA, "lab", BODY, now() - 1000, nonce());
        assertUnsigned(receive(old.body("{}")), 401, "unauthenticated");
    }

    // Replay and limits

    @Test
    void aRequestIsTakenOnce() {
        Sent sent = request(BODY);
        assertThat(receive(sent).status()).isEqualTo(200);
        assertSigned(receive(sent), 409, "replay");
        clock.pass(120 * SECOND);
        assertSigned(receive(sent), 409, "replay");
        clock.pass(SECOND);
        assertSigned(receive(sent), 409, "clock");
    }

    @Test
    void aRequestIsTakenOnceEvenIfItsSenderLeftAndCameBackMeanwhile() {
        Sent sent = request(BODY);
        assertThat(receive(sent).status()).isEqualTo(200);

        ams.reload(Nodes.config("lab", "ams", Nodes.keys(AMS, NYC)), AMS);
        clock.pass(60 * SECOND);
        assertUnsigned(receive(sent), 401, "unauthenticated");
        ams.reload(Nodes.config("lab", "ams", KEYS), AMS);

        assertSigned(receive(sent), 409, "replay");
    }

    @Test
    void aRequestIsTakenOnceEvenIfOurClockWasAheadMeanwhile() {
        Sent sent = request(BODY);
        assertThat(receive(sent).status()).isEqualTo(200);

        long right = clock.wallMicros();
        clock.set(right + 3600 * SECOND);
        receive(request(BODY)); // clears what has lapsed
        ams.reload(Nodes.config("lab", "ams", Nodes.keys(AMS, NYC)), AMS);
        ams.reload(Nodes.config("lab", "ams", KEYS), AMS);
        clock.set(right);

        assertSigned(receive(sent), 409, "replay");
    }

    @Test
    void aNonceOfTheFutureIsKeptAsLongAsItsRequestWouldBeTaken() {
        Sent sent = Sent.of(FRA, "lab", BODY, now() + 120, nonce());
        assertThat(receive(sent).status()).isEqualTo(200);
        clock.pass(240 * SECOND);
        receive(request(BODY)); // clears what has lapsed
        assertSigned(receive(sent), 409, "replay");
        clock.pass(SECOND);
        assertSigned(receive(sent), 409, "clock");
    }

    @Test
    void aNonceIsNewForEachSender() {
        String nonce = nonce();
        assertThat(receive(Sent.of(FRA, "lab", BODY, now(), nonce)).status()).isEqualTo(200);
        assertThat(receive(Sent.of(NYC, "lab", body("lab", "nyc", "ams", "{}"), now(), nonce))
                        .status())
                .isEqualTo(200);
        assertSigned(receive(Sent.of(FRA, "lab", BODY, now() + 1, nonce)), 409, "replay");
    }

    @Test
    void aRefusedBodyUsesItsNonceUpToo() {
        Sent bad = request("{}");
        assertSigned(receive(bad), 400, "bad_body");
        assertSigned(receive(bad), 409, "replay");
    }

    @Test
    void aSenderWithTooManyNoncesIsBusyUntilTheyLapse() {
        // As late as they may be, else they lapse before they are too many for who asks no more often than it may.
        for (int i = 0; i < Limits.MAX_NONCES; i++) {
            assertThat(receive(Sent.of(FRA, "lab", "", now() + 120, nonce())).status())
                    .isEqualTo(400);
            clock.pass(SECOND / Limits.REQUESTS_A_SECOND);
        }
        assertSigned(receive(request(BODY)), 429, "busy");
        assertBusyFor(BusyReason.NONCES, 1);
        assertThat(receive(request(NYC, body("lab", "nyc", "ams", "{}"))).status())
                .isEqualTo(200);
        clock.pass(241 * SECOND);
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void aSenderThatAsksTooOftenIsBusyUntilItHasPaused() {
        for (int i = 0; i < Limits.REQUESTS_IN_A_ROW; i++) {
            assertThat(receive(request(BODY)).status()).isEqualTo(200);
        }
        Sent tooMuch = request(BODY);
        assertThat(admit(tooMuch).wantsBody()).isFalse();
        assertSigned(receive(tooMuch), 429, "busy");
        assertSigned(receive(tooMuch), 409, "replay");
        assertBusyFor(BusyReason.REQUESTS, 1);
        assertThat(receive(request(NYC, body("lab", "nyc", "ams", "{}"))).status())
                .isEqualTo(200);

        clock.pass(SECOND);
        for (int i = 0; i < Limits.REQUESTS_A_SECOND; i++) {
            assertThat(receive(request(BODY)).status()).isEqualTo(200);
        }
        assertSigned(receive(request(BODY)), 429, "busy");
    }

    @Test
    void aMemberInAStormIsNeverBusy() {
        for (int second = 0; second < 300; second++) {
            for (int i = 0; i < 11; i++) {
                assertThat(receive(request(BODY)).status()).isEqualTo(200);
            }
            clock.pass(SECOND);
        }
    }

    @Test
    void aSenderOfLongMessagesIsBusyAfterAsManyAsARestartNeeds() {
        String longest = BODY + " ".repeat(Limits.MAX_MESSAGE_BYTES - BODY.length());
        int some = Limits.BYTES_IN_A_ROW / Limits.MAX_MESSAGE_BYTES;
        for (int i = 0; i < some; i++) {
            assertThat(receive(request(longest)).status()).isEqualTo(200);
        }
        assertSigned(receive(request(BODY)), 429, "busy");
        assertBusyFor(BusyReason.BYTES, 1);
        clock.pass(SECOND);
        assertThat(receive(request(longest)).status()).isEqualTo(200);
        assertSigned(receive(request(BODY)), 429, "busy");
        clock.pass(4 * SECOND);
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void longAnswersCountToo() {
        ams.publish();
        for (int i = 0; i < Limits.BYTES_IN_A_ROW / Limits.MAX_MESSAGE_BYTES; i++) {
            ams.exchange().peer("fra").gotAnswer(Limits.MAX_MESSAGE_BYTES, clock.monotonicNanos());
        }
        assertSigned(receive(request(BODY)), 429, "busy");
        clock.pass(SECOND);
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void whatIsBroughtInVainIsJudgedNoMoreWhenItIsTooMuch() throws IOException {
        RawEntry good = entry(FRA, "1");
        RawEntry forged = new RawEntry(good.payload(), entry(NYC, "1").signature(), "nyc");
        String vain = "{\"nyc\":" + json(forged) + "}";
        for (int i = 0; i < Limits.VAIN_ENTRIES_IN_A_ROW; i++) {
            ams.exchange().peer("fra").patience(clock.monotonicNanos()).inVain();
        }
        assertThat(refusedBy(receive(request(body("lab", "fra", "ams", vain))))).contains("\"nyc\":\"busy\"");

        clock.pass(SECOND);
        assertThat(refusedBy(receive(request(body("lab", "fra", "ams", vain))))).contains("\"nyc\":\"bad_signature\"");
        String taken = "{\"fra\":" + json(good) + "}";
        assertThat(refusedBy(receive(request(body("lab", "fra", "ams", taken)))))
                .isEmpty();
    }

    @Test
    void ofCopiesOfAHeadTwoBodiesAreTaken() {
        Sent original = request(BODY);
        Admission.Admitted copy = admit(original);
        Admission.Admitted request = admit(original);
        assertThat(copy.wantsBody()).isTrue();
        assertThat(request.wantsBody()).isTrue();

        assertSigned(refuse(original), 429, "busy");
        assertBusyFor(BusyReason.COPIES, 1);
        assertUnsigned(refuse(original, ContentDigest.of(new byte[1])), 401, "unauthenticated");
        // One that was refused for this has not used the nonce up.
        assertThat(answer(request, original).status()).isEqualTo(200);
        assertSigned(answer(copy, original), 409, "replay");
    }

    @Test
    void aBodyForWhichThereIsNoRoomIsNotTaken() {
        Receiver small = new Receiver(
                clock, new Random(), id -> Optional.of(ams.exchange()), new BodyRoom(Limits.MAX_MESSAGE_BYTES));
        clock.pass(SECOND);
        Sent first = request(BODY);
        Sent second = request(NYC, body("lab", "nyc", "ams", "{}"));
        Admission.Admitted admitted = (Admission.Admitted) small.admit(first.head());
        Admission.Admitted refused = (Admission.Admitted) small.admit(second.head());
        assertThat(admitted.wantsBody()).isTrue();
        assertThat(refused.wantsBody()).isFalse();
        assertSigned(small.refuse(refused, ContentDigest.of(second.bytes()), Moment.now(clock)), 429, "busy");

        assertThat(small.answer(admitted, first.bytes(), Moment.now(clock)).status())
                .isEqualTo(200);
        assertThat(((Admission.Admitted) small.admit(second.head())).wantsBody())
                .isTrue();
    }

    @Test
    void onlyWhatComesFromItsSenderForTheFirstTimeIsProven() {
        Sent sent = request(BODY);
        Admission.Admitted admitted = admit(sent);
        assertThat(admitted.isProven()).isFalse();
        answer(admitted, sent);
        assertThat(admitted.isProven()).isTrue();

        Admission.Admitted replayed = admit(sent);
        ams.receiver().refuse(replayed, ContentDigest.of(sent.bytes()), Moment.now(clock));
        assertThat(replayed.isProven()).isFalse();
        Sent altered = request(BODY);
        Admission.Admitted other = admit(altered);
        answer(other, altered.body("{}"));
        assertThat(other.isProven()).isFalse();
    }

    @Test
    void aSenderHasTwoRequestsAtOnce() {
        Sent first = request(BODY);
        Sent second = request(BODY);
        Sent third = request(BODY);
        Admission.Admitted firstAdmitted = admit(first);
        Admission.Admitted secondAdmitted = admit(second);
        assertSigned(receive(third), 429, "busy");
        assertThat(receive(request(NYC, body("lab", "nyc", "ams", "{}"))).status())
                .isEqualTo(200);

        secondAdmitted.close();
        secondAdmitted.close();
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
        assertThat(answer(firstAdmitted, first).status()).isEqualTo(200);
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void placesOfRequestsThatNobodyClosedComeBack() {
        admit(request(BODY));
        admit(request(BODY));
        clock.pass(10 * SECOND + 1);
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void recordedHeadsCostTheirVictimNoPlace() {
        Sent used = request(BODY);
        assertThat(receive(used).status()).isEqualTo(200);
        Sent old = Sent.of(FRA, "lab", BODY, now() - 500, nonce());
        for (int i = 0; i < 5; i++) {
            admit(used);
            admit(old);
        }
        assertThat(receive(request(BODY)).status()).isEqualTo(200);
    }

    @Test
    void aCopyOfAHeadThatOvertakesItsRequestDoesNotGetItRefused() {
        Sent original = request(BODY);
        assertThat(admit(original).wantsBody()).isTrue();

        assertThat(receive(original).status()).isEqualTo(200);
        assertSigned(refuse(original), 409, "replay");
    }

    @Test
    void theBodyOfARequestIsNotWantedWhenItsHeadShowsHowItWillBeRefused() {
        Sent used = request(BODY);
        assertThat(receive(used).status()).isEqualTo(200);
        Sent old = Sent.of(FRA, "lab", BODY, now() - 500, nonce());
        Sent underway = request(BODY);
        Sent second = request(BODY);
        Sent third = request(BODY);

        assertThat(admit(underway).wantsBody()).isTrue();
        assertThat(admit(second).wantsBody()).isTrue();

        assertSigned(refuse(used), 409, "replay");
        assertSigned(refuse(old), 409, "clock");
        assertSigned(refuse(third), 429, "busy");
        clock.pass(10 * SECOND + 1);
        assertSigned(receive(third), 409, "replay");
        assertUnsigned(refuse(old, ContentDigest.of(new byte[1])), 401, "unauthenticated");
        Admission.Admitted late = admit(old);
        clock.pass(10 * SECOND + 1);
        assertUnsigned(
                ams.receiver().refuse(late, ContentDigest.of(old.bytes()), Moment.now(clock)), 408, "request_timeout");
    }

    @Test
    void ofManyEqualRequestsAtOnceOneIsTaken() throws Exception {
        Sent sent = request(BODY);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                calls.add(() -> receive(sent).status());
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> call : threads.invokeAll(calls)) {
                statuses.add(call.get());
            }
            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
        }
    }

    // The body

    @ParameterizedTest
    @MethodSource
    void refusesABodyThatIsNoRequest(String body) {
        assertSigned(receive(request(body)), 400, "bad_body");
        assertThat(ams.store().entries()).isEmpty();
    }

    static Stream<String> refusesABodyThatIsNoRequest() {
        String entry = json(SignedNodeData.sign(Nodes.content("fra", "lab", "1").at((NOW + 3600) * SECOND), FRA)
                .raw());
        String good = body("lab", "fra", "ams", "{\"fra\":" + entry + "}");
        String many = IntStream.rangeClosed(0, 1024)
                .mapToObj(i -> "\"n%d\":0".formatted(i))
                .collect(Collectors.joining(",", "{", "}"));
        String manyEntries = many.replace(":0", ":{}");
        return Stream.of(
                "",
                "null",
                "[]",
                "{}",
                good + "{}",
                "\uFEFF" + good,
                good.replace("{\"network_id\":\"lab\",", "{"),
                good.replace("\"sig_id\":\"fra\",\"to\"", "\"to\""),
                good.replace("\"to\":\"ams\",", ""),
                good.replace("\"send_time\":1800000000.5,", ""),
                good.replace("\"data\"", "\"dada\""),
                good.replace("\"network_id\":\"lab\"", "\"network_id\":7"),
                good.replace("\"to\":\"ams\"", "\"to\":null"),
                good.replace("1800000000.5", "\"1800000000.5\""),
                good.replace("1800000000.5", "NaN"),
                good.replace("1800000000.5", "1e400"),
                good.replace("1800000000.5", "1e300"),
                good.replace("1800000000.5", "1800000000." + "5".repeat(54)),
                good.replace("\"have\":{}", "\"have\":null"),
                good.replace("\"have\":{}", "\"have\":[]"),
                good.replace("\"have\":{}", "\"have\":{\"fra\":-1}"),
                good.replace("\"have\":{}", "\"have\":{\"fra\":1.0}"),
                good.replace("\"have\":{}", "\"have\":{\"fra\":9007199254740992}"),
                good.replace("\"have\":{}", "\"have\":{\"fra\":\"1\"}"),
                good.replace("\"have\":{}", "\"have\":{\"fra\":1,\"fra\":2}"),
                good.replace("\"have\":{}", "\"have\":" + many),
                good.replace("\"have\":{}", "\"x\":\"" + "y".repeat(1025) + "\",\"have\":{}"),
                good.replace("\"have\":{}", "\"x\":" + "[".repeat(32) + "]".repeat(32) + ",\"have\":{}"),
                good.replace("\"have\":{}", "\"x\":{\"a\":1,\"a\":1},\"have\":{}"),
                good.replace("\"have\":{}", "\"x\":" + "[".repeat(100_000) + ",\"have\":{}"),
                body("lab", "fra", "ams", "[]"),
                body("lab", "fra", "ams", manyEntries));
    }

    @Test
    void takesABodyAtTheBounds() {
        String extra = "\"x\":\"%s\",\"y\":%s,\"z\":%s,\"have\":{}"
                .formatted("é".repeat(512), "[".repeat(31) + "]".repeat(31), "1".repeat(64));
        assertThat(receive(request(BODY.replace("\"have\":{}", extra))).status())
                .isEqualTo(200);
        assertThat(receive(request(BODY.replace("\"have\":{},", ""))).status()).isEqualTo(200);
    }

    @Test
    void theFirstOfSeveralFaultsDecides() {
        assertSigned(receive(request(body("other", "ams", "nyc", "{}"))), 403, "wrong_network");
        assertSigned(receive(request(body("lab", "nyc", "nyc", "{}"))), 403, "wrong_sender");
        assertSigned(receive(request(body("lab", "fra", "nyc", "{}"))), 403, "wrong_receiver");
        assertSigned(receive(request(body("lab", "fra", "fra", "{}"))), 403, "wrong_receiver");
        assertSigned(receive(request(AMS, body("lab", "ams", "ams", "{}"))), 403, "wrong_sender");
        assertThat(ams.store().entries()).isEmpty();
    }

    @Test
    void aRefusedRequestChangesNothing() {
        ams.publish();
        var before = ams.store().entries();
        String data = "{\"fra\":" + json(entry(FRA, "1")) + "}";
        receive(request(body("other", "fra", "ams", data)));
        receive(request(body("lab", "nyc", "ams", data)));
        receive(request(body("lab", "fra", "nyc", data)));
        receive(request(body("lab", "fra", "ams", data).replace("\"have\":{}", "\"have\":{\"fra\":1.5}")));
        receive(Sent.of(FRA, "lab", body("lab", "fra", "ams", data), 0, nonce()));
        receive(request(body("lab", "fra", "ams", data)).body(body("lab", "fra", "ams", data) + " "));
        assertThat(ams.store().entries()).isEqualTo(before);
        // Nor what is known of the sender: it still gets our own entry alone.
        assertThat(dataOf(ams.requester().prepare("fra").orElseThrow())).containsOnlyKeys("ams");
    }

    // The answer

    @Test
    void oneBadEntryNeverLosesTheOthers() throws IOException {
        RawEntry good = entry(FRA, "1");
        RawEntry forged = new RawEntry(good.payload(), good.signature(), "nyc");
        String data = """
                {"nyc":%s,"ams":7,"mallory":%s,"x":{"payload":"e30="},"fra":%s,
                 "y":{"payload":"%s","signature":"","sig_id":"y"}}""".formatted(json(forged), json(entry(MALLORY, "1")), json(good), "A".repeat(300_000));

        HttpAnswer answer = receive(request(body("lab", "fra", "ams", data)));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ams.store().entries()).containsOnlyKeys("fra");
        assertThat(new ObjectMapper().readTree(answer.body()).get("refused"))
                .isEqualTo(new ObjectMapper().readTree("""
                        {"ams":"malformed","x":"malformed","y":"malformed","nyc":"bad_signature",
                         "mallory":"unknown_signer"}"""));
    }

    @Test
    void theAnswerBringsWhatIsNewerThanHeldLessWhatCame() throws IOException {
        ams.publish();
        SignedNodeData nyc =
                SignedNodeData.sign(Nodes.content("nyc", "lab", "1").at(clock.wallMicros()), NYC);
        ams.store().merge(RawEntries.of(List.of(nyc)));
        String data = "{\"fra\":" + json(entry(FRA, "1")) + "}";
        String asked = body("lab", "fra", "ams", data);

        JsonNode all = new ObjectMapper().readTree(receive(request(asked)).body());
        assertThat(all.get("store_data").fieldNames()).toIterable().containsExactly("ams", "nyc");
        assertThat(all.get("have").fieldNames()).toIterable().containsExactly("ams", "fra", "nyc");

        String have = "\"have\":{\"nyc\":%d}".formatted(nyc.data().dateMicros());
        JsonNode some = new ObjectMapper()
                .readTree(receive(request(asked.replace("\"have\":{}", have))).body());
        assertThat(some.get("store_data").fieldNames()).toIterable().containsExactly("ams");
    }

    @Test
    void tellsTheSenderHowItsClockDiffers() throws IOException {
        HttpAnswer answer = receive(Sent.of(FRA, "lab", BODY, 0, nonce()));
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        assertThat(problem.get("received_at").asLong()).isEqualTo(now());
        assertThat(problem.get("to").asText()).isEqualTo("fra");
    }

    private void assertBusyFor(BusyReason reason, long times) {
        assertThat(ams.receiver().busy()).containsOnlyKeys(BusyReason.values()).containsEntry(reason, times);
    }

    private static String refusedBy(HttpAnswer answer) throws IOException {
        return new ObjectMapper().readTree(answer.body()).path("refused").toString();
    }

    private long now() {
        return clock.wallMicros() / SECOND;
    }

    private String nonce() {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) nonces;
        bytes[1] = (byte) (nonces++ >> 8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Sent request(String body) {
        return request(FRA, body);
    }

    private Sent request(Signer signer, String body) {
        return Sent.of(signer, "lab", body, now(), nonce());
    }

    private HttpAnswer receive(Sent sent) {
        long before = counted();
        HttpAnswer answer = ams.receive(sent.head(), sent.bytes());
        assertThat(counted()).as("counted requests").isGreaterThan(before);
        return answer;
    }

    private long counted() {
        return ams.receiver().accepted()
                + ams.receiver().refused().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    private Admission.Admitted admit(Sent sent) {
        return (Admission.Admitted) ams.receiver().admit(sent.head());
    }

    private HttpAnswer refuse(Sent sent) {
        return refuse(sent, ContentDigest.of(sent.bytes()));
    }

    private HttpAnswer refuse(Sent sent, String contentDigest) {
        Admission.Admitted admitted = admit(sent);
        assertThat(admitted.wantsBody()).isFalse();
        return ams.receiver().refuse(admitted, contentDigest, Moment.now(clock));
    }

    private HttpAnswer answer(Admission.Admitted admitted, Sent sent) {
        return ams.receiver().answer(admitted, sent.bytes(), Moment.now(clock));
    }

    private RawEntry entry(Signer signer, String version) {
        return SignedNodeData.sign(
                        Nodes.content(signer.nodeId(), "lab", version).at(clock.wallMicros()), signer)
                .raw();
    }

    private static Map<String, RawEntry> dataOf(OutgoingRequest request) {
        try {
            return RequestBody.decode(request.body()).data().wellFormed();
        } catch (InvalidJsonException e) {
            throw new AssertionError(e);
        }
    }

    private static String body(String networkId, String sigId, String to, String data) {
        return "{\"network_id\":\"%s\",\"sig_id\":\"%s\",\"to\":\"%s\",\"send_time\":1800000000.5,\"have\":{},\"data\":%s}"
                .formatted(networkId, sigId, to, data);
    }

    private static String json(RawEntry raw) {
        return "{\"payload\":\"%s\",\"signature\":\"%s\",\"sig_id\":\"%s\"}"
                .formatted(raw.payload(), raw.signature(), raw.sigId());
    }

    private static void assertUnsigned(HttpAnswer answer, int status, String error) {
        assertThat(answer.fields().has("Signature")).isFalse();
        assertProblem(answer, status, error);
    }

    private static void assertSigned(HttpAnswer answer, int status, String error) {
        assertThat(answer.fields().has("Signature")).isTrue();
        assertProblem(answer, status, error);
    }

    private static void assertProblem(HttpAnswer answer, int status, String error) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.fields().only("Content-Type")).contains("application/problem+json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("\"status\":%d,\"error\":\"%s\"".formatted(status, error));
    }
}
