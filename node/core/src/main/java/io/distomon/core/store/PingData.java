package io.distomon.core.store;

import org.jspecify.annotations.Nullable;

/**
 * How one node sees another: the last state of a link, as the observer signs it.
 *
 * @param status what the observer concluded after its retries
 * @param reqTimeOutbound milliseconds from sending to the receiver's clock at arrival, uncorrected; may be negative
 * @param reqTimeRtt round trip, milliseconds, without the receiver's processing
 * @param sinceMicros when {@code status} last changed, microseconds since the epoch; null when never known
 * @param error why the last attempt failed, or the code of a signed refusal; null when all is well
 * @param loss which share of the last polls got no answer that counts, 0 to 1; null when the observer does not say
 * @param jitter how much round trips differ from one to the next, milliseconds; null when the observer does not say
 */
public record PingData(
        PingStatus status,
        double reqTimeOutbound,
        double reqTimeRtt,
        @Nullable Long sinceMicros,
        @Nullable String error,
        @Nullable Double loss,
        @Nullable Double jitter) {

    /** Before the first poll has ended. */
    public static final PingData UNKNOWN = new PingData(PingStatus.UNKNOWN, 0, 0, null, null);

    /** What an observer says that measures neither loss nor jitter. */
    public PingData(
            PingStatus status,
            double reqTimeOutbound,
            double reqTimeRtt,
            @Nullable Long sinceMicros,
            @Nullable String error) {
        this(status, reqTimeOutbound, reqTimeRtt, sinceMicros, error, null, null);
    }
}
