package io.distomon.node.threads;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.monitor.RoundTripHistogram;
import java.util.EnumMap;
import java.util.Map;

/** Counts how the polls of one peer end, for as long as it is watched. Safe for use by many threads. */
final class PollTally {
    // Guarded by this, all of these.
    private long accepted;
    private long refused;
    private final Map<PollError, Long> failed = new EnumMap<>(PollError.class);
    private final RoundTripHistogram.Collector roundTrips = new RoundTripHistogram.Collector();
    private double roundTripMillis;

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
                roundTrips.add(rttMillis);
                roundTripMillis += rttMillis;
            }
            case PollResult.Failed failure -> failed.merge(failure.error(), 1L, Long::sum);
        }
    }

    synchronized PollCounts counts() {
        return new PollCounts(accepted, refused, failed, roundTrips.collected(), roundTripMillis);
    }
}
