package io.distomon.node.streams;

import io.distomon.node.config.SettingException;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/**
 * How many streams there may be, and how slow.
 *
 * @param max most at once
 * @param patience for how long who listens may take nothing of what there is
 */
@ConfigurationProperties("distomon.streams")
record StreamProperties(int max, Duration patience) {
    private static final int FEWEST = 4;

    /** What one source may have of them. */
    private static final int PART_OF_ONE = 4;

    StreamProperties {
        if (max < FEWEST) {
            throw new SettingException("distomon.streams.max: found %s, expected at least %s".formatted(max, FEWEST));
        }
        if (!patience.isPositive()) {
            throw new SettingException(
                    "distomon.streams.patience: found %s, expected a time such as 30s".formatted(patience));
        }
    }

    /** Most that may come from one source. */
    int share() {
        return max / PART_OF_ONE;
    }
}
