package io.distomon.core;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The two clocks of a node. The wall clock is compared with other nodes' and may jump; the monotonic one measures spans
 * and never goes back. A port, so that a whole network can be run on virtual time. Implementations are safe for use by
 * many threads.
 */
public interface Clock {
    /** Microseconds since the epoch, the unit of entries' dates. */
    long wallMicros();

    /** Nanoseconds since an arbitrary moment; only differences mean anything. */
    long monotonicNanos();

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }

    /** The machine's clocks. Stateless. */
    enum SystemClock implements Clock {
        INSTANCE;

        @Override
        public long wallMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }
    }
}
