package io.distomon.core.monitor;

import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the polls of a link are usually like, by quarters of an hour, of each of {@link #FIGURES} for itself: {@link Usual}.
 * Of its round trips a quarter counts as their median, so that outliers count for nothing; as the mean of the differences
 * from one to the next; and as the share of the polls that were lost. Not thread-safe.
 */
final class Baseline {
    static final Duration QUARTER = Duration.ofMinutes(15);

    /** Of what it knows what is usual. */
    static final Set<Figure> FIGURES = EnumSet.of(Figure.ROUND_TRIP_P50, Figure.JITTER, Figure.LOSS);

    private static final double MEDIAN = 0.5;

    private final Map<Figure, Usual> usual = new EnumMap<>(Figure.class);
    private Collecting collecting = new Collecting(0);
    private @Nullable Double lastMillis;

    /** The quarter that is not over yet. */
    private static final class Collecting {
        private final long sinceNanos;
        private final RoundTripHistogram.Collector roundTrips = new RoundTripHistogram.Collector();
        private int answers;
        private int lost;
        private int differences;
        private double differencesMillis;

        Collecting(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    Baseline() {
        FIGURES.forEach(figure -> usual.put(figure, new Usual(figure)));
    }

    /** Takes in what is known of before the start, by when it ended. */
    void recall(SortedMap<Long, PastSpan> past) {
        Map<Long, List<PastSpan>> quarters = new TreeMap<>();
        past.forEach((nanos, span) -> quarters.computeIfAbsent(
                        Math.floorDiv(nanos, QUARTER.toNanos()), quarter -> new ArrayList<>())
                .add(span));
        FIGURES.forEach(figure -> {
            List<Usual.Quarter> known = new ArrayList<>();
            quarters.forEach((quarter, spans) -> value(figure, spans)
                    .ifPresent(value ->
                            known.add(new Usual.Quarter((quarter + 1) * QUARTER.toNanos(), value, polls(spans)))));
            of(figure).recall(known);
        });
    }

    /** Takes in whether the link's round trips or jitter are worse than usual, as {@link Usual#judged} says. */
    void judged(Figure figure, boolean isWorse, long sinceNanos) {
        of(figure).judged(isWorse, sinceNanos);
    }

    /**
     * Takes in a round trip.
     *
     * @param lostBefore how many polls were lost between it and the one before
     */
    void answered(double millis, int lostBefore, long now) {
        if (collecting.answers == 0 || now - collecting.sinceNanos >= QUARTER.toNanos()) {
            turn(now);
        }
        collecting.roundTrips.add(millis);
        collecting.answers++;
        collecting.lost += lostBefore;
        if (lastMillis != null) {
            collecting.differences++;
            collecting.differencesMillis += Math.abs(millis - lastMillis);
        }
        lastMillis = millis;
        usual.values().forEach(of -> of.pass(now));
    }

    /** What is usual, in the figure's unit; empty while too little is known. */
    Optional<Breach.Range> usual(Figure figure) {
        return of(figure).range();
    }

    /** As {@link Usual#undecidedLosses} says. */
    LossTally undecidedLosses() {
        return of(Figure.LOSS).undecidedLosses();
    }

    private Usual of(Figure figure) {
        return Objects.requireNonNull(usual.get(figure), "one of FIGURES");
    }

    private void turn(long now) {
        Collecting over = collecting;
        int polls = over.answers + over.lost;
        if (over.answers > 0) {
            over.roundTrips
                    .collected()
                    .percentileMillis(MEDIAN)
                    .ifPresent(median -> ended(Figure.ROUND_TRIP_P50, now, median, polls));
            ended(Figure.LOSS, now, over.lost / (double) polls, polls);
        }
        if (over.differences > 0) {
            ended(Figure.JITTER, now, over.differencesMillis / over.differences, polls);
        }
        collecting = new Collecting(now);
    }

    private void ended(Figure figure, long now, double value, int polls) {
        of(figure).ended(new Usual.Quarter(now, Usual.rounded(figure, value), polls));
    }

    private static OptionalDouble value(Figure figure, List<PastSpan> spans) {
        return switch (figure) {
            case ROUND_TRIP_P50 -> median(spans);
            case JITTER -> jitter(spans);
            case LOSS -> {
                int polls = polls(spans);
                int lost = spans.stream().mapToInt(PastSpan::lost).sum();
                yield polls == 0 ? OptionalDouble.empty() : OptionalDouble.of(lost / (double) polls);
            }
            case ROUND_TRIP_P95 -> throw new AssertionError("none of FIGURES");
        };
    }

    private static int polls(List<PastSpan> spans) {
        return spans.stream().mapToInt(PastSpan::polls).sum();
    }

    private static OptionalDouble median(List<PastSpan> spans) {
        double[] medians = spans.stream()
                .map(PastSpan::medianMillis)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return medians.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Usual.ranked(medians, MEDIAN));
    }

    /** As many differences as there were answers count in each span. */
    private static OptionalDouble jitter(List<PastSpan> spans) {
        double sum = 0;
        int answers = 0;
        for (PastSpan span : spans) {
            Double jitter = span.jitterMillis();
            if (jitter != null) {
                sum += jitter * (span.polls() - span.lost());
                answers += span.polls() - span.lost();
            }
        }
        return answers == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / answers);
    }
}
