package io.distomon.node.record;

import io.distomon.core.config.FlightRecords;
import io.distomon.node.config.SettingException;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the flight recorder keeps, of each network.
 *
 * @param enabled whether there is one
 * @param directory where; null or blank: {@value FlightRecords#DIRECTORY} in the config directory
 * @param keep for how long transitions are kept
 * @param keepMinutes for how long the minutes of links are kept
 * @param maxMebibytes how much a network's file takes at most; the oldest leaves before
 */
@ConfigurationProperties("distomon.record")
public record RecordProperties(
        boolean enabled, @Nullable String directory, Duration keep, Duration keepMinutes, int maxMebibytes) {
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int FEWEST_MEBIBYTES = 2;
    private static final int MEBIBYTE_BITS = 20;

    public RecordProperties {
        check("keep", keep, Duration.ofHours(1));
        check("keep-minutes", keepMinutes, Duration.ofMinutes(1));
        if (maxMebibytes < FEWEST_MEBIBYTES) {
            throw new SettingException("distomon.record.max-mebibytes: found %s, expected at least %s"
                    .formatted(maxMebibytes, FEWEST_MEBIBYTES));
        }
    }

    /** Where the files are. */
    Path path(Path configDirectory) {
        return directory == null || directory.isBlank()
                ? configDirectory.resolve(FlightRecords.DIRECTORY)
                : Path.of(directory).toAbsolutePath().normalize();
    }

    long maxBytes() {
        return (long) maxMebibytes << MEBIBYTE_BITS;
    }

    private static void check(String key, Duration found, Duration least) {
        if (found.compareTo(least) < 0 || found.compareTo(LONGEST) > 0) {
            throw new SettingException("distomon.record.%s: found %s, expected %s to %s days"
                    .formatted(key, found, least, LONGEST.toDays()));
        }
    }
}
