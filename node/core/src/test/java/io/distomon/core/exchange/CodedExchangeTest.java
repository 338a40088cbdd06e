package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.store.RawEntries;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two of twenty nodes, which have much to tell each other, and each of which may know of the coding or not. */
class CodedExchangeTest {
    private static final long SECOND = 1_000_000L;
    private static final List<Signer> SIGNERS = IntStream.range(0, 20)
            .mapToObj(i -> StandInSigner.generate("node-%03d".formatted(i), new SecureRandom()))
            .toList();

    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final KeyMapping keys = Nodes.keys(SIGNERS.toArray(Signer[]::new));
    private final List<Nodes.Node> nodes = SIGNERS.stream()
            .map(signer -> Nodes.Node.of("lab", signer, keys, clock))
            .toList();
    private final Nodes.Node asker = nodes.get(0);
    private final Nodes.Node asked = nodes.get(1);

    /** What becomes of a request. */
    @FunctionalInterface
    interface Way {
        HttpAnswer answer(Nodes.Node asked, OutgoingRequest request);
    }

    private static final Way OPEN = Nodes.Node::receive;

    /** A node that knows nothing of the coding. */
    private static final Way OLD = (asked, request) -> request.fields().has("Content-Encoding")
            ? Messages.unsigned(RefusalCode.UNSUPPORTED_MEDIA_TYPE)
            : asked.receive(request.as(request.fields().with("Accept-Encoding", "identity"), request.body()));

    @BeforeEach
    void allSaySomething() {
        clock.pass(SECOND);
        for (Nodes.Node node : nodes.subList(2, nodes.size())) {
            node.publish();
            clock.pass(SECOND);
            asker.poll(node);
            asked.poll(node);
        }
    }

    @Test
    void theFirstRequestSaysThatItsAnswerMayBeCodedAndTheNextIsCodedToo() throws Exception {
        OutgoingRequest first = request();
        assertThat(first.fields().all("Accept-Encoding")).containsExactly("deflate");
        assertThat(first.fields().has("Content-Encoding")).isFalse();
        HttpAnswer answer = asked.receive(first);
        assertThat(answer.fields().all("Accept-Encoding")).containsExactly("deflate");
        assertThat(asker.requester().conclude(first, answer, now())).isInstanceOf(Conclusion.Counted.class);

        othersSayMoreTo(asker);
        OutgoingRequest second = request();
        assertThat(second.fields().all("Accept-Encoding")).containsExactly("deflate");
        assertThat(second.fields().all("Content-Encoding")).containsExactly("deflate");
        assertThat(second.fields().all("Content-Digest"))
                .containsExactly(ContentDigest.of(ContentCoding.decoded(second.body())));
        HttpAnswer taken = asked.receive(second);

        assertThat(asker.requester().conclude(second, taken, now())).isInstanceOf(Conclusion.Counted.class);
        assertThat(asked.store().have()).isEqualTo(asker.store().have());
    }

    @Test
    void aLongAnswerIsCodedAndTaken() throws Exception {
        Nodes.Node born = Nodes.Node.of("lab", SIGNERS.getFirst(), keys, clock);
        OutgoingRequest request = born.requester().prepareCoded(asked.id()).orElseThrow();
        HttpAnswer answer = asked.receive(request);

        assertThat(answer.fields().all("Content-Encoding")).containsExactly("deflate");
        assertThat(answer.fields().all("Content-Digest"))
                .containsExactly(ContentDigest.of(ContentCoding.decoded(answer.body())));
        assertThat(born.requester().conclude(request, answer, now())).isInstanceOf(Conclusion.Counted.class);
        assertThat(born.store().have()).hasSize(18);
    }

    @Test
    void anOlderAskerIsAnsweredAsBefore() {
        HttpAnswer answer = asked.receive(asker.requester().prepare(asked.id()).orElseThrow());

        assertThat(answer.fields().has("Content-Encoding")).isFalse();
        assertThat(answer.fields().has("Accept-Encoding")).isFalse();
    }

    @Test
    void anOlderNodeIsAskedAsBefore() {
        assertThat(poll(OLD)).isInstanceOf(Conclusion.Counted.class);
        othersSayMoreTo(asker);
        OutgoingRequest request = request();

        assertThat(request.fields().has("Content-Encoding")).isFalse();
        assertThat(request.body().length).isGreaterThan(ContentCoding.MIN_BYTES);
        assertThat(asker.requester().conclude(request, OLD.answer(asked, request), now()))
                .isInstanceOf(Conclusion.Counted.class);
    }

    @ParameterizedTest
    @MethodSource
    void whatSpoilsTheCodingEndsItForTenMinutes(Way spoiling) {
        poll(OPEN);
        othersSayMoreTo(asker);
        othersSayMoreTo(asked);

        assertThat(poll(spoiling)).isInstanceOf(Conclusion.Discarded.class);

        OutgoingRequest next = request();
        assertThat(next.fields().all("Accept-Encoding")).containsExactly("identity");
        assertThat(next.fields().has("Content-Encoding")).isFalse();
        assertThat(poll(spoiling)).isInstanceOf(Conclusion.Counted.class);
        clock.pass(598 * SECOND);
        assertThat(request().fields().all("Accept-Encoding")).containsExactly("identity");
        clock.pass(SECOND);
        assertThat(request().fields().all("Accept-Encoding")).containsExactly("deflate");
    }

    static Stream<Named<Way>> whatSpoilsTheCodingEndsItForTenMinutes() {
        return Stream.of(
                Named.of("a node that was set back to an older version", OLD),
                Named.of(
                        "a proxy that strips the header of requests",
                        (asked, request) -> asked.receive(
                                request.as(request.fields().without("Content-Encoding"), request.body()))),
                Named.of(
                        "a proxy that strips the header of answers",
                        (asked, request) -> altered(
                                asked.receive(request),
                                answer -> new HttpAnswer(
                                        answer.status(), answer.fields().without("Content-Encoding"), answer.body()))),
                Named.of(
                        "a proxy that cuts coded answers off",
                        (asked, request) -> altered(
                                asked.receive(request),
                                answer -> new HttpAnswer(
                                        answer.status(), answer.fields(), Arrays.copyOf(answer.body(), 500)))),
                Named.of(
                        "a proxy with a coding of its own",
                        (asked, request) -> altered(
                                asked.receive(request),
                                answer -> new HttpAnswer(
                                        answer.status(),
                                        answer.fields().with("Content-Encoding", "br"),
                                        answer.body()))));
    }

    private static HttpAnswer altered(HttpAnswer answer, UnaryOperator<HttpAnswer> change) {
        return answer.fields().has("Content-Encoding") ? change.apply(answer) : answer;
    }

    @Test
    void aPeerThatRefusesUsForAnotherReasonIsNotTakenForAnOlderOne() {
        poll(OPEN);

        assertThat(poll((node, request) -> Messages.unsigned(RefusalCode.UNAUTHENTICATED)))
                .isInstanceOf(Conclusion.Discarded.class);

        assertThat(request().fields().all("Accept-Encoding")).containsExactly("deflate");
    }

    @Test
    void twoRequestsInARowWithoutAnAnswerEndItForTenMinutesAndThenOneDoes() {
        poll(OPEN);
        asker.requester().unanswered(request());
        othersSayMoreTo(asked);
        assertThat(poll(OPEN)).isInstanceOf(Conclusion.Counted.class);
        asker.requester().unanswered(request());
        assertThat(request().fields().all("Accept-Encoding")).containsExactly("deflate");

        asker.requester().unanswered(request());

        assertThat(request().fields().all("Accept-Encoding")).containsExactly("identity");
        assertThat(request().fields().has("Content-Encoding")).isFalse();
        clock.pass(600 * SECOND);
        assertThat(request().fields().all("Accept-Encoding")).containsExactly("deflate");
        asker.requester().unanswered(request());
        assertThat(request().fields().all("Accept-Encoding")).containsExactly("identity");
    }

    /** As a proxy answers, or asks to wait, while the peer is started anew. */
    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void whatAProxySaysOfAPeerThatIsNotThereIsBlamedOnTheCodingOnlyWhenItSaysSoAgain(int status) {
        poll(OPEN);
        othersSayMoreTo(asker);
        HttpFields fields = HttpFields.of("Content-Type", "text/html", "Content-Encoding", "gzip");
        HttpAnswer answer = new HttpAnswer(status, fields, new byte[] {0x1f});
        OutgoingRequest request = request();

        assertThat(asker.requester().conclude(request, answer, now())).isInstanceOf(Conclusion.Discarded.class);

        assertThat(Requester.isCoded(request, answer)).isFalse();
        assertThat(request().fields().all("Content-Encoding")).containsExactly("deflate");
        asker.requester().conclude(request(), answer, now());
        assertThat(request().fields().has("Content-Encoding")).isFalse();
    }

    @Test
    void aRequestThatBecomesTooLongIsRefusedAsSuchAndOneThatIsNoStreamAsUnproven() {
        poll(OPEN);
        othersSayMoreTo(asker);
        OutgoingRequest request = request();

        assertThat(asked.receive(request.as(request.fields(), bomb())).status()).isEqualTo(413);
        assertThat(asked.receive(request.as(request.fields(), Arrays.copyOf(request.body(), 500)))
                        .status())
                .isEqualTo(401);
        assertThat(asked.receive(request.as(request.fields(), new byte[0])).status())
                .isEqualTo(401);
        // None of these has used its nonce up.
        assertThat(asked.receive(request).status()).isEqualTo(200);
    }

    @Test
    void anAnswerThatBecomesTooLongDoesNotCount() {
        HttpAnswer answer = asked.receive(request());
        HttpAnswer bomb = new HttpAnswer(200, answer.fields().with("Content-Encoding", "deflate"), bomb());

        assertThat(asker.requester().conclude(request(), bomb, now()))
                .isInstanceOfSatisfying(
                        Conclusion.Discarded.class,
                        discarded -> assertThat(discarded.fault()).isEqualTo(AnswerFault.SIZE));
    }

    @Test
    void anAnswerIsNotDecodedThatWasNotToBeCoded() {
        OutgoingRequest plain = asker.requester().prepare(asked.id()).orElseThrow();
        HttpAnswer answer = asked.receive(plain);
        HttpAnswer coded = new HttpAnswer(
                200,
                answer.fields().with("Content-Encoding", "deflate"),
                ContentCoding.coded(answer.body()).orElse(answer.body()));

        assertThat(asker.requester().conclude(plain, coded, now()))
                .isInstanceOfSatisfying(
                        Conclusion.Discarded.class,
                        discarded -> assertThat(discarded.fault()).isEqualTo(AnswerFault.CONTENT_TYPE));
    }

    /** There must be room for what it may become, not for what comes. */
    @Test
    void aCodedRequestTakesTheRoomOfWhatMayBecomeOfIt() {
        Receiver small = small();

        try (Admission.Admitted first = admitted(small, 2, Limits.MAX_MESSAGE_BYTES / 16, true);
                Admission.Admitted second = admitted(small, 3, Limits.MAX_MESSAGE_BYTES / 16, true);
                Admission.Admitted third = admitted(small, 4, 1, false)) {
            assertThat(first.wantsBody()).isTrue();
            assertThat(second.wantsBody()).isTrue();
            assertThat(third.wantsBody()).isFalse();
        }
    }

    /** Whoever recorded a head can send it with any body, as often as they like: nothing is made of that. */
    @Test
    void aCodedRequestThatIsRefusedByItsHeadIsRefusedUnsignedBeforeItsBodyComes() {
        poll(OPEN);
        othersSayMoreTo(asker);
        OutgoingRequest request = request();
        assertThat(asked.receive(request).status()).isEqualTo(200);

        assertRefusedUnread(asked.receiver().admit(Nodes.head(request))); // a replay
        clock.pass(1_000 * SECOND);
        assertRefusedUnread(asked.receiver().admit(Nodes.head(request))); // too old
        Receiver full = small();
        try (Admission.Admitted first = admitted(full, 2, Limits.MAX_MESSAGE_BYTES, false)) {
            assertThat(first.wantsBody()).isTrue();
            assertRefusedUnread(full.admit(head(3, 1, true)));
        }
    }

    private static void assertRefusedUnread(Admission admission) {
        assertThat(admission).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.answer().status()).isEqualTo(401);
            assertThat(refused.answer().fields().has("Signature")).isFalse();
        });
    }

    /** One with room for the longest message, and no more. */
    private Receiver small() {
        return new Receiver(
                clock, new Random(), id -> Optional.of(asked.exchange()), new BodyRoom(Limits.MAX_MESSAGE_BYTES));
    }

    private Admission.Admitted admitted(Receiver receiver, int sender, int declaredBytes, boolean isCoded) {
        return (Admission.Admitted) receiver.admit(head(sender, declaredBytes, isCoded));
    }

    private HttpRequestHead head(int sender, int declaredBytes, boolean isCoded) {
        OutgoingRequest request =
                nodes.get(sender).requester().prepare(asked.id()).orElseThrow();
        HttpFields fields = request.fields().with("Content-Length", String.valueOf(declaredBytes));
        return new HttpRequestHead("POST", "/mon/lab", isCoded ? fields.with("Content-Encoding", "deflate") : fields);
    }

    private static byte[] bomb() {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(new byte[Limits.MAX_MESSAGE_BYTES]);
            deflater.finish();
            byte[] coded = new byte[10_000];
            return Arrays.copyOf(coded, deflater.deflate(coded));
        } finally {
            deflater.end();
        }
    }

    private void othersSayMoreTo(Nodes.Node node) {
        for (Nodes.Node other : nodes.subList(2, nodes.size())) {
            clock.pass(SECOND / 100);
            node.store().merge(RawEntries.of(List.of(other.publish())));
        }
    }

    private OutgoingRequest request() {
        return asker.requester().prepareCoded(asked.id()).orElseThrow();
    }

    private Conclusion poll(Way way) {
        clock.pass(SECOND);
        OutgoingRequest request = request();
        return asker.requester().conclude(request, way.answer(asked, request), now());
    }

    private Moment now() {
        return Moment.now(clock);
    }
}
