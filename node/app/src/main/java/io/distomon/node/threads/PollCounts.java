package io.distomon.node.threads;

import io.distomon.core.exchange.PollError;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How the polls of one peer have ended since it is watched.
 *
 * @param accepted answered, and the exchange took place
 * @param refused answered with a signed refusal
 * @param failed not answered, by the reason; every reason is there
 * @param roundTrips how many answers took no longer than each of {@link #ROUND_TRIP_SECONDS}, but longer than the one
 *     before; the last: longer than all of them
 * @param roundTripSeconds the round trips of all answers together, without the peer's processing
 */
public record PollCounts(
        long accepted, long refused, Map<PollError, Long> failed, List<Long> roundTrips, double roundTripSeconds) {
    /** What round trips are told apart by, seconds: the same rack, a region, a continent, an ocean, trouble. */
    public static final List<Double> ROUND_TRIP_SECONDS = List.of(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0);

    public PollCounts {
        failed = Collections.unmodifiableMap(new EnumMap<>(failed));
        roundTrips = List.copyOf(roundTrips);
    }
}
