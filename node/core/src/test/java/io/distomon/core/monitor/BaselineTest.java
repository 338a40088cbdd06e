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
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A link that is polled every ten seconds, whose round trips are held against what is usual of it. */
class BaselineTest {
    private static final LinkLimits USUAL = new LinkLimits(LinkLimits.OFF, LinkLimits.OFF, LinkLimits.OFF, true);
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Random random = new Random(3);
    private final Driven nyc = new Driven(Driven.peer(Duration.ofSeconds(10), 2), clock);

    @Test
    void beforeItHasKnownTheLinkForSixHoursItSaysNothing() {
        nyc.monitor.holdAgainst(USUAL);

        answersFor(Duration.ofMinutes(350), () -> around(80));
        answersFor(Duration.ofMinutes(5), () -> around(400));

        assertThat(breaches()).isEmpty();
    }

    @Test
    void aStepUpIsFoundWithinMinutesWithWhatIsUsual() {
        nyc.monitor.holdAgainst(USUAL);
        answersFor(Duration.ofHours(24), () -> around(random.nextInt(4) == 0 ? 90 : 80));
        assertThat(breaches()).isEmpty();

        answersFor(Duration.ofMinutes(6), () -> around(182));

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.figure()).isEqualTo(Figure.ROUND_TRIP_P50);
            assertThat(breach.value()).isBetween(170.0, 190.0);
            Breach.Range usual = Objects.requireNonNull(breach.usual());
            assertThat(usual.low()).isBetween(75.0, 85.0);
            assertThat(usual.high()).isBetween(75.0, 95.0);
            assertThat(breach.limit()).isBetween(95.0, 120.0);
        });
        answersFor(Duration.ofMinutes(11), () -> around(82));
        assertThat(breaches()).isEmpty();
    }

    @Test
    void whatLastsForSixHoursIsTheUsualFromThenOn() {
        nyc.monitor.holdAgainst(USUAL);
        answersFor(Duration.ofHours(24), () -> around(80));

        answersFor(Duration.ofMinutes(350), () -> around(182));
        assertThat(breaches()).as("it is not learned before").hasSize(1);
        answersFor(Duration.ofMinutes(40), () -> around(182));
        assertThat(breaches()).isEmpty();

        answersFor(Duration.ofMinutes(10), () -> around(300));
        assertThat(breaches()).as("a step from there is found again").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"8, true, false", "5, true, true"})
    void whatIsSlowForMoreThanSixHoursEachDayIsUsualFromTheSecondDayOn(int hours, boolean first, boolean second) {
        nyc.monitor.holdAgainst(USUAL);

        for (boolean isTold : new boolean[] {first, second, second}) {
            answersFor(Duration.ofHours(24 - hours), () -> around(80));
            assertThat(breaches()).isEmpty();
            answersFor(Duration.ofHours(1), () -> around(182));
            assertThat(breaches()).hasSize(isTold ? 1 : 0);
            answersFor(Duration.ofHours(hours - 1), () -> around(182));
        }
    }

    @Test
    void anEpisodeThatEndedIsNotLearned() {
        nyc.monitor.holdAgainst(USUAL);
        answersFor(Duration.ofHours(24), () -> around(80));

        for (int i = 0; i < 4; i++) {
            answersFor(Duration.ofHours(4), () -> around(182));
            assertThat(breaches()).as("time %s", i).hasSize(1);
            answersFor(Duration.ofHours(1), () -> around(80));
            assertThat(breaches()).as("time %s", i).isEmpty();
        }
    }

    @Test
    void aSlowDriftDoesNotHideAStep() {
        nyc.monitor.holdAgainst(USUAL);
        double[] now = {80};
        for (int hour = 0; hour < 48; hour++) {
            answersFor(Duration.ofHours(1), () -> around(now[0]));
            assertThat(breaches()).as("hour %s", hour).isEmpty();
            now[0] += 0.5;
        }

        answersFor(Duration.ofMinutes(6), () -> around(now[0] + 40));

        assertThat(breaches()).hasSize(1);
    }

    @Test
    void withinARoomFourTimesAsSlowIsNothingToTell() {
        nyc.monitor.holdAgainst(USUAL);
        answersFor(Duration.ofHours(8), () -> around(0.2));

        answersFor(Duration.ofHours(1), () -> around(0.9));
        assertThat(breaches()).isEmpty();
        answersFor(Duration.ofMinutes(6), () -> around(30));

        assertThat(breaches()).hasSize(1);
    }

    @Test
    void outliersAndLossSayNothingOfWhatIsUsual() {
        nyc.monitor.holdAgainst(USUAL);

        answersFor(Duration.ofHours(24), () -> random.nextInt(5) == 0 ? 3_000 : around(80));

        assertThat(breaches()).isEmpty();
    }

    @Test
    void aRestartGoesOnWithWhatTheFlightRecorderKept() {
        TreeMap<Long, PastSpan> minutes = new TreeMap<>();
        for (int minute = 1; minute < 600; minute++) {
            minutes.put(clock.monotonicNanos() - minute * HOUR_NANOS / 60, minute(80));
        }
        nyc.monitor.holdAgainst(USUAL);
        nyc.monitor.recall(minutes);

        answersFor(Duration.ofMinutes(7), () -> around(182));

        assertThat(breaches())
                .singleElement()
                .satisfies(breach -> assertThat(breach.limit()).isBetween(95.0, 115.0));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "false, false"})
    void aRestartInASlowStretchDoesNotMakeItUsual(boolean breachBefore, boolean breachAfter) {
        TreeMap<Long, PastSpan> minutes = new TreeMap<>();
        for (int minute = 1; minute < 24 * 60; minute++) {
            minutes.put(clock.monotonicNanos() - minute * HOUR_NANOS / 60, minute(minute < 180 ? 182 : 80));
        }
        Breach before =
                new Breach(Figure.ROUND_TRIP_P50, 182, 105, new Breach.Range(78, 84), 40, 390, clock.wallMicros() - 1);
        nyc.monitor.holdAgainst(USUAL);
        nyc.poll(answer(182));
        PingData said = new PingData(PingStatus.ONLINE, 90, 182, 3L, null, 0.0, 1.0, List.of(before));
        if (breachBefore) {
            nyc.monitor.recall(said, clock.wallMicros());
        }
        nyc.monitor.recall(minutes);
        if (breachAfter) {
            nyc.monitor.recall(said, clock.wallMicros());
        }

        answersFor(Duration.ofMinutes(7), () -> around(182));
        assertThat(breaches()).hasSize(1);
        answersFor(Duration.ofMinutes(158), () -> around(182));
        assertThat(breaches())
                .singleElement()
                .satisfies(breach -> assertThat(breach.limit()).isBetween(95.0, 115.0));
        answersFor(Duration.ofMinutes(45), () -> around(182));
        assertThat(breaches()).as("after six hours in all it is the usual").isEmpty();
    }

    @Test
    void anEpisodeOfBeforeTheRestartThatEndedIsNotLearned() {
        TreeMap<Long, PastSpan> minutes = new TreeMap<>();
        for (int minute = 1; minute < 24 * 60; minute++) {
            boolean slow = minute > 60 && minute <= 300;
            minutes.put(clock.monotonicNanos() - minute * HOUR_NANOS / 60, minute(slow ? 182 : 80));
        }
        nyc.monitor.holdAgainst(USUAL);
        nyc.monitor.recall(minutes);

        answersFor(Duration.ofMinutes(7), () -> around(182));

        assertThat(breaches()).hasSize(1);
    }

    @Test
    void aRestartGoesOnWithWhatItSaidWhileNothingIsLearnedYet() {
        Breach before =
                new Breach(Figure.ROUND_TRIP_P50, 182, 105, new Breach.Range(78, 84), 40, 390, clock.wallMicros() - 1);
        nyc.monitor.holdAgainst(USUAL);
        nyc.poll(answer(182));
        nyc.monitor.recall(
                new PingData(PingStatus.ONLINE, 90, 182, 3L, null, 0.0, 1.0, List.of(before)), clock.wallMicros());

        answersFor(Duration.ofHours(1), () -> around(182));
        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.limit()).isEqualTo(105);
            assertThat(breach.usual()).isEqualTo(before.usual());
            assertThat(breach.sinceMicros()).isEqualTo(before.sinceMicros());
        });
        answersFor(Duration.ofMinutes(11), () -> around(80));

        assertThat(breaches()).isEmpty();
    }

    @Test
    void whoseBaselineIsSwitchedOffIsNotHeldAgainstIt() {
        nyc.monitor.holdAgainst(USUAL);
        answersFor(Duration.ofHours(8), () -> around(80));
        answersFor(Duration.ofMinutes(6), () -> around(182));
        assertThat(breaches()).hasSize(1);

        nyc.monitor.holdAgainst(LinkLimits.NONE);

        assertThat(breaches()).isEmpty();
    }

    private PastSpan minute(double millis) {
        return new PastSpan(6, 0, around(millis), 0.02 * millis);
    }

    private double around(double millis) {
        return millis * (1 + 0.02 * random.nextGaussian());
    }

    private void answersFor(Duration span, DoubleSupplier millis) {
        long end = clock.monotonicNanos() + span.toNanos();
        while (clock.monotonicNanos() < end) {
            nyc.poll(answer(millis.getAsDouble()));
        }
    }

    private List<Breach> breaches() {
        return nyc.monitor.ping().breaches();
    }

    private static PollResult answer(double rttMillis) {
        return new PollResult.Answered(rttMillis, rttMillis / 2, null);
    }
}
