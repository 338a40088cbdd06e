package io.distomon.node.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/**
 * Where the config is.
 *
 * @param directory the config directory; relative to the working directory, if not absolute
 * @param fileName the node's own file, relative to the directory
 * @param pollInterval how often the files are looked at for changes
 */
@ConfigurationProperties("distomon.config")
public record ConfigProperties(String directory, String fileName, Duration pollInterval) {
    private static final Duration SHORTEST = Duration.ofMillis(10);

    public ConfigProperties {
        if (pollInterval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "distomon.config.poll-interval: found %s, expected at least %s".formatted(pollInterval, SHORTEST));
        }
    }
}
