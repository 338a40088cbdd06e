package io.distomon.core.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each member says something by the config, whatever it promises itself: a member can't have its silence
 * overlooked by promising an hour. For a while after a change of the config the slower of before and after, as not all have
 * read it yet. Immutable.
 *
 * @param seconds by node id, as {@link Observers#cadenceSeconds} gives them now
 * @param before those of the config before
 * @param changedNanos when that was replaced, on our monotonic clock
 */
public record Cadences(Map<String, Integer> seconds, Map<String, Integer> before, long changedNanos) {
    /** For how long after a change both configs count. */
    public static final Duration SPREADING = Duration.ofMinutes(3);

    public Cadences {
        seconds = Map.copyOf(seconds);
        before = Map.copyOf(before);
    }

    /** Those of a first config. */
    public static Cadences of(Observers observers) {
        return new Cadences(observers.cadenceSeconds(), Map.of(), 0);
    }

    /** Those after a change. */
    public Cadences changed(Observers observers, long nowNanos) {
        Map<String, Integer> next = observers.cadenceSeconds();
        return next.equals(seconds) ? this : new Cadences(next, at(nowNanos), nowNanos);
    }

    /** What counts at a moment, seconds by node id. */
    public Map<String, Integer> at(long nowNanos) {
        if (before.isEmpty() || nowNanos - changedNanos > SPREADING.toNanos()) {
            return seconds;
        }
        Map<String, Integer> slower = new HashMap<>(seconds);
        slower.replaceAll((id, cadence) -> Math.max(cadence, before.getOrDefault(id, cadence)));
        return slower;
    }
}
