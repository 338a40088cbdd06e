package io.distomon.core.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a link is worse than it may be: how its observer judged it, by what it saw of it alone. Immutable.
 *
 * @param figure what of it
 * @param value what that was in the last polls, in the figure's unit. It may be within the limit again: whether it stays so
 *     shows only after a while
 * @param limit what it may be at most
 * @param usual what it usually is, if the limit follows from that; null if it is a fixed one
 * @param polls how many polls these were
 * @param spanSeconds in how long they were made, seconds
 * @param sinceMicros since when it is judged so, by the observer's clock, microseconds since the epoch
 */
public record Breach(
        Figure figure,
        double value,
        double limit,
        @Nullable Range usual,
        int polls,
        double spanSeconds,
        long sinceMicros) {
    /** From one value to another, in the figure's unit. */
    public record Range(double low, double high) {}

    /** One of a fixed limit. */
    public Breach(Figure figure, double value, double limit, int polls, double spanSeconds, long sinceMicros) {
        this(figure, value, limit, null, polls, spanSeconds, sinceMicros);
    }

    /** Since when a link with these is judged to be bad, microseconds since the epoch. */
    public static long sinceMicros(List<Breach> breaches) {
        return breaches.stream().mapToLong(Breach::sinceMicros).min().orElseThrow();
    }
}
