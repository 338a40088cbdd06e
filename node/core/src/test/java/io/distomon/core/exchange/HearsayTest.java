package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What our requests to fra bring of nyc, which publishes once a round, before ams asks fra. */
class HearsayTest {
    private static final long SECOND = 1_000_000L;
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer NYC = Signer.generate("nyc", new SecureRandom());
    private static final KeyMapping KEYS = Nodes.keys(AMS, FRA, NYC);

    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final Nodes.Node ams = Nodes.Node.of("lab", AMS, KEYS, clock);
    private final Nodes.Node fra = Nodes.Node.of("lab", FRA, KEYS, clock);
    private final Nodes.Node nyc = Nodes.Node.of("lab", NYC, KEYS, clock);

    /** Whether what a round publishes reaches fra without ams before ams asks it. */
    private boolean fraHearsNyc;

    @Test
    void whoHasAllNewsFromOthersIsBroughtNoneAfterOneTrial() throws Exception {
        fraHearsNyc = true;
        assertThat(rounds(20)).containsExactly(2, 3); // the first request is to a stranger, the fourth a trial
    }

    @Test
    void whoHearsNothingFromOthersIsBroughtAllNewsButInRareTrials() throws Exception {
        assertThat(leftOut(rounds(40), 40)).containsExactly(1, 4, 7, 12, 21, 38);
    }

    @Test
    void whoNoLongerHearsFromOthersMissesOneRequest() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        fraHearsNyc = false;
        assertThat(rounds(3)).containsExactly(2, 3);
    }

    @Test
    void whoSaysNothingForLongerIsBroughtAllNews() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        List<Integer> brought = new ArrayList<>();
        for (int round = 1; round <= 6; round++) {
            news();
            if (bringsNyc(ams.requester().prepare("fra").orElseThrow())) {
                brought.add(round); // and gets lost
            }
        }
        assertThat(brought).startsWith(4).contains(5);
    }

    @Test
    void ourOwnEntryIsAlwaysBrought() throws Exception {
        fraHearsNyc = true;
        for (int round = 1; round <= 12; round++) {
            news();
            ams.publish();
            OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
            assertThat(brings(request)).contains("ams");
            ams.requester().conclude(request, fra.receive(request), Moment.now(clock));
        }
    }

    /** It can't know it otherwise, and must not say anything older: R9. */
    @Test
    void anEntryThatThePeerItselfOnceSignedIsAlwaysBrought() throws Exception {
        for (int round = 1; round <= 10; round++) {
            clock.pass(SECOND);
            fra.publish();
            ams.poll(fra);
        }
        SetClock ahead = new SetClock(clock.wallMicros() + 60 * SECOND);
        Nodes.Node before = Nodes.Node.of("lab", FRA, KEYS, ahead);
        before.publish();
        before.poll(nyc);
        nyc.poll(ams);
        nyc.poll(ams);

        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).contains("fra");
    }

    @Test
    void aStrangerIsBroughtWhatItOnceSignedItself() throws Exception {
        fra.publish();
        fra.poll(nyc);
        nyc.poll(ams);
        nyc.poll(ams);

        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).containsExactly("fra");
    }

    @Test
    void newsThatComesSlowerThanRequestsIsBroughtAsItComes() throws Exception {
        int brought = 0;
        for (int round = 1; round <= 30; round++) {
            if (round % 5 == 0) {
                news();
            }
            brought += poll() ? 1 : 0;
        }
        assertThat(brought).isEqualTo(6);
    }

    @Test
    void anAccusationIsBroughtThoughThePeerHasAllNewsFromOthersAndAgainShouldItGetLost() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        say(Map.of("sgp", new PingData(PingStatus.OFFLINE, 1, 2, 3L, "timeout")), Map.of());

        assertThat(bringsNyc(ams.requester().prepare("fra").orElseThrow())).isTrue();
        assertThat(bringsNyc(ams.requester().prepare("fra").orElseThrow())).isTrue();
    }

    @Test
    void anAccusationIsBroughtForThreeSecondsAndThenGoesLikeAnyNews() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        say(Map.of("sgp", new PingData(PingStatus.OFFLINE, 1, 2, 3L, "timeout")), Map.of());
        clock.pass(3 * SECOND);
        assertThat(bringsNyc(ams.requester().prepare("fra").orElseThrow())).isTrue();
        clock.pass(1);

        assertThat(bringsNyc(ams.requester().prepare("fra").orElseThrow())).isFalse();
    }

    /** Its signer tells those whom it concerns; who hears of it and fails too tells that itself. */
    @Test
    void aFirstFailureOfAnotherIsLeftOutLikeAnyNews() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        say(Map.of("sgp", new PingData(PingStatus.ONLINE, 1, 2, 3L, "timeout")), Map.of());

        assertThat(poll()).isFalse();
    }

    @Test
    void whoHasSaidNothingForTwoPollIntervalsIsBroughtNoMoreThanOurOwnEntryAndAccusations() throws Exception {
        rounds(10);
        clock.pass(20 * SECOND);
        ams.publish();
        nyc.publish();
        nyc.poll(ams);
        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).containsExactly("ams", "nyc");
        clock.pass(1);
        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).containsExactly("ams");

        say(Map.of("sgp", new PingData(PingStatus.OFFLINE, 1, 2, 3L, "timeout")), Map.of());

        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).containsExactlyInAnyOrder("ams", "nyc");
    }

    @Test
    void aStrangerIsBroughtAccusationsToo() throws Exception {
        clock.pass(SECOND);
        ams.publish();
        say(Map.of("sgp", new PingData(PingStatus.OFFLINE, 1, 2, 3L, "timeout")), Map.of());

        assertThat(brings(ams.requester().prepare("fra").orElseThrow())).containsExactlyInAnyOrder("ams", "nyc");
    }

    @Test
    void anAnswerIsBroughtThoughThePeerHasAllNewsFromOthers() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        say(Map.of(), Map.of("sgp", 3L));

        assertThat(poll()).isTrue();
    }

    @Test
    void whatNobodyWaitsForIsLeftOut() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        say(Map.of("sgp", new PingData(PingStatus.ONLINE, 1, 2, 3L, "clock")), Map.of());

        assertThat(poll()).isFalse();
    }

    @Test
    void whatFollowsOnNewsThatOthersActUponIsLeftOutAgain() throws Exception {
        fraHearsNyc = true;
        rounds(10);
        PingData down = new PingData(PingStatus.OFFLINE, 1, 2, clock.wallMicros(), "timeout");
        clock.pass(SECOND);
        say(Map.of("sgp", down), Map.of());
        clock.pass(SECOND);
        say(Map.of("sgp", down), Map.of());

        assertThat(poll()).isFalse();
    }

    /** What ams alone hears of nyc. */
    private void say(Map<String, PingData> pings, Map<String, Long> answers) {
        NodeData content = new NodeData(0, pings, "nyc", "1", "lab", 10, null, null, false).answering(answers);
        nyc.store().publish(content, NYC);
        nyc.poll(ams);
    }

    /** In which of so many rounds, counted from 1, ams brought fra news of nyc. */
    private List<Integer> rounds(int count) throws InvalidJsonException {
        List<Integer> brought = new ArrayList<>();
        for (int round = 1; round <= count; round++) {
            news();
            if (poll()) {
                brought.add(round);
            }
        }
        return brought;
    }

    private void news() {
        clock.pass(SECOND);
        nyc.publish();
        nyc.poll(ams);
        if (fraHearsNyc) {
            nyc.poll(fra);
        }
    }

    private boolean poll() throws InvalidJsonException {
        OutgoingRequest request = ams.requester().prepare("fra").orElseThrow();
        ams.requester().conclude(request, fra.receive(request), Moment.now(clock));
        return bringsNyc(request);
    }

    private static boolean bringsNyc(OutgoingRequest request) throws InvalidJsonException {
        return brings(request).contains("nyc");
    }

    private static Set<String> brings(OutgoingRequest request) throws InvalidJsonException {
        return RequestBody.decode(request.body()).data().wellFormed().keySet();
    }

    private static List<Integer> leftOut(List<Integer> brought, int rounds) {
        List<Integer> left = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            if (!brought.contains(round)) {
                left.add(round);
            }
        }
        return left;
    }
}
