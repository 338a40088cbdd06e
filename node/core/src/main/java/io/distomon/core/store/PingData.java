package io.distomon.core.store;

import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 * @param breaches what of the link is worse than it may be, each figure once; empty unless it is online
 */
public record PingData(
        PingStatus status,
        double reqTimeOutbound,
        double reqTimeRtt,
        @Nullable Long sinceMicros,
        @Nullable String error,
        @Nullable Double loss,
        @Nullable Double jitter,
        List<Breach> breaches) {

    /** The errors of polls that were not answered: exchange.md, R6. */
    public static final Set<String> FAILURES = Set.of("timeout", "connect", "tls", "unauthenticated", "bad_answer");

    /** Before the first poll has ended. */
    public static final PingData UNKNOWN = new PingData(PingStatus.UNKNOWN, 0, 0, null, null);

    public PingData {
        breaches = List.copyOf(breaches);
    }

    /** What an observer says of a link that is as good as it has to be. */
    public PingData(
            PingStatus status,
            double reqTimeOutbound,
            double reqTimeRtt,
            @Nullable Long sinceMicros,
            @Nullable String error,
            @Nullable Double loss,
            @Nullable Double jitter) {
        this(status, reqTimeOutbound, reqTimeRtt, sinceMicros, error, loss, jitter, List.of());
    }

    /** What an observer says that measures neither loss nor jitter. */
    public PingData(
            PingStatus status,
            double reqTimeOutbound,
            double reqTimeRtt,
            @Nullable Long sinceMicros,
            @Nullable String error) {
        this(status, reqTimeOutbound, reqTimeRtt, sinceMicros, error, null, null);
    }

    public boolean isOffline() {
        return status == PingStatus.OFFLINE;
    }

    /**
     * Whether the observer has told that a poll failed, though it still calls the other online: a failure of its own, no
     * code of a signed refusal.
     */
    public boolean isToldOf() {
        return status == PingStatus.ONLINE && error != null && FAILURES.contains(error);
    }

    /** Whether {@code earlier} calls the other offline since the same moment. */
    public boolean isSameAccusation(PingData earlier) {
        return isOffline() && earlier.isOffline() && Objects.equals(sinceMicros, earlier.sinceMicros);
    }

    /** The same, since another moment. */
    public PingData since(long micros) {
        return new PingData(status, reqTimeOutbound, reqTimeRtt, micros, error, loss, jitter, breaches);
    }

    /** The same without loss and jitter. */
    PingData withoutMeasures() {
        return new PingData(status, reqTimeOutbound, reqTimeRtt, sinceMicros, error, null, null, breaches);
    }

    /** The same without what of the link is worse than it may be. */
    PingData withoutBreaches() {
        return new PingData(status, reqTimeOutbound, reqTimeRtt, sinceMicros, error, loss, jitter, List.of());
    }

    /** The same without why a poll failed. */
    PingData withoutError() {
        return new PingData(status, reqTimeOutbound, reqTimeRtt, sinceMicros, null, loss, jitter, breaches);
    }
}
