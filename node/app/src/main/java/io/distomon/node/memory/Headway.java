package io.distomon.node.memory;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a thread that has much to do now gets on with it, tried out: on a machine where many wait for a core, or in a
 * container that has used up its part of one, what takes 50 ms of a core takes seconds. For one thread at a time.
 */
final class Headway {
    /** What is done to try it out. */
    static final Duration WORK = Duration.ofMillis(10);

    /** Within this it has to be done. */
    static final Duration PATIENCE = Duration.ofMillis(60);

    /** Who does nothing but look at the clock for so long had no core meanwhile. */
    private static final long GAP_NANOS = Duration.ofMillis(1).toNanos();

    private final LongSupplier nanoTime;

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    Headway(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Tries it out, on the thread that asks. */
    boolean isGood() {
        long began = nanoTime.getAsLong();
        long before = began;
        long worked = 0;
        while (worked < WORK.toNanos()) {
            long now = nanoTime.getAsLong();
            if (now - began > PATIENCE.toNanos()) {
                return false;
            }
            if (now - before < GAP_NANOS) {
                worked += now - before;
            }
            before = now;
        }
        return true;
    }
}
