package io.distomon.core.monitor;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.store.PingData;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a monitor measured of its link. The part that all nodes learn is {@code ping}; the rest stays with who measured it.
 *
 * @param peerId the other end
 * @param ping status, since when, last round trip, loss and jitter, as our entry says them
 * @param lastError why the last poll failed, or the code of a signed refusal; null when all is well. Our entry says it
 *     only of a peer that does not answer and of one that is told of
 * @param lastFact the stage and the fact of {@code lastError}, which stays here; null where nothing more is known
 * @param lastSuccessMicros when the last poll was answered, microseconds since the epoch; null when none was
 * @param polls how many of the last {@value #LOSS_POLLS} polls have ended
 * @param lost how many of these got no answer that counts
 * @param roundTrips of the last one to two hours, see {@link #ROUND_TRIPS_SPAN}
 */
public record LinkMeasures(
        String peerId,
        PingData ping,
        @Nullable String lastError,
        @Nullable String lastFact,
        @Nullable Long lastSuccessMicros,
        int polls,
        int lost,
        RoundTripHistogram roundTrips) {
    /**
     * Loss is that of the last so many polls: in steps of one per cent, and of the same weight at every poll rate, which
     * a span of time would not be: ten minutes are 600 polls of one link and none of another.
     */
    public static final int LOSS_POLLS = 100;

    /** Round trips are collected for so long, and kept for as long again while the next are collected. */
    public static final Duration ROUND_TRIPS_SPAN = Duration.ofHours(1);

    /**
     * How long each way took in the last exchange that was answered, corrected by the peer's clock.
     *
     * @param outboundMillis from us to the peer
     * @param inboundMillis from the peer to us
     * @param errorMillis the truth of each is no farther away; a way may seem to take less than nothing within it
     */
    public record OneWay(double outboundMillis, double inboundMillis, double errorMillis) {}

    /**
     * Corrects one-way times by the clock offset of the shortest of the last exchanges. With the offset of their own
     * exchange they would always be half the round trip each.
     *
     * @return null when no poll was answered
     */
    public @Nullable OneWay oneWay(ClockOffset offset) {
        if (lastSuccessMicros == null) {
            return null;
        }
        double outbound = ping.reqTimeOutbound() - offset.millis();
        return new OneWay(outbound, ping.reqTimeRtt() - outbound, offset.errorMillis());
    }
}
