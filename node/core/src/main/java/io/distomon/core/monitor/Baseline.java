package io.distomon.core.monitor;

import io.distomon.core.store.Breach;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the round trips of a link are usually like, by its own last 24 hours. Each quarter of an hour counts as its median,
 * so that outliers count for nothing; usual is what lies between the lowest and the highest tenth of these. Worse than usual
 * is what exceeds the upper end by a quarter of it, and by {@value #LEAST_MILLIS} ms at least: within a room nobody needs to
 * hear that 0.2 ms became 0.9.
 *
 * <p>It says nothing before it knows {@value #FEWEST} quarters, six hours. Quarters that are worse than usual are not learned
 * for {@link #PATIENCE}; what lasts longer is the usual from then on. Not thread-safe.
 */
final class Baseline {
    static final Duration QUARTER = Duration.ofMinutes(15);

    /** For how long something is worse than usual, until it is the usual. */
    static final Duration PATIENCE = Duration.ofHours(6);

    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final int FEWEST = 24;
    private static final double LEAST_MILLIS = 10;
    private static final double PART_OF_USUAL = 0.25;
    private static final double LOWEST = 0.1;
    private static final double HIGHEST = 0.9;
    private static final double MEDIAN = 0.5;
    private static final double THOUSANDTHS = 1_000;

    private final Deque<Quarter> learned = new ArrayDeque<>();
    private final List<Quarter> doubtful = new ArrayList<>();
    private RoundTripHistogram.Collector collecting = new RoundTripHistogram.Collector();
    private boolean isCollecting;
    private long quarterNanos;
    private @Nullable Long worseSinceNanos;

    /**
     * A quarter of an hour.
     *
     * @param nanos when it ended, monotonic
     * @param medianMillis the median of its round trips
     */
    record Quarter(long nanos, double medianMillis) {}

    /** Takes in what is known of before the start: medians of shorter spans, by when they ended. */
    void recall(SortedMap<Long, Double> medians) {
        Map<Long, List<Double>> quarters = new TreeMap<>();
        medians.forEach((nanos, median) -> quarters.computeIfAbsent(
                        Math.floorDiv(nanos, QUARTER.toNanos()), quarter -> new ArrayList<>())
                .add(median));
        List<Quarter> since = new ArrayList<>(learned);
        since.addAll(doubtful);
        learned.clear();
        doubtful.clear();
        worseSinceNanos = null;
        quarters.forEach((quarter, some) -> relive(new Quarter(
                (quarter + 1) * QUARTER.toNanos(),
                ranked(some.stream().mapToDouble(Double::doubleValue).sorted().toArray(), MEDIAN))));
        since.forEach(this::relive);
    }

    /** Takes in whether the link is worse than usual by what is known, as soon as its polls show it. */
    void judged(boolean isWorse, long now) {
        if (!isWorse) {
            worseSinceNanos = null;
            doubtful.clear();
        } else if (worseSinceNanos == null) {
            worseSinceNanos = now;
        }
    }

    /** Takes in a round trip. */
    void answered(double millis, long now) {
        if (!isCollecting || now - quarterNanos >= QUARTER.toNanos()) {
            turn(now);
        }
        collecting.add(millis);
        learnWhatLasts(now);
        while (!learned.isEmpty() && now - learned.getFirst().nanos() > REMEMBERED.toNanos()) {
            learned.removeFirst();
        }
    }

    /** What is usual, milliseconds; empty while too little is known. */
    Optional<Breach.Range> usual() {
        if (learned.size() < FEWEST) {
            return Optional.empty();
        }
        double[] medians =
                learned.stream().mapToDouble(Quarter::medianMillis).sorted().toArray();
        return Optional.of(new Breach.Range(ranked(medians, LOWEST), ranked(medians, HIGHEST)));
    }

    /** Above which a link is worse than that. */
    static double limit(Breach.Range usual) {
        return rounded(usual.high() + Math.max(LEAST_MILLIS, PART_OF_USUAL * usual.high()));
    }

    private void turn(long now) {
        if (isCollecting) {
            double median = collecting.collected().percentileMillis(MEDIAN).orElseThrow();
            keep(new Quarter(now, rounded(median)));
        }
        isCollecting = true;
        quarterNanos = now;
        collecting = new RoundTripHistogram.Collector();
    }

    /** A quarter of before the start counts as it would have when it was new: a slow stretch is not usual for a restart. */
    private void relive(Quarter quarter) {
        boolean isWorse =
                usual().filter(usual -> quarter.medianMillis() > limit(usual)).isPresent();
        judged(isWorse, quarter.nanos() - QUARTER.toNanos());
        keep(quarter);
        learnWhatLasts(quarter.nanos());
    }

    private void keep(Quarter quarter) {
        if (worseSinceNanos == null) {
            learned.addLast(quarter);
        } else {
            doubtful.add(quarter);
        }
    }

    private void learnWhatLasts(long now) {
        if (worseSinceNanos != null && now - worseSinceNanos >= PATIENCE.toNanos()) {
            learned.addAll(doubtful);
            doubtful.clear();
        }
    }

    private static double ranked(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    private static double rounded(double value) {
        return Math.rint(value * THOUSANDTHS) / THOUSANDTHS;
    }
}
