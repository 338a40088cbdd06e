package io.distomon.core.exchange;

import io.distomon.core.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether our own wall clock is what is wrong, before others are blamed for it: it was set, or most peers' clocks differ
 * from it in the same way. Safe for use by many threads.
 */
public final class OwnClock {
    /** What a clock that is disciplined slowly never moves by between two looks. */
    public static final Duration STEP = Duration.ofSeconds(2);

    /** With fewer peers nobody can say whose clock is right. */
    private static final int FEWEST_PEERS = 2;

    private static final double NANOS_IN_MILLI = 1e6;

    private final Clock clock;

    // Guarded by this, both.
    private long wallMicros;
    private long monotonicNanos;

    public OwnClock(Clock clock) {
        this.clock = clock;
        this.wallMicros = clock.wallMicros();
        this.monotonicNanos = clock.monotonicNanos();
    }

    /**
     * By how much the wall clock has moved against the monotonic one since the last look: forwards when it was set ahead,
     * or when the machine slept and the monotonic clock did too. Empty when it was less than {@link #STEP}.
     */
    public synchronized Optional<Duration> step() {
        long wall = clock.wallMicros();
        long monotonic = clock.monotonicNanos();
        Duration step = Duration.ofNanos((wall - wallMicros) * 1_000 - (monotonic - monotonicNanos));
        wallMicros = wall;
        monotonicNanos = monotonic;
        return step.abs().compareTo(STEP) >= 0 ? Optional.of(step) : Optional.empty();
    }

    /**
     * How far our clock is ahead of that of most peers: the middle of what was measured, the nearer one of two. Empty with
     * fewer than {@value #FEWEST_PEERS} peers.
     */
    public static Optional<Duration> aheadOfMost(Collection<ClockOffset> peers) {
        if (peers.size() < FEWEST_PEERS) {
            return Optional.empty();
        }
        List<Double> sorted =
                peers.stream().map(offset -> -offset.millis()).sorted().toList();
        double lower = sorted.get((sorted.size() - 1) / 2);
        double upper = sorted.get(sorted.size() / 2);
        double middle = Math.abs(lower) <= Math.abs(upper) ? lower : upper;
        return Optional.of(Duration.ofNanos(Math.round((lower < 0) == (upper < 0) ? middle * NANOS_IN_MILLI : 0)));
    }
}
