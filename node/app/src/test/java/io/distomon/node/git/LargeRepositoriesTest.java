package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.core.config.GitSource;
import io.distomon.node.OwnMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Repositories that are large beside a network's few files: what there is room for is taken, the rest told in one line. */
class LargeRepositoriesTest extends FollowedRepository {
    private static final int MEBIBYTE = 1 << 20;

    private final Random random = new Random(3);

    @Test
    void aHundredThousandFilesAreTakenWithTheMemoryOfASmallNode() throws Exception {
        assumeTrue(RealGit.isThere(), "git is not installed");
        upstream.commit(Map.of("config.yml", "1"));
        GitHttpServer server = closing(new GitHttpServer(upstream, null, null));
        try (FollowingProcess process = new FollowingProcess(server.url(), directory())) {
            process.awaitLine("Text[text=1]: null");

            StringBuilder commit = new StringBuilder("""
                    commit refs/heads/main
                    committer s <s@example.com> 2000000000 +0000
                    data 0
                    from refs/heads/main^0
                    M 100644 inline config.yml
                    data 1
                    2
                    """);
            for (int file = 100_000; file < 200_002; file++) {
                commit.append("M 100644 inline files/%1$s/%2$s.txt\ndata 6\n%2$s\n".formatted(file / 10, file));
            }
            new RealGit(upstream.directory()).feed(commit.toString(), "fast-import", "--quiet");

            process.awaitLine("Text[text=2]: null");
        }
    }

    @Test
    void ofAHistoryThatIsTooMuchTheNewestCommitIsTakenAndNothingElseIsKept() throws Exception {
        for (int i = 0; i < 8; i++) {
            upstream.commit(Map.of("config.yml", String.valueOf(i), "large.txt", randomText(MEBIBYTE)));
        }
        GitSource source =
                new GitSource(upstream.url(), null, Duration.ofMillis(50), null, null, List.of(), null, null);
        BlockingQueue<String> errors = new LinkedBlockingQueue<>();
        CompletableFuture<GitFollower> itself = new CompletableFuture<>();
        GitFollower follower = closing(new GitFollower(
                "lab",
                source,
                directory(),
                TIMEOUT,
                4L * MEBIBYTE,
                new Random(1),
                () -> errors.add(String.valueOf(itself.join().status().error()))));
        itself.complete(follower);

        assertThat(errors.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("more than 4 MiB");
        assertThat(errors.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("null");

        assertThat(texts(follower)).containsEntry("config.yml", "7");
        assertThat(bytesIn(directory())).isBetween((long) MEBIBYTE, 2L * MEBIBYTE);
    }

    /** The history has what there was no room for, after that is gone. */
    @Test
    void aDiskThatIsFullCostsOneLineAndASmallerCommitIsTaken() throws Exception {
        OwnMounts.required();
        upstream.commit(Map.of("config.yml", "1"));
        Path small = Files.createDirectories(directory());
        try (FollowingProcess process = new FollowingProcess(OwnMounts.smallDisk("3m", small), upstream.url(), small)) {
            process.awaitLine("Text[text=1]: null");

            upstream.commit(Map.of("config.yml", "2", "large.txt", randomText(5 * MEBIBYTE)));
            process.awaitLine(
                    "Text[text=1]: found no room for it on the disk (No space left on device), expected more, or"
                            + " another directory (DISTOMON_CONFIG_GIT_DIRECTORY)");

            upstream.commit(Map.of("config.yml", "3", "large.txt", "small"));
            process.awaitLine("Text[text=3]: null");
            eventually()
                    .untilAsserted(() -> assertThat(process.seen(small)).isDirectoryNotContaining("glob:**/.new-*"));
        }
    }

    /** So many bytes when they are compressed, at least. */
    private String randomText(int bytes) {
        byte[] made = new byte[bytes];
        random.nextBytes(made);
        return Base64.getMimeEncoder().encodeToString(made);
    }

    private static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
