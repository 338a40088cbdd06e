package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static io.distomon.core.monitor.Driven.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How long a poll may take, when the next one begins, and what a late one counts: exchange.md, Monitors, M1 to M3. The
 * peer is polled every ten seconds, two failures are forgiven, and so s is 1.25 seconds.
 */
class PollTimesTest {
    private static final Duration RATE = Duration.ofSeconds(10);
    private static final Duration SPACING = Duration.ofMillis(1_250);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Driven nyc = new Driven(peer(RATE, 2), clock);

    @BeforeEach
    void met() {
        nyc.monitor.met();
    }

    // M1

    @Test
    void whoHasNeverAnsweredIsGivenFiveSecondsOrTheShorterPollRate() {
        assertThat(nyc.request().timeout()).isEqualTo(LONGEST);
        assertThat(new Driven(peer(Duration.ofSeconds(2), 2), clock).request().timeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whoAnswersFastIsGivenTheTimeUntilARetry() {
        nyc.poll(ANSWER, Duration.ofMillis(312));

        assertThat(nyc.request().timeout()).isEqualTo(SPACING);
    }

    @Test
    void whoHasARetryIntervalIsGivenThat() {
        Driven quick = new Driven(peer(RATE, 2, Duration.ofMillis(400)), clock);
        quick.poll(ANSWER, Duration.ofMillis(100));

        assertThat(quick.request().timeout()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void whoAnswersSlowlyIsGivenFourTimesTheLongestOfTheLastSixteenAnswers() {
        nyc.poll(ANSWER, Duration.ofMillis(600));
        for (int i = 0; i < 15; i++) {
            nyc.poll(ANSWER, Duration.ofMillis(10));
            nyc.poll(SILENCE); // is no answer
        }
        assertThat(nyc.request().timeout()).isEqualTo(Duration.ofMillis(2_400));

        nyc.end(ANSWER);
        assertThat(nyc.request().timeout()).isEqualTo(SPACING);
    }

    @Test
    void nobodyIsGivenMoreThanFiveSecondsOrTheShorterPollRate() {
        nyc.poll(ANSWER, Duration.ofSeconds(4));
        assertThat(nyc.request().timeout()).isEqualTo(LONGEST);

        Driven often = new Driven(peer(Duration.ofSeconds(2), 2), clock);
        often.poll(ANSWER, Duration.ofSeconds(1));
        assertThat(often.request().timeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aPollThatFailsSaysNothingAboutHowLongAnswersTake() {
        nyc.poll(ANSWER);
        nyc.poll(SILENCE, SPACING);

        assertThat(nyc.request().timeout()).isEqualTo(SPACING);
    }

    @Test
    void whoHasBeenOfflineForAPollIntervalIsGivenFiveSecondsAgain() {
        nyc.poll(ANSWER);
        nyc.polls(3, SILENCE);
        long offline = clock.monotonicNanos();
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
        while (nyc.monitor.dueNanos() - offline < RATE.toNanos()) {
            assertThat(nyc.request().timeout()).isEqualTo(SPACING);
            nyc.end(SILENCE);
        }

        assertThat(nyc.request().timeout()).isEqualTo(LONGEST);

        nyc.end(ANSWER);
        assertThat(nyc.request().timeout()).isEqualTo(SPACING);
    }

    // M2

    @Test
    void failuresFollowEachOtherSoonUntilThePeerHasBeenOfflineForAPollIntervalAndThenByTheGrid() {
        nyc.poll(ANSWER);
        long first = clock.monotonicNanos();
        List<Duration> begun = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            nyc.poll(SILENCE);
            begun.add(Duration.ofNanos(clock.monotonicNanos() - first));
        }

        List<Duration> expected = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            // The third means offline, 12.5 seconds after the first answer; the last is a poll interval later.
            expected.add(RATE.plus(SPACING.multipliedBy(i)));
        }
        expected.add(Duration.ofSeconds(30));
        expected.add(Duration.ofSeconds(40));
        assertThat(begun).isEqualTo(expected);
    }

    @Test
    void aRetryIntervalSaysHowSoonFailuresFollowEachOther() {
        Driven quick = new Driven(peer(RATE, 2, Duration.ofMillis(400)), clock);
        quick.poll(ANSWER);
        quick.poll(SILENCE);

        assertThat(quick.spacing()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void theNextPollBeginsAtOnceWhenTheFailedOneHasTakenLonger() {
        nyc.timeOut(Duration.ZERO);
        assertThat(nyc.spacing()).isEqualTo(SPACING);
        long ended = clock.monotonicNanos();

        nyc.request();

        assertThat(clock.monotonicNanos()).isEqualTo(ended);
    }

    @Test
    void anAnswerEndsTheRetriesAndTheGridIsKept() {
        nyc.poll(ANSWER);
        long first = clock.monotonicNanos();
        nyc.polls(2, SILENCE);
        nyc.poll(ANSWER);

        assertThat(nyc.monitor.dueNanos() - first)
                .isEqualTo(RATE.multipliedBy(2).toNanos());
    }

    @Test
    void whoIsNewAndHasFailedOnceMoreThanIsForgivenIsPolledByTheGrid() {
        Driven young = new Driven(peer(RATE, 2), clock);
        young.poll(SILENCE);
        long first = clock.monotonicNanos();
        assertThat(young.spacing()).isEqualTo(SPACING);
        young.poll(SILENCE);
        assertThat(young.spacing()).isEqualTo(SPACING);

        for (int i = 1; i <= 5; i++) {
            young.poll(SILENCE);
            assertThat(young.monitor.dueNanos() - first)
                    .isEqualTo(RATE.multipliedBy(i).toNanos());
        }
    }

    // The grid

    @Test
    void thePeerIsPolledAtOurTurnByItsOwnClock() {
        Duration slow = Duration.ofMillis(3_300);
        long aheadMicros = slow.toNanos() / 1_000;
        PollResult answer = new PollResult.Answered(20, slow.toMillis() + 10, null);

        nyc.poll(answer);
        nyc.request();

        assertThat((clock.wallMicros() + aheadMicros) % micros(RATE)).isEqualTo((long) (Driven.TURN * micros(RATE)));
    }

    @Test
    void howeverWrongAClockIsTheNextPollComesAQuarterToFiveQuartersOfAnIntervalAfterTheLast() {
        nyc.poll(ANSWER);
        Random random = new Random(7);
        long last = clock.monotonicNanos();
        for (int i = 0; i < 1_000; i++) {
            double ahead = random.nextGaussian() * Math.pow(10, random.nextInt(18));
            clock.set(random.nextLong(4_000_000_000_000_000L));
            nyc.poll(new PollResult.Answered(0, ahead, null));
            long now = clock.monotonicNanos();
            assertThat(now - last)
                    .isBetween(
                            RATE.dividedBy(4).toNanos(),
                            RATE.plus(RATE.dividedBy(4)).toNanos());
            last = now;
        }
    }

    @Test
    void anotherTurnMovesThePollsAndNoneIsMadeTwice() {
        nyc.poll(ANSWER);
        long before = clock.monotonicNanos();
        nyc.monitor.reconfigure(peer(RATE, 2), Driven.TURN - 0.1);
        nyc.monitor.reconfigure(peer(RATE, 2), Driven.TURN + 0.1);
        nyc.poll(ANSWER);
        nyc.poll(ANSWER);

        assertThat(clock.monotonicNanos() - before)
                .isEqualTo(RATE.multipliedBy(2).plus(RATE.dividedBy(10)).toNanos());
    }

    @Test
    void anotherTurnPutsNoPollOffThatWasPlanned() {
        nyc.poll(ANSWER);
        long before = clock.monotonicNanos();
        nyc.pass(Duration.ofSeconds(9));
        nyc.monitor.reconfigure(peer(RATE, 2), Driven.TURN - 0.15);
        nyc.request();
        assertThat(clock.monotonicNanos() - before).isEqualTo(RATE.toNanos());
        nyc.end(ANSWER);

        nyc.request();

        assertThat(clock.monotonicNanos() - before)
                .isEqualTo(RATE.plus(Duration.ofMillis(8_500)).toNanos());
    }

    private static long micros(Duration span) {
        return span.toNanos() / 1_000;
    }

    // M3

    @Test
    void aFailureThatIsNoticedLateCountsNeitherAsOneNorInTheLossAndThePollIsRepeatedAtOnce() {
        nyc.poll(ANSWER);
        nyc.timeOut(Duration.ofMillis(251));
        long noticed = clock.monotonicNanos();

        assertThat(nyc.monitor.failuresInARow()).isZero();
        assertThat(nyc.monitor.ping().error()).isNull();
        assertThat(nyc.monitor.measures().polls()).isEqualTo(1);
        assertThat(nyc.monitor.measures().lost()).isZero();
        nyc.request();
        assertThat(clock.monotonicNanos()).isEqualTo(noticed);
    }

    @Test
    void aQuarterOfASecondOrATenthOfTheTimeUntilARetryIsNotLate() {
        nyc.poll(ANSWER);
        nyc.timeOut(Duration.ofMillis(250));
        assertThat(nyc.monitor.failuresInARow()).isEqualTo(1);

        Driven rare = new Driven(peer(Duration.ofSeconds(32), 2), clock);
        rare.poll(ANSWER);
        rare.timeOut(Duration.ofMillis(401));
        assertThat(rare.monitor.failuresInARow()).isZero();
        rare.timeOut(Duration.ofMillis(400));
        assertThat(rare.monitor.failuresInARow()).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsNoticedLateIsAnAnswer() {
        nyc.poll(ANSWER, Duration.ofSeconds(20));

        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.ONLINE);
        assertThat(nyc.monitor.measures().polls()).isEqualTo(1);
    }

    @Test
    void noMoreThanThreeLateFailuresInARowAreForgiven() {
        nyc.poll(ANSWER);
        for (int i = 0; i < 3; i++) {
            nyc.timeOut(Duration.ofSeconds(1));
        }
        assertThat(nyc.monitor.failuresInARow()).isZero();

        nyc.timeOut(Duration.ofSeconds(1));

        assertThat(nyc.monitor.failuresInARow()).isEqualTo(1);
        assertThat(nyc.monitor.ping().error()).isEqualTo("timeout");
    }

    @Test
    void anAnswerOrATimelyFailureBeginsTheCountOfLateOnesAnew() {
        nyc.poll(ANSWER);
        for (int i = 0; i < 2; i++) {
            nyc.timeOut(Duration.ofSeconds(1));
        }
        nyc.poll(ANSWER);
        for (int i = 0; i < 2; i++) {
            nyc.timeOut(Duration.ofSeconds(1));
        }
        nyc.timeOut(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            nyc.timeOut(Duration.ofSeconds(1));
        }

        assertThat(nyc.monitor.failuresInARow()).isEqualTo(1);
    }

    @Test
    void whoeverIsAlwaysLateNoticesACrashAllTheSame() {
        nyc.poll(ANSWER);
        for (int i = 0; i < 12; i++) {
            nyc.timeOut(Duration.ofSeconds(1));
        }

        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
    }
}
