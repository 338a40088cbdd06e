package io.distomon.node.connections;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many connections there are, and were.
 *
 * @param open now, to all ports
 * @param max how many that may be
 * @param closed by the node since the start, by the reason; every reason is there
 */
public record ConnectionCounts(int open, int max, Map<Closure, Long> closed) {
    public ConnectionCounts {
        closed = Collections.unmodifiableMap(new EnumMap<>(closed));
    }
}
