package io.distomon.core.monitor;

import java.time.Duration;

/**
 * Poll times on a fixed grid, so that neither slow answers nor late wake-ups make them drift: once in each period of the
 * polled node's clock, which all who poll it know, always at the same part of it. A poll that could not start in time is
 * left out, never made up for. Immutable.
 *
 * @param turn at which part of the period, 0 to less than 1
 * @param periodNanos the time from one poll to the next
 */
record Schedule(double turn, long periodNanos) {
    private static final long MICRO = 1_000;

    Schedule(double turn, Duration period) {
        this(turn, period.toNanos());
    }

    /**
     * The first time of the grid that is no earlier than {@code earliestNanos}.
     *
     * @param nowNanos the monotonic time
     * @param peerMicros what the polled node's clock shows now, as far as it is known: when it is wrong or is set, the
     *     times are others, and no more
     */
    long from(long earliestNanos, long nowNanos, long peerMicros) {
        long periodMicros = Math.max(1, periodNanos / MICRO);
        long inPeriod = Math.floorMod(peerMicros, periodMicros) * MICRO + (earliestNanos - nowNanos);
        long phase = MICRO * (long) (turn * periodMicros);
        return earliestNanos + Math.floorMod(phase - inPeriod, periodNanos);
    }

    /** How soon after a poll by the grid the next one may come when the polled node's clock is set. */
    long shortestNanos() {
        return periodNanos / 4;
    }
}
