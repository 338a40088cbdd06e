package io.distomon.bench;

import io.distomon.core.Clock;

/** A clock that stands until a benchmark moves it. For one thread. */
final class SetClock implements Clock {
    private static final long START_MICROS = 1_800_000_000_000_000L;

    private long secondsSinceStart;

    /** How long after its start it is now. */
    void set(long seconds) {
        secondsSinceStart = seconds;
    }

    void passSecond() {
        secondsSinceStart++;
    }

    @Override
    public long wallMicros() {
        return START_MICROS + secondsSinceStart * 1_000_000;
    }

    @Override
    public long monotonicNanos() {
        return secondsSinceStart * 1_000_000_000;
    }
}
