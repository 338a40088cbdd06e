package io.distomon.node.connections;

import io.distomon.node.config.SettingException;
import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * How many connections a node holds.
 *
 * @param max most connections to the API at once
 * @param managementMax most connections to the management port at once
 */
@ConfigurationProperties("distomon.connections")
record ConnectionProperties(int max, int managementMax) {
    private static final int FEWEST = 16;

    /** Of those to the API, what one member or one user may have. */
    private static final int PART_OF_ONE = 8;

    ConnectionProperties {
        check("max", max);
        check("management-max", managementMax);
    }

    /** Most connections to the API that one member, or one user, may have. */
    int share() {
        return max / PART_OF_ONE;
    }

    private static void check(String name, int value) {
        if (value < FEWEST) {
            throw new SettingException(
                    "distomon.connections.%s: found %s, expected at least %s".formatted(name, value, FEWEST));
        }
    }
}
