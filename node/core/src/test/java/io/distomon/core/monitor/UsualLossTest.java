package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A link some of whose polls are lost, each by itself, held against what is usual of it; two failures are forgiven. */
class UsualLossTest {
    private static final LinkLimits USUAL = new LinkLimits(LinkLimits.OFF, LinkLimits.OFF, LinkLimits.OFF, true);
    private static final PollResult ANSWER = new PollResult.Answered(20, 10, null);
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Random random = new Random(11);
    private Driven nyc = every(Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource({
        "PT10S, P10D, 0.03",
        "PT10S, P10D, 0.1",
        "PT10S, P10D, 0.015",
        "PT10S, P10D, 0.001",
        "PT1M, P60D, 0.03",
        "PT1M, P60D, 0.005",
        "PT2M, P60D, 0.08",
        "PT5M, P180D, 0.1",
        "PT10M, P180D, 0.02",
        "PT1S, P1D, 0.03",
        "PT1S, P1D, 0.1"
    })
    void aLinkThatAlwaysLosesAsMuchIsNeverLossy(Duration pollRate, Duration days, double loss) {
        nyc = every(pollRate);

        assertThat(lossyFor(days, loss)).isZero();
    }

    @Test
    void aLinkThatLostHardlyAnythingAndNowLosesEightOfAHundredIsFoundWithinFourHundredPolls() {
        pollFor(Duration.ofHours(30), 0.001);
        assertThat(breaches()).isEmpty();

        assertThat(pollsUntilLossy(0.08, 400)).isLessThan(400);

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.figure()).isEqualTo(Figure.LOSS);
            assertThat(breach.value()).isBetween(0.05, 0.15);
            assertThat(breach.limit()).isBetween(0.02, 0.03);
            Breach.Range usual = Objects.requireNonNull(breach.usual());
            assertThat(usual.low()).isZero();
            assertThat(usual.high()).isBetween(0.0, 0.006);
        });
        pollFor(Duration.ofHours(4), 0.08);
        assertThat(breaches()).hasSize(1);
        pollFor(Duration.ofHours(1), 0.001);
        assertThat(breaches()).isEmpty();
    }

    @Test
    void aLinkThatLosesThreeTimesAsMuchAsIsUsualIsFoundWithinHours() {
        for (int i = 0; i < 8; i++) {
            nyc = every(Duration.ofSeconds(10));
            pollFor(Duration.ofHours(30), 0.03);
            assertThat(breaches()).isEmpty();

            assertThat(pollsUntilLossy(0.1, 1_000)).as("time %s", i).isLessThan(1_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"PT1M, 0.05", "PT1M, 0.1", "PT2M, 0.08", "PT5M, 0.08"})
    void norIsOneThatIsNotKnownForLong(Duration pollRate, double loss) {
        for (int i = 0; i < 100; i++) {
            nyc = every(pollRate);

            assertThat(lossyFor(Duration.ofHours(30), loss)).as("time %s", i).isZero();
        }
    }

    /** What is not found yet is not learned, though that takes hours. */
    @ParameterizedTest
    @CsvSource({"PT1M, 0.08, PT12H, 40", "PT2M, 0.15, PT12H, 40", "PT30S, 0.08, PT6H, 40", "PT30S, 0.05, PT12H, 36"})
    void aLinkThatIsPolledSeldomIsFoundBeforeItsLossIsTheUsual(
            Duration pollRate, double loss, Duration within, int ofForty) {
        int most = (int) within.dividedBy(pollRate);
        int found = 0;
        for (int i = 0; i < 40; i++) {
            nyc = every(pollRate);
            pollFor(Duration.ofHours(24), 0.001);
            found += pollsUntilLossy(loss, most) < most ? 1 : 0;
        }

        assertThat(found).isGreaterThanOrEqualTo(ofForty);
    }

    @Test
    void whatWasFoundAfterHoursIsToldForSixHoursFromThenOn() {
        nyc = every(Duration.ofMinutes(1));
        pollFor(Duration.ofHours(24), 0.001);
        assertThat(pollsUntilLossy(0.08, 720)).isBetween(100, 720);

        pollFor(Duration.ofMinutes(350), 0.08);
        assertThat(breaches()).hasSize(1);
        pollFor(Duration.ofHours(4), 0.08);

        assertThat(breaches()).isEmpty();
    }

    @Test
    void outagesWhileItLosesMoreDoNotHideThat() {
        for (int i = 0; i < 10; i++) {
            nyc = every(Duration.ofSeconds(30));
            pollFor(Duration.ofHours(24), 0.001);

            int outages = 0;
            while (pollsUntilLossy(0.08, 80) == 80 && outages < 8) {
                pollFor(Duration.ofMinutes(45), 1);
                nyc.poll(ANSWER);
                outages++;
            }

            assertThat(outages).as("time %s", i).isLessThan(8);
        }
    }

    @Test
    void whatWasLossyBeforeALongOutageIsNotSaidToBeAfterIt() {
        pollFor(Duration.ofHours(24), 0.001);
        assertThat(pollsUntilLossy(0.15, 400)).isLessThan(400);

        pollFor(Duration.ofMinutes(45), 1);
        nyc.poll(ANSWER);

        assertThat(breaches()).isEmpty();
        assertThat(pollsUntilLossy(0.08, 400)).as("by what was usual before").isLessThan(400);
    }

    @Test
    void oneBadHourOfTheFirstThatAreKnownIsNotTheUsual() {
        pollFor(Duration.ofHours(3), 0.001);
        pollFor(Duration.ofHours(1), 0.3);
        pollFor(Duration.ofMinutes(200), 0.001);

        assertThat(pollsUntilLossy(0.08, 400)).isLessThan(400);
    }

    @Test
    void beforeItHasKnownTheLinkForSixHoursItSaysNothing() {
        pollFor(Duration.ofMinutes(230), 0.001);

        assertThat(lossyFor(Duration.ofHours(2), 0.2)).isZero();
    }

    @Test
    void whatLastsForSixHoursIsTheUsualFromThenOn() {
        pollFor(Duration.ofHours(24), 0.001);
        pollsUntilLossy(0.08, 400);

        pollFor(Duration.ofMinutes(320), 0.08);
        assertThat(breaches()).as("it is not learned before").hasSize(1);
        pollFor(Duration.ofHours(2), 0.08);
        assertThat(breaches()).isEmpty();

        assertThat(pollsUntilLossy(0.35, 400)).as("more is found again").isLessThan(400);
    }

    @Test
    void anEpisodeThatEndedIsNotLearnedNorWhatOfItCameBeforeItWasFound() {
        pollFor(Duration.ofHours(24), 0.001);

        for (int i = 0; i < 5; i++) {
            assertThat(pollsUntilLossy(0.08, 500)).as("time %s", i).isLessThan(500);
            assertThat(breaches().getFirst().limit()).as("time %s", i).isLessThan(0.04);
            pollFor(Duration.ofHours(3), 0.08);
            pollFor(Duration.ofHours(2), 0.001);
            assertThat(breaches()).as("time %s", i).isEmpty();
        }
    }

    /** Though it takes hours until the link counts as well again. */
    @Test
    void whatIsSoForFiveHoursEachDayIsToldEachDay() {
        for (int i = 0; i < 10; i++) {
            nyc = every(Duration.ofSeconds(30));
            pollFor(Duration.ofHours(24), 0.001);
            for (int day = 0; day < 6; day++) {
                assertThat(lossyFor(Duration.ofHours(5), 0.08))
                        .as("time %s, day %s", i, day)
                        .isPositive();
                pollFor(Duration.ofHours(19), 0.001);
            }
        }
    }

    @Test
    void outagesAreNoLossThatIsUsual() {
        for (int hour = 0; hour < 30; hour++) {
            pollFor(Duration.ofMinutes(50), 0);
            pollFor(Duration.ofMinutes(10), 1);
        }
        pollFor(Duration.ofMinutes(5), 0);

        assertThat(pollsUntilLossy(0.08, 400)).isLessThan(400);

        assertThat(breaches().getFirst().usual()).isEqualTo(new Breach.Range(0, 0));
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0.01, false", "0.05, 0.02, true"})
    void ofAFixedLimitAndTheUsualTheLowerOneHoldsAndSaysWhichItIs(double fixed, double limit, boolean isUsual) {
        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, fixed, LinkLimits.OFF, true));
        pollFor(Duration.ofHours(24), 0);

        assertThat(pollsUntilLossy(0.15, 300)).isLessThan(300);

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.limit()).isEqualTo(limit);
            assertThat(breach.usual() != null).isEqualTo(isUsual);
        });
    }

    @Test
    void whatExceedsAFixedLimitButIsUsualIsLearned() {
        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, 0.02, LinkLimits.OFF, true));
        pollFor(Duration.ofHours(30), 0.1);
        assertThat(breaches())
                .singleElement()
                .satisfies(breach -> assertThat(breach.usual()).isNull());

        nyc.monitor.holdAgainst(USUAL);

        assertThat(lossyFor(Duration.ofDays(2), 0.1)).isZero();
    }

    @Test
    void aRestartGoesOnWithWhatTheFlightRecorderKept() {
        nyc.monitor.recall(minutes(600, minute -> 0.001));

        assertThat(pollsUntilLossy(0.08, 400)).isLessThan(400);

        assertThat(Objects.requireNonNull(breaches().getFirst().usual()).high()).isLessThan(0.006);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT10S", "PT1M"})
    void aLinkThatAlwaysLosesAsMuchIsNotLossyAfterARestartEither(Duration pollRate) {
        for (int i = 0; i < 10; i++) {
            nyc = every(pollRate);
            int polls = (int) Duration.ofMinutes(1).dividedBy(pollRate);
            nyc.monitor.recall(minutes(24 * 60, polls, minute -> 0.04));

            assertThat(lossyFor(Duration.ofDays(2), 0.04)).as("time %s", i).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartWhileItIsLossyDoesNotMakeThatTheUsual(boolean hasSaidSo) {
        Breach before = new Breach(Figure.LOSS, 0.08, 0.02, new Breach.Range(0, 0), 240, 2_500, clock.wallMicros() - 1);
        nyc.poll(ANSWER);
        if (hasSaidSo) {
            nyc.monitor.recall(
                    new PingData(PingStatus.ONLINE, 10, 20, 3L, null, 0.0, 1.0, List.of(before)), clock.wallMicros());
        }
        nyc.monitor.recall(minutes(24 * 60, minute -> minute < 180 ? 0.08 : 0.001));

        assertThat(pollsUntilLossy(0.08, 600)).isLessThan(hasSaidSo ? 1 : 600);
        assertThat(breaches().getFirst().limit()).isLessThan(0.04);
        pollFor(Duration.ofMinutes(50), 0.08);
        assertThat(breaches()).hasSize(1);
        pollFor(Duration.ofHours(5), 0.08);
        assertThat(breaches()).as("after six hours in all it is the usual").isEmpty();
    }

    @Test
    void restartsBeforeItIsFoundDoNotHideThat() {
        for (int i = 0; i < 10; i++) {
            SortedMap<Long, PastSpan> kept = minutes(24 * 60, 1, minute -> 0.001);
            int bad = 0;
            do {
                if (bad % 60 == 0) {
                    nyc = every(Duration.ofMinutes(1));
                    nyc.poll(ANSWER);
                    nyc.monitor.recall(kept);
                }
                boolean isLost = random.nextDouble() < 0.08;
                nyc.poll(isLost ? Driven.SILENCE : ANSWER);
                kept.put(clock.monotonicNanos(), new PastSpan(1, isLost ? 1 : 0, 20.0, 0.0));
                bad++;
            } while (breaches().isEmpty() && bad < 720);

            assertThat(bad).as("time %s", i).isLessThan(720);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartGoesOnWithWhatWasNotFoundYetOnlyWhereItIsHeldAgainstTheUsual(boolean isHeldAgainstUsual) {
        SortedMap<Long, PastSpan> kept = minutes(600, minute -> 0);
        for (int minute = 2; minute <= 28; minute += 2) {
            kept.put(clock.monotonicNanos() - minute * MINUTE_NANOS, new PastSpan(6, 1, 20.0, 0.0));
        }
        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, 0.15, LinkLimits.OFF, isHeldAgainstUsual));
        nyc.poll(ANSWER);
        nyc.monitor.recall(kept);

        for (int i = 0; i < 2; i++) {
            nyc.poll(Driven.SILENCE);
            nyc.poll(ANSWER);
        }

        assertThat(breaches()).hasSize(isHeldAgainstUsual ? 1 : 0);
    }

    @Test
    void whoseBaselineIsSwitchedOffIsNotHeldAgainstIt() {
        pollFor(Duration.ofHours(24), 0);
        assertThat(pollsUntilLossy(0.08, 400)).isLessThan(400);

        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, 0.3, LinkLimits.OFF));
        assertThat(breaches()).isEmpty();

        assertThat(lossyFor(Duration.ofHours(4), 0.08)).isZero();
    }

    private interface Losses {
        double at(int minutesAgo);
    }

    private SortedMap<Long, PastSpan> minutes(int count, Losses losses) {
        return minutes(count, 6, losses);
    }

    private SortedMap<Long, PastSpan> minutes(int count, int polls, Losses losses) {
        TreeMap<Long, PastSpan> minutes = new TreeMap<>();
        for (int minute = 1; minute < count; minute++) {
            int lost = 0;
            for (int i = 0; i < polls; i++) {
                lost += random.nextDouble() < losses.at(minute) ? 1 : 0;
            }
            minutes.put(clock.monotonicNanos() - minute * MINUTE_NANOS, new PastSpan(polls, lost, 20.0, 0.0));
        }
        return minutes;
    }

    private Driven every(Duration pollRate) {
        Driven driven = new Driven(Driven.peer(pollRate, 2), clock);
        driven.monitor.holdAgainst(USUAL);
        return driven;
    }

    private void pollFor(Duration span, double loss) {
        lossyFor(span, loss);
    }

    /** After how many of these polls it was lossy. */
    private int lossyFor(Duration span, double loss) {
        int lossy = 0;
        long end = clock.monotonicNanos() + span.toNanos();
        while (clock.monotonicNanos() < end) {
            poll(loss);
            lossy += breaches().isEmpty() ? 0 : 1;
        }
        return lossy;
    }

    private int pollsUntilLossy(double loss, int most) {
        int polls = 0;
        while (breaches().isEmpty() && polls < most) {
            poll(loss);
            polls++;
        }
        return polls;
    }

    private void poll(double loss) {
        nyc.poll(random.nextDouble() < loss ? Driven.SILENCE : ANSWER);
    }

    private List<Breach> breaches() {
        return nyc.monitor.ping().breaches();
    }
}
