package io.distomon.core.exchange;

/**
 * A span of time in which a node recorded nothing, and wants to be told of by its peers.
 *
 * @param fromMicros when it began, microseconds since the epoch
 * @param toMicros when it ended, later than that
 */
public record Absence(long fromMicros, long toMicros) {
    public Absence {
        if (fromMicros >= toMicros) {
            throw new IllegalArgumentException("found an absence that ends at %s, expected later than its beginning %s"
                    .formatted(toMicros, fromMicros));
        }
    }

    /** Whether they have some time in common. */
    public boolean overlaps(Absence other) {
        return fromMicros < other.toMicros && other.fromMicros < toMicros;
    }

    /** Whether all of another lies within it. */
    public boolean contains(Absence other) {
        return fromMicros <= other.fromMicros && other.toMicros <= toMicros;
    }
}
