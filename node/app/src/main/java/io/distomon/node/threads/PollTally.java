package io.distomon.node.threads;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Counts how the polls of one peer end, for as long as it is watched. Safe for use by many threads. */
final class PollTally {
    private static final double MILLIS_IN_SECOND = 1_000;

    // Guarded by this, all of these.
    private long accepted;
    private long refused;
    private final Map<PollError, Long> failed = new EnumMap<>(PollError.class);
    private final long[] roundTrips = new long[PollCounts.ROUND_TRIP_SECONDS.size() + 1];
    private double roundTripSeconds;

    PollTally() {
        for (PollError error : PollError.values()) {
            failed.put(error, 0L);
        }
    }

    synchronized void count(PollResult result) {
        switch (result) {
            case PollResult.Answered(double rttMillis, var outbound, var refusal) -> {
                if (refusal == null) {
                    accepted++;
                } else {
                    refused++;
                }
                double seconds = rttMillis / MILLIS_IN_SECOND;
                roundTrips[bucket(seconds)]++;
                roundTripSeconds += seconds;
            }
            case PollResult.Failed failure -> failed.merge(failure.error(), 1L, Long::sum);
        }
    }

    synchronized PollCounts counts() {
        return new PollCounts(
                accepted, refused, failed, Arrays.stream(roundTrips).boxed().toList(), roundTripSeconds);
    }

    private static int bucket(double seconds) {
        int bucket = 0;
        while (bucket < PollCounts.ROUND_TRIP_SECONDS.size() && seconds > PollCounts.ROUND_TRIP_SECONDS.get(bucket)) {
            bucket++;
        }
        return bucket;
    }
}
