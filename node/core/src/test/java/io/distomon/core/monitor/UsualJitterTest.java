package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
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
import org.junit.jupiter.params.provider.EnumSource;

/** A link whose round trips differ from one to the next, held against what is usual of it. */
class UsualJitterTest {
    private static final LinkLimits USUAL = new LinkLimits(LinkLimits.OFF, LinkLimits.OFF, LinkLimits.OFF, true);
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Random random = new Random(17);
    private Driven nyc = every(Duration.ofSeconds(10));

    /** How long round trips take, each by itself. */
    enum Tail {
        NORMAL,
        EXPONENTIAL,
        LOGNORMAL,
        PARETO,
        FEW_LONG_ONES;

        double millis(Random random) {
            return switch (this) {
                case NORMAL -> 100 + 15 * random.nextGaussian();
                case EXPONENTIAL -> 50 + 30 * random.nextExponential();
                case LOGNORMAL -> 50 + 10 * Math.exp(1.5 * random.nextGaussian());
                case PARETO -> Math.min(4_900, 50 + 10 * Math.pow(1 - random.nextDouble(), -1 / 1.2));
                case FEW_LONG_ONES -> random.nextInt(50) == 0 ? 500 : 50 + random.nextGaussian();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLinkThatAlwaysTremblesAsMuchIsNeverSoMoreThanUsual(Tail tail) {
        assertThat(jitteryFor(Duration.ofDays(10), () -> tail.millis(random))).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void norIsOneThatIsPolledEverySecond(Tail tail) {
        nyc = every(Duration.ofSeconds(1));

        assertThat(jitteryFor(Duration.ofHours(12), () -> tail.millis(random))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"PT10S, 50", "PT1S, 250"})
    void aLinkThatBeginsToTrembleIsFoundWithWhatIsUsual(Duration pollRate, int polls) {
        nyc = every(pollRate);
        answersFor(Duration.ofHours(10), () -> 80 + 2 * random.nextGaussian());
        assertThat(breaches()).isEmpty();

        assertThat(pollsUntilFound(() -> 80 + 30 * random.nextGaussian(), polls))
                .isLessThan(polls);

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.figure()).isEqualTo(Figure.JITTER);
            assertThat(breach.value()).isBetween(13.0, 40.0);
            Breach.Range usual = Objects.requireNonNull(breach.usual());
            assertThat(usual.low()).isBetween(1.5, 2.5);
            assertThat(usual.high()).isBetween(2.0, 3.0);
            assertThat(breach.limit()).isBetween(12.0, 13.0);
        });
        answersFor(Duration.ofMinutes(11), () -> 80 + 2 * random.nextGaussian());
        assertThat(breaches()).isEmpty();
    }

    @Test
    void ofALinkThatTremblesAnywayTwiceAsMuchIsFoundWithinAnHour() {
        answersFor(Duration.ofHours(24), () -> 200 + 30 * random.nextGaussian());

        assertThat(pollsUntilFound(() -> 200 + 70 * random.nextGaussian(), 360)).isLessThan(360);
    }

    @Test
    void withinARoomTenTimesAsMuchIsNothingToTell() {
        answersFor(Duration.ofHours(8), () -> 0.5 + 0.1 * random.nextGaussian());

        assertThat(jitteryFor(Duration.ofHours(2), () -> 5 + random.nextGaussian()))
                .isZero();
    }

    @Test
    void whatLastsForSixHoursIsTheUsualFromThenOnButNoEpisodeThatEnded() {
        DoubleSupplier calm = () -> 80 + 2 * random.nextGaussian();
        DoubleSupplier trembling = () -> 80 + 25 * random.nextGaussian();
        answersFor(Duration.ofHours(24), calm);
        for (int i = 0; i < 3; i++) {
            answersFor(Duration.ofHours(4), trembling);
            assertThat(breaches()).as("time %s", i).hasSize(1);
            answersFor(Duration.ofHours(1), calm);
            assertThat(breaches()).as("time %s", i).isEmpty();
        }

        answersFor(Duration.ofMinutes(350), trembling);
        assertThat(breaches()).hasSize(1);
        answersFor(Duration.ofMinutes(40), trembling);

        assertThat(breaches()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5, 5, false", "30, 12.5, true"})
    void ofAFixedLimitAndTheUsualTheLowerOneHoldsAndSaysWhichItIs(double fixed, double about, boolean isUsual) {
        nyc.monitor.holdAgainst(new LinkLimits(LinkLimits.OFF, LinkLimits.OFF, fixed, true));
        answersFor(Duration.ofHours(8), () -> 80 + 2 * random.nextGaussian());
        assertThat(breaches()).isEmpty();

        answersFor(Duration.ofMinutes(10), () -> 80 + 60 * random.nextGaussian());

        assertThat(breaches()).singleElement().satisfies(breach -> {
            assertThat(breach.limit()).isBetween(about - 0.5, about + 0.5);
            assertThat(breach.usual() != null).isEqualTo(isUsual);
        });
    }

    @Test
    void aRestartGoesOnWithWhatTheFlightRecorderKept() {
        TreeMap<Long, PastSpan> minutes = new TreeMap<>();
        for (int minute = 1; minute < 600; minute++) {
            minutes.put(
                    clock.monotonicNanos() - minute * MINUTE_NANOS,
                    new PastSpan(6, 0, 80.0, 2 + 0.5 * random.nextGaussian()));
        }
        nyc.monitor.recall(minutes);

        assertThat(pollsUntilFound(() -> 80 + 30 * random.nextGaussian(), 60)).isLessThan(60);

        assertThat(Objects.requireNonNull(breaches().getFirst().usual()).high()).isBetween(2.0, 2.3);
    }

    private Driven every(Duration pollRate) {
        Driven driven = new Driven(Driven.peer(pollRate, 2), clock);
        driven.monitor.holdAgainst(USUAL);
        return driven;
    }

    private void answersFor(Duration span, DoubleSupplier millis) {
        jitteryFor(span, millis);
    }

    /** After how many of these polls the jitter was told of. */
    private int jitteryFor(Duration span, DoubleSupplier millis) {
        int polls = 0;
        long end = clock.monotonicNanos() + span.toNanos();
        while (clock.monotonicNanos() < end) {
            nyc.poll(answer(millis.getAsDouble()));
            polls += breaches().stream().anyMatch(breach -> breach.figure() == Figure.JITTER) ? 1 : 0;
        }
        return polls;
    }

    private int pollsUntilFound(DoubleSupplier millis, int most) {
        int polls = 0;
        while (breaches().isEmpty() && polls < most) {
            nyc.poll(answer(millis.getAsDouble()));
            polls++;
        }
        return polls;
    }

    private List<Breach> breaches() {
        return nyc.monitor.ping().breaches();
    }

    private static PollResult answer(double rttMillis) {
        return new PollResult.Answered(rttMillis, rttMillis / 2, null);
    }
}
