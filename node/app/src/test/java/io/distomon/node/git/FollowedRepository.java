package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.NetworkFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A repository, and who follows it, for each test anew; all that it opens is closed when it ends. */
abstract class FollowedRepository {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    Upstream upstream;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        upstream = closing(new Upstream(temporary.resolve("upstream")));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    /** Where followers keep what they fetch. */
    Path directory() {
        return temporary.resolve("clones/lab");
    }

    GitFollower follow(GitSource source, Duration timeout) {
        return closing(new GitFollower("lab", source, directory(), timeout, new Random(1), () -> {}));
    }

    static ConditionFactory eventually() {
        // Threads of ssh connections that were given up, in tests before, may still end by throwing something.
        return await().dontCatchUncaughtExceptions().atMost(Duration.ofSeconds(40));
    }

    static void awaitCommit(GitFollower follower, String commit) {
        eventually()
                .untilAsserted(() -> assertThat(newest(follower))
                        .as(() -> String.valueOf(follower.status()))
                        .isEqualTo(commit));
    }

    /** The newest commit's id. */
    static @Nullable String newest(GitFollower follower) {
        Commit newest = follower.status().newest();
        return newest == null ? null : newest.id();
    }

    /** The texts of the files of a commit, by name. */
    static Map<String, String> texts(GitFollower follower, Commit commit) {
        try {
            Map<String, String> texts = new TreeMap<>();
            follower.files(commit).files().forEach((name, file) -> {
                switch (file) {
                    case NetworkFile.Text(String text) -> texts.put(name, text);
                    case NetworkFile.Fault(String found, String expected) ->
                        texts.put(name, "found " + found + ", expected " + expected);
                }
            });
            return texts;
        } catch (GitException e) {
            throw new AssertionError(e);
        }
    }

    /** Those of the newest commit, or of the good one when none was fetched. */
    static Map<String, String> texts(GitFollower follower) {
        return texts(follower, follower.commits().getFirst());
    }

    static String awaitError(GitFollower follower) {
        eventually().until(() -> follower.status().error() != null);
        return Objects.requireNonNull(follower.status().error());
    }
}
