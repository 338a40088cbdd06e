package io.distomon.node.connections;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many connections there are, and were.
 *
 * @param api those to the API
 * @param management those to the management port
 * @param closed by the node since the start, by the reason; every reason is there
 * @param pauses how often nothing was read for {@link Pace#PAUSE}, as the owner had used its budget up
 */
public record ConnectionCounts(OfPort api, OfPort management, Map<Closure, Long> closed, long pauses) {
    public ConnectionCounts {
        closed = Collections.unmodifiableMap(new EnumMap<>(closed));
    }

    /**
     * Those to one port.
     *
     * @param open now
     * @param max how many that may be
     */
    public record OfPort(int open, int max) {}
}
