package io.distomon.core.exchange;

import io.distomon.core.Clock;
import io.distomon.core.store.EntryDate;

/**
 * One moment on both clocks.
 *
 * @param wallMicros microseconds since the epoch, to compare with other nodes
 * @param monotonicNanos nanoseconds since whenever, to measure spans
 */
public record Moment(long wallMicros, long monotonicNanos) {
    /** Whole seconds since the epoch, the unit of signatures' dates. */
    long wallSeconds() {
        return Math.floorDiv(wallMicros, EntryDate.SECOND_MICROS);
    }

    /** This moment. */
    public static Moment now(Clock clock) {
        return new Moment(clock.wallMicros(), clock.monotonicNanos());
    }
}
