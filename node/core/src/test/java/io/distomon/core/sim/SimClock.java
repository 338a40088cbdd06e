package io.distomon.core.sim;

import io.distomon.core.Clock;

/** The clocks of one machine: both follow the world's, each from where it stands. For one thread. */
final class SimClock implements Clock {
    private static final long EPOCH_MICROS = 1_800_000_000_000_000L;

    private final Events events;
    private final long monotonicBase;
    private long skewMicros;
    private int sets;

    SimClock(Events events, long monotonicBase) {
        this.events = events;
        this.monotonicBase = monotonicBase;
    }

    @Override
    public long wallMicros() {
        return EPOCH_MICROS + events.nowNanos() / 1_000 + skewMicros;
    }

    @Override
    public long monotonicNanos() {
        return events.nowNanos() + monotonicBase;
    }

    /** How long until the monotonic clock shows this. */
    long nanosUntil(long monotonicNanos) {
        return monotonicNanos - monotonicNanos();
    }

    long skewMicros() {
        return skewMicros;
    }

    /** Somebody sets the wall clock so that it is wrong by this. */
    void skew(long micros) {
        skewMicros = micros;
        sets++;
    }

    /** How often somebody has set it. */
    int sets() {
        return sets;
    }
}
