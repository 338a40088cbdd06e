package io.distomon.core.wire;

import io.distomon.core.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until a test moves it. Safe for use by many threads. */
public final class SetClock implements Clock {
    private final AtomicLong wallMicros;
    private final AtomicLong monotonicNanos = new AtomicLong(5_000_000_000L);

    public SetClock(long wallMicros) {
        this.wallMicros = new AtomicLong(wallMicros);
    }

    @Override
    public long wallMicros() {
        return wallMicros.get();
    }

    @Override
    public long monotonicNanos() {
        return monotonicNanos.get();
    }

    /** Time passes on both clocks. */
    public void pass(long micros) {
        wallMicros.addAndGet(micros);
        monotonicNanos.addAndGet(micros * 1_000);
    }

    /** Somebody sets the wall clock. */
    public void set(long micros) {
        wallMicros.set(micros);
    }
}
