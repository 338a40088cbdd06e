package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.config.GitSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.awaitility.core.ConditionFactory;
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
        return await().atMost(Duration.ofSeconds(40));
    }

    static void awaitCommit(GitFollower follower, String commit) {
        eventually()
                .untilAsserted(() -> assertThat(follower.status().newest())
                        .as(() -> String.valueOf(follower.status()))
                        .isEqualTo(commit));
    }

    static String awaitError(GitFollower follower) {
        eventually().until(() -> follower.status().error() != null);
        return Objects.requireNonNull(follower.status().error());
    }
}
