package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole nodes that exchange in memory. */
class ConvergenceTest {
    private static final long SECOND = 1_000_000L;
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer NYC = Signer.generate("nyc", new SecureRandom());
    private static final KeyMapping KEYS = Nodes.keys(AMS, FRA, NYC);

    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);
    private final Nodes.Node fra = Nodes.Node.of("lab", FRA, KEYS, clock);
    private final Nodes.Node nyc = Nodes.Node.of("lab", NYC, KEYS, clock);

    @Test
    void oneExchangeBringsBothSidesTogether() {
        ams.publish();
        fra.publish();

        Conclusion.Counted counted = (Conclusion.Counted) ams.poll(fra);

        assertThat(counted.refused()).isEmpty();
        assertThat(counted.merged().taken()).containsExactly("fra");
        assertThat(ams.store().have())
                .containsOnlyKeys("ams", "fra")
                .isEqualTo(fra.store().have());
    }

    @Test
    void newsReachesANodeThatNobodyWhoMadeItPolls() {
        ams.publish();
        ams.poll(fra);
        nyc.poll(fra);
        assertThat(nyc.store().have()).isEqualTo(ams.store().have());
    }

    @Test
    void atRestNoEntryIsSentTwice() throws InvalidJsonException {
        spread();
        for (Nodes.Node from : Set.of(ams, fra, nyc)) {
            for (Nodes.Node to : Set.of(ams, fra, nyc)) {
                if (!from.equals(to)) {
                    from.poll(to);
                    assertSilent(from, to);
                }
            }
        }
    }

    @Test
    void afterARestartThatKeptTheStoreOnlyOurOwnEntryAndThePeersAreSentAgain() throws InvalidJsonException {
        spread();
        clock.pass(3600 * SECOND);
        Nodes.Node again = Nodes.Node.of("lab", FRA, KEYS, clock);
        again.store().merge(RawEntries.of(fra.store().newerThan(Map.of())));

        assertSilent(ams, again);
        assertSends(again, nyc, Set.of("fra", "nyc"));
        assertSilent(again, nyc);
        assertSilent(nyc, again);
    }

    @Test
    void toAStrangerOnlyOurOwnEntryIsSent() throws InvalidJsonException {
        ams.publish();
        fra.publish();
        ams.poll(fra);
        OutgoingRequest first = ams.requester().prepare("nyc").orElseThrow();
        assertThat(RequestBody.decode(first.body()).data().wellFormed()).containsOnlyKeys("ams");
        ams.poll(nyc);
        OutgoingRequest second = ams.requester().prepare("nyc").orElseThrow();
        assertThat(RequestBody.decode(second.body()).data().wellFormed()).containsOnlyKeys("fra");
    }

    @Test
    void anAnswerThatGotLostCostsOneRound() {
        ams.publish();
        fra.publish();
        nyc.publish();
        fra.poll(nyc);
        ams.poll(fra);
        nyc.publish("2");
        fra.poll(nyc);

        fra.receive(ams.requester().prepare("fra").orElseThrow()); // with the news in an answer that nobody reads
        fra.poll(ams);
        fra.poll(ams);

        assertThat(ams.store().have()).isEqualTo(fra.store().have());
    }

    @Test
    void ofWhatAPeerSaysItHoldsOnlyMembersDatesAreRemembered() {
        Map<String, Long> said = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            said.put("nobody" + i, 1L);
        }
        said.put("nyc", 1L);

        ams.exchange().asked("fra", said);
        ams.exchange().asked("stranger", said);

        assertThat(ams.exchange().peer("fra").have()).contains(Map.of("nyc", 1L));
        assertThat(ams.exchange().peer("stranger").have()).isEmpty();
    }

    @Test
    void aRestartedNodeWhoseClockIsBehindCorrectsItselfInTwoRounds() {
        clock.pass(3600 * SECOND);
        ams.publish();
        ams.poll(fra);
        SetClock behind = new SetClock(clock.wallMicros() - 60 * SECOND);
        Nodes.Node again = Nodes.Node.of("lab", AMS, KEYS, behind);
        again.publish("2");

        again.poll(fra); // the old entry is ignored, and the answer brings the newer one
        again.publish("3");
        again.poll(fra);

        assertThat(fra.store().entry("ams").orElseThrow().entry().data().version())
                .isEqualTo("3");
    }

    @Test
    void equivocationIsToldToItsSigner() {
        ams.publish("1");
        ams.poll(fra);
        Nodes.Node twin = Nodes.Node.of("lab", AMS, KEYS, clock);
        twin.publish("2");

        Conclusion.Counted counted = (Conclusion.Counted) twin.poll(fra);

        assertThat(counted.refused()).containsEntry("ams", "equivocation");
        assertThat(fra.store().equivocations()).containsOnlyKeys("ams");
    }

    @Test
    void aRemovedMemberIsForgotten() {
        fra.publish();
        ams.poll(fra);
        KeyMapping without = Nodes.keys(AMS, NYC);

        ams.reload(Nodes.config("lab", "ams", without), AMS);

        assertThat(ams.store().entries()).isEmpty();
        assertThat(ams.exchange().clockOffset("fra")).isEmpty();
        assertThat(ams.requester().prepare("fra")).isEmpty();
        assertThat(((Conclusion.Discarded) fra.poll(ams)).result().error()).isEqualTo(PollError.UNAUTHENTICATED);
    }

    @Test
    void whatOthersHoldOfARemovedMemberIsForgottenToo() {
        fra.publish();
        nyc.poll(fra);
        ams.poll(nyc);
        assertThat(ams.exchange().peer("nyc").kept().have()).contains("fra");

        ams.reload(Nodes.config("lab", "ams", Nodes.keys(AMS, NYC)), AMS);

        assertThat(ams.exchange().peer("nyc").kept().have()).doesNotContain("fra");
    }

    @Test
    void aNewKeyIsUsedFromTheReloadOn() {
        Signer next = Signer.generate("fra", new SecureRandom());
        KeyMapping rotated = Nodes.keys(AMS, next, NYC);
        OutgoingRequest before = ams.requester().prepare("fra").orElseThrow();
        ams.reload(Nodes.config("lab", "ams", rotated), AMS);

        HttpAnswer answer = fra.receive(before);
        assertThat(((Conclusion.Discarded) ams.requester().conclude(before, answer, Moment.now(clock))).fault())
                .isEqualTo(AnswerFault.KEY);

        fra.reload(Nodes.config("lab", "fra", rotated), next);
        assertThat(ams.poll(fra)).isInstanceOf(Conclusion.Counted.class);
    }

    /** All have published, hold all, and know it of each other. */
    private void spread() {
        ams.publish();
        fra.publish();
        nyc.publish();
        for (int round = 0; round < 3; round++) {
            ams.poll(fra);
            fra.poll(nyc);
            nyc.poll(ams);
            fra.poll(ams);
        }
    }

    /** The request brings these, and the answer nothing. */
    private static void assertSends(Nodes.Node from, Nodes.Node to, Set<String> ids) throws InvalidJsonException {
        OutgoingRequest request = from.requester().prepare(to.id()).orElseThrow();
        assertThat(RequestBody.decode(request.body()).data().wellFormed().keySet())
                .isEqualTo(ids);
        HttpAnswer answer = to.receive(request);
        assertThat(ResponseBody.decode(answer.body()).storeData()).isEqualTo(RawEntries.EMPTY);
        from.requester().conclude(request, answer, Moment.now(from.clock()));
    }

    private static void assertSilent(Nodes.Node from, Nodes.Node to) throws InvalidJsonException {
        OutgoingRequest request = from.requester().prepare(to.id()).orElseThrow();
        assertThat(RequestBody.decode(request.body()).data()).isEqualTo(RawEntries.EMPTY);
        HttpAnswer answer = to.receive(request);
        assertThat(ResponseBody.decode(answer.body()).storeData()).isEqualTo(RawEntries.EMPTY);
    }
}
