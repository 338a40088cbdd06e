package io.distomon.node.connections;

import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * How many connections a node holds.
 *
 * @param max most connections to all ports at once
 */
@ConfigurationProperties("distomon.connections")
record ConnectionProperties(int max) {
    private static final int FEWEST = 16;

    ConnectionProperties {
        if (max < FEWEST) {
            throw new IllegalArgumentException(
                    "distomon.connections.max: found %d, expected at least %d".formatted(max, FEWEST));
        }
    }
}
