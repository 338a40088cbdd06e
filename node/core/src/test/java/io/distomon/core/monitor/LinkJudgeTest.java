package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A link that is polled every ten seconds, two failures forgiven; 40 polls count. */
class LinkJudgeTest {
    private static final LinkLimits LIMITS = new LinkLimits(120, 0.05, 30);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Driven nyc = new Driven(Driven.peer(Duration.ofSeconds(10), 2), clock);

    @Test
    void aLinkWithoutLimitsIsNeverInBreach() {
        answers(100, poll -> 4_000);

        assertThat(breaches()).isEmpty();
    }

    @Test
    void aLinkThatIsSlowFromItsFirstPollIsSoWhenFortyPollsShowIt() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(39, poll -> 182);
        assertThat(breaches()).isEmpty();

        answers(1, poll -> 182);

        assertThat(breaches())
                .containsExactly(new Breach(Figure.ROUND_TRIP_P95, 182, 120, 40, 390, clock.wallMicros()));
    }

    @Test
    void aStepUpIsFoundWithinHalfOfThePollsAndFourMore() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(200, poll -> 80);

        answers(23, poll -> 182);
        assertThat(breaches()).isEmpty();
        answers(1, poll -> 182);

        assertThat(breaches()).singleElement().extracting(Breach::figure).isEqualTo(Figure.ROUND_TRIP_P95);
    }

    @Test
    void afterAStepDownItIsOverOnceAllPollsAndAHalfBesidesAreWell() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(40, poll -> 182);
        long since = breaches().getFirst().sinceMicros();

        answers(57, poll -> 80);
        assertThat(breaches())
                .as("it is within the limit, but has not been for long")
                .containsExactly(new Breach(Figure.ROUND_TRIP_P95, 80, 120, 40, 390, since));
        answers(1, poll -> 80);

        assertThat(breaches()).isEmpty();
    }

    @Test
    void oneBadMomentIsNoBreach() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(40, poll -> 80);

        answers(1, poll -> 2_000);
        answers(39, poll -> 80);
        assertThat(breaches()).isEmpty();
        answers(19, poll -> 2_000);

        assertThat(breaches()).as("all in one half").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aLinkThatStaysNearItsLimitIsNotToldOfAgainAndAgain(long seed) {
        Random random = new Random(seed);
        nyc.monitor.holdAgainst(LIMITS);
        int changes = 0;
        boolean was = false;
        int polls = 6 * 3600 / 10;
        for (int i = 0; i < polls; i++) {
            nyc.poll(answer(112 + 5 * random.nextGaussian()));
            boolean is = !breaches().isEmpty();
            changes += is == was ? 0 : 1;
            was = is;
        }

        assertThat(changes).as("in six hours").isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aLinkOfWhichFewerRoundTripsAreLongThanMayBeIsWell(long seed) {
        Random random = new Random(seed);
        nyc.monitor.holdAgainst(LIMITS);
        int slow = 0;
        for (int i = 0; i < 20_000; i++) {
            nyc.poll(answer(random.nextInt(50) == 0 ? 130 : 118));
            slow += breaches().isEmpty() ? 0 : 1;
        }

        assertThat(slow).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aLinkThatLosesAsMuchAsItMayChangesAtMostTwiceAnHour(long seed) {
        Random random = new Random(seed);
        nyc.monitor.holdAgainst(LIMITS);
        int changes = 0;
        boolean was = false;
        long end = clock.monotonicNanos() + Duration.ofHours(12).toNanos();
        while (clock.monotonicNanos() < end) {
            nyc.poll(random.nextInt(20) == 0 ? Driven.SILENCE : answer(20));
            boolean is = !breaches().isEmpty();
            changes += is == was ? 0 : 1;
            was = is;
        }

        assertThat(changes).as("in twelve hours").isLessThanOrEqualTo(24);
    }

    @Test
    void anOutageIsNoLoss() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(40, poll -> 20);

        for (int outage = 0; outage < 5; outage++) {
            nyc.polls(30, Driven.SILENCE);
            assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
            assertThat(breaches()).isEmpty();
            answers(10, poll -> 20);
        }

        assertThat(breaches()).isEmpty();
        assertThat(nyc.monitor.ping().loss()).isGreaterThan(0.5);
    }

    @Test
    void aLinkThatIsBrokenIsNotCalledSlowBesides() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(60, poll -> 300);
        assertThat(breaches()).isNotEmpty();

        nyc.polls(3, Driven.SILENCE);
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(breaches()).isEmpty();
        answers(1, poll -> 300);

        assertThat(breaches()).as("it is still slow").isNotEmpty();
    }

    @Test
    void whatWasBeforeALongOutageSaysNothingOfTheLinkAfterIt() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(60, poll -> 300);
        nyc.polls(3, Driven.SILENCE);
        clock.pass(Duration.ofHours(1).toNanos() / 1_000);

        answers(1, poll -> 20);

        assertThat(breaches()).isEmpty();
    }

    @Test
    void aLinkThatTremblesHasItsJitterToldOf() {
        nyc.monitor.holdAgainst(LIMITS);

        answers(40, poll -> poll % 2 == 0 ? 20 : 80);

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.figure()).isEqualTo(Figure.JITTER);
            assertThat(breach.value()).isCloseTo(60, within(0.001));
        });
    }

    @Test
    void ofALinkThatIsPolledEverySecondFiveMinutesCount() {
        Driven fast = new Driven(Driven.peer(Duration.ofSeconds(1), 2), clock);
        fast.monitor.holdAgainst(LIMITS);
        fast.polls(400, answer(200));

        assertThat(fast.monitor.ping().breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.polls()).isEqualTo(300);
            assertThat(breach.spanSeconds()).isEqualTo(299);
        });
    }

    @Test
    void aRestartGoesOnWithWhatWasSaidBefore() {
        Breach before = new Breach(Figure.ROUND_TRIP_P95, 182, 150, 40, 390, 1_600_000_000_000_000L);
        nyc.monitor.holdAgainst(LIMITS);
        answers(1, poll -> 182);

        nyc.monitor.recall(
                new PingData(PingStatus.ONLINE, 90, 182, 3L, null, 0.0, 1.0, List.of(before)), clock.wallMicros());

        Breach now = new Breach(Figure.ROUND_TRIP_P95, 182, 120, 40, 390, before.sinceMicros());
        assertThat(breaches()).as("by the limit that there is now").containsExactly(now);
        answers(60, poll -> 182);
        assertThat(breaches()).singleElement().extracting(Breach::sinceMicros).isEqualTo(before.sinceMicros());
        answers(60, poll -> 80);
        assertThat(breaches()).isEmpty();
    }

    @Test
    void aHigherLimitEndsABreachAtOnceAndNoneEndsAll() {
        nyc.monitor.holdAgainst(LIMITS);
        answers(40, poll -> poll % 2 == 0 ? 150 : 190);
        assertThat(breaches()).hasSize(2);

        nyc.monitor.holdAgainst(new LinkLimits(200, 0.05, 30));
        assertThat(breaches()).extracting(Breach::figure).containsExactly(Figure.JITTER);
        nyc.monitor.holdAgainst(LinkLimits.NONE);

        assertThat(breaches()).isEmpty();
    }

    private List<Breach> breaches() {
        return nyc.monitor.ping().breaches();
    }

    private void answers(int count, IntToDoubleFunction millis) {
        for (int i = 0; i < count; i++) {
            nyc.poll(answer(millis.applyAsDouble(i)));
        }
    }

    private static PollResult answer(double rttMillis) {
        return new PollResult.Answered(rttMillis, rttMillis / 2, null);
    }
}
