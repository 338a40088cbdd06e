package io.distomon.core.monitor;

import io.distomon.core.Clock;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Measures one link, from how its polls end. All it remembers is bounded. Not thread-safe. */
final class LinkMeter {
    /** The share of each new difference in the jitter, RFC 3550 section 6.4.1. */
    private static final double JITTER_GAIN = 1 / 16.0;

    private final Clock clock;
    private final BitSet lost = new BitSet(LinkMeasures.LOSS_POLLS);
    private int ended;
    private int next;
    private @Nullable Double lastRoundTrip;
    private @Nullable Double jitter;
    private @Nullable Long lastSuccessMicros;
    private RoundTripHistogram.Collector collecting = new RoundTripHistogram.Collector();
    private RoundTripHistogram before = RoundTripHistogram.EMPTY;
    private long collectingSinceNanos;
    private int spanSent;
    private int spanLost;
    private int spanDropped;
    private int spanDifferences;
    private double spanDifferencesMillis;
    private RoundTripHistogram.Collector spanRoundTrips = new RoundTripHistogram.Collector();
    private @Nullable Double spanLongest;

    LinkMeter(Clock clock) {
        this.clock = clock;
        this.collectingSinceNanos = clock.monotonicNanos();
    }

    /** @param lostBefore how many polls since the answer before were lost, but for an outage's */
    void answered(double roundTripMillis, int lostBefore) {
        ended(false);
        spanDropped += lostBefore;
        lastSuccessMicros = clock.wallMicros();
        if (lastRoundTrip != null) {
            double difference = Math.abs(roundTripMillis - lastRoundTrip);
            spanDifferences++;
            spanDifferencesMillis += difference;
            jitter = jitter == null ? difference * JITTER_GAIN : jitter + (difference - jitter) * JITTER_GAIN;
        }
        lastRoundTrip = roundTripMillis;
        turn();
        collecting.add(roundTripMillis);
        spanRoundTrips.add(roundTripMillis);
        spanLongest = spanLongest == null ? roundTripMillis : Math.max(spanLongest, roundTripMillis);
    }

    void failed() {
        ended(true);
    }

    /**
     * Goes on where an earlier life of ours ended: before the polls that are counted came others, of which this share was
     * lost. In which order is not known; spread evenly, the share fades as slowly as it would have.
     */
    void recall(double loss) {
        int lostBefore = (int) Math.rint(loss * LinkMeasures.LOSS_POLLS);
        for (int i = ended; i < LinkMeasures.LOSS_POLLS; i++) {
            lost.set(i, (i + 1) * lostBefore / LinkMeasures.LOSS_POLLS > i * lostBefore / LinkMeasures.LOSS_POLLS);
        }
        ended = LinkMeasures.LOSS_POLLS;
    }

    /** How many of the last polls are counted. */
    int polls() {
        return ended;
    }

    /** How many of these failed. */
    int lost() {
        return lost.cardinality();
    }

    /** The share of lost polls; null before the first has ended. */
    @Nullable
    Double loss() {
        return ended == 0 ? null : (Double) ((double) lost() / ended);
    }

    /**
     * How much round trips differ from one to the next, milliseconds: RFC 3550's estimator (section 6.4.1), of round
     * trips instead of its one-way times, as a clock that is set must not look like a link that trembles. Null before the
     * second answer.
     */
    @Nullable
    Double jitterMillis() {
        return jitter;
    }

    /** When the last poll was answered, microseconds since the epoch. */
    @Nullable
    Long lastSuccessMicros() {
        return lastSuccessMicros;
    }

    /** The round trips of the last one to two spans. */
    RoundTripHistogram roundTrips() {
        turn();
        return before.plus(collecting.collected());
    }

    /** How polls ended since this was asked last. */
    LinkSpan takeSpan() {
        Double spanJitter = spanDifferences == 0 ? null : (Double) (spanDifferencesMillis / spanDifferences);
        LinkSpan span =
                new LinkSpan(spanSent, spanLost, spanDropped, spanRoundTrips.collected(), spanLongest, spanJitter);
        spanSent = 0;
        spanLost = 0;
        spanDropped = 0;
        spanDifferences = 0;
        spanDifferencesMillis = 0;
        spanRoundTrips = new RoundTripHistogram.Collector();
        spanLongest = null;
        return span;
    }

    private void ended(boolean isLost) {
        spanSent++;
        spanLost += isLost ? 1 : 0;
        lost.set(next, isLost);
        next = (next + 1) % LinkMeasures.LOSS_POLLS;
        ended = Math.min(ended + 1, LinkMeasures.LOSS_POLLS);
    }

    /** Begins a new span when the last is over. */
    private void turn() {
        long span = LinkMeasures.ROUND_TRIPS_SPAN.toNanos();
        long spans = (clock.monotonicNanos() - collectingSinceNanos) / span;
        if (spans > 0) {
            before = spans == 1 ? collecting.collected() : RoundTripHistogram.EMPTY;
            collecting = new RoundTripHistogram.Collector();
            collectingSinceNanos += spans * span;
        }
    }
}
