package io.distomon.core.monitor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long round trips took, as counts in {@value #BUCKETS} fixed buckets: those of many polls, links, nodes or spans of
 * time are added up without loss. Up to 32 µs each bucket is one microsecond wide; from there on each power of two is
 * divided into {@value #PER_DOUBLING}, so that no value is farther from its bucket's middle than 1/32 of it (3.2 %).
 * What takes longer than 16.7 s, which no poll may, is in the last one. Immutable.
 */
public final class RoundTripHistogram {
    /** How many buckets there are. */
    public static final int BUCKETS = 336;

    /** None. */
    public static final RoundTripHistogram EMPTY = new RoundTripHistogram(new long[BUCKETS]);

    private static final int PER_DOUBLING = 16;
    private static final int PER_DOUBLING_BITS = 4;
    private static final long MAX_MICROS = (1L << 24) - 1;
    private static final double MICROS_IN_MILLI = 1_000;

    private final long[] counts;

    private RoundTripHistogram(long[] counts) {
        this.counts = counts;
    }

    /**
     * A histogram from what {@link #counts} gave, here or elsewhere.
     *
     * @throws IllegalArgumentException when there is no such bucket, or a count is negative
     */
    public static RoundTripHistogram of(Map<Integer, Long> counts) {
        long[] all = new long[BUCKETS];
        counts.forEach((bucket, count) -> {
            if (bucket < 0 || bucket >= BUCKETS || count < 0) {
                throw new IllegalArgumentException(
                        "found %s in bucket %s, expected at least 0 in 0 to %s".formatted(count, bucket, BUCKETS - 1));
            }
            all[bucket] = count;
        });
        return new RoundTripHistogram(all);
    }

    /** Collects round trips. Not thread-safe. */
    public static final class Collector {
        // As long as the slowest so far needs: a node has one of these for each link.
        private int[] counts = {};

        /** Takes in how long one took, in milliseconds; less than nothing counts as nothing. */
        public void add(double millis) {
            int bucket = bucketOf(Math.round(millis * MICROS_IN_MILLI));
            if (bucket >= counts.length) {
                counts = Arrays.copyOf(counts, bucket + 1);
            }
            counts[bucket]++;
        }

        /** Those until now. */
        public RoundTripHistogram collected() {
            long[] all = new long[BUCKETS];
            Arrays.setAll(all, bucket -> bucket < counts.length ? counts[bucket] : 0);
            return new RoundTripHistogram(all);
        }
    }

    /** The counts of both. */
    public RoundTripHistogram plus(RoundTripHistogram other) {
        long[] sum = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] = Math.addExact(sum[i], other.counts[i]);
        }
        return new RoundTripHistogram(sum);
    }

    /** How many round trips there are. */
    public long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /**
     * The time that a share of the round trips did not exceed, by nearest rank.
     *
     * @param share 0.5 for the median, 0.95, 0.99
     * @return milliseconds, the middle of a bucket; empty when there are none
     */
    public OptionalDouble percentileMillis(double share) {
        long total = total();
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long passed = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            passed += counts[bucket];
            if (passed >= rank) {
                return OptionalDouble.of(middleMicros(bucket) / MICROS_IN_MILLI);
            }
        }
        return OptionalDouble.empty();
    }

    /**
     * The counts in fewer buckets, whose bounds are given: how many round trips took no longer than each, but longer than
     * the one before. What is in the same bucket here as a bound counts as no longer than it: by as much as 1/16 it may be.
     *
     * @param boundsMillis ascending
     * @return one more than there are bounds: the last is of those that took longer than all of them
     */
    public List<Long> countsWithin(List<Double> boundsMillis) {
        List<Long> within = new ArrayList<>();
        int bucket = 0;
        for (double millis : boundsMillis) {
            int last = bucketOf(Math.round(millis * MICROS_IN_MILLI));
            within.add(Arrays.stream(counts, bucket, last + 1).sum());
            bucket = last + 1;
        }
        within.add(Arrays.stream(counts, bucket, BUCKETS).sum());
        return List.copyOf(within);
    }

    /** The buckets that are not empty, by number: the compact form to keep or send. */
    public SortedMap<Integer, Long> counts() {
        SortedMap<Integer, Long> filled = new TreeMap<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (counts[bucket] > 0) {
                filled.put(bucket, counts[bucket]);
            }
        }
        return Collections.unmodifiableSortedMap(filled);
    }

    /** Bucket b below 16 is b µs; else it is the (b mod 16)th of the 16 parts from 16·2^k to 32·2^k µs, k = b/16 − 1. */
    static int bucketOf(long micros) {
        long value = Math.clamp(micros, 0, MAX_MICROS);
        if (value < PER_DOUBLING) {
            return (int) value;
        }
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - PER_DOUBLING_BITS;
        return (doublings + 1) * PER_DOUBLING + (int) (value >> doublings) - PER_DOUBLING;
    }

    static double middleMicros(int bucket) {
        if (bucket < PER_DOUBLING) {
            return bucket;
        }
        int doublings = bucket / PER_DOUBLING - 1;
        long width = 1L << doublings;
        return (PER_DOUBLING + bucket % PER_DOUBLING) * width + (width - 1) / 2.0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoundTripHistogram that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "RoundTripHistogram" + counts();
    }
}
