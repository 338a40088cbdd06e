package io.distomon.node.threads;

import io.distomon.core.exchange.PollError;
import io.distomon.core.monitor.RoundTripHistogram;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the polls of one peer have ended since it is watched.
 *
 * @param accepted answered, and the exchange took place
 * @param refused answered with a signed refusal
 * @param failed not answered, by the reason; every reason is there
 * @param roundTrips of all answers, without the peer's processing
 * @param roundTripMillis all of these together
 */
public record PollCounts(
        long accepted,
        long refused,
        Map<PollError, Long> failed,
        RoundTripHistogram roundTrips,
        double roundTripMillis) {
    public PollCounts {
        failed = Collections.unmodifiableMap(new EnumMap<>(failed));
    }
}
