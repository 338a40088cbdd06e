package io.distomon.core.exchange;

import io.distomon.core.Clock;

/**
 * One moment on both clocks.
 *
 * @param wallMicros microseconds since the epoch, to compare with other nodes
 * @param monotonicNanos nanoseconds since whenever, to measure spans
 */
public record Moment(long wallMicros, long monotonicNanos) {
    /** This moment. */
    public static Moment now(Clock clock) {
        return new Moment(clock.wallMicros(), clock.monotonicNanos());
    }
}
