package io.distomon.node.config;

import io.distomon.core.config.GitSource;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the config is.
 *
 * @param directory the config directory; relative to the working directory, if not absolute
 * @param fileName the node's own file, relative to the directory
 * @param pollInterval how often is looked whether files changed
 * @param settle files that changed are read once they look the same for so long
 * @param gitDirectory where what is fetched by git is kept; null: {@value GitSource#DIRECTORY} in the config directory
 * @param gitTimeout how long one look at a git repository may take
 * @param waitForGit whether a node of which nothing is good yet starts all the same when a repository may bring it
 */
@ConfigurationProperties("distomon.config")
public record ConfigProperties(
        String directory,
        String fileName,
        Duration pollInterval,
        Duration settle,
        @Nullable String gitDirectory,
        Duration gitTimeout,
        boolean waitForGit) {
    private static final Duration SHORTEST = Duration.ofMillis(10);

    public ConfigProperties {
        atLeastShortest("poll-interval", pollInterval);
        atLeastShortest("settle", settle);
        atLeastShortest("git-timeout", gitTimeout);
    }

    /** The config directory. */
    public Path configPath() {
        return Path.of(directory).toAbsolutePath().normalize();
    }

    /** Where what is fetched by git is kept. */
    Path gitPath() {
        return gitDirectory == null || gitDirectory.isBlank()
                ? configPath().resolve(GitSource.DIRECTORY)
                : Path.of(gitDirectory).toAbsolutePath().normalize();
    }

    private static void atLeastShortest(String key, Duration found) {
        if (found.compareTo(SHORTEST) < 0) {
            throw new SettingException(
                    "distomon.config.%s: found %s, expected at least %s".formatted(key, found, SHORTEST));
        }
    }
}
