package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.GitSource;
import io.distomon.node.ForkedJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another Java that follows one repository, with as little memory as a node of the demo has and with the flags of the image:
 * it ends when memory does. After each look it tells what there is to run with.
 */
final class FollowingProcess implements AutoCloseable {
    private static final int MAX_SECONDS = 60;
    private static final int MAX_LINES = 5;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    FollowingProcess(String url, Path directory) throws IOException {
        this(List.of(), url, directory);
    }

    /** @param command what runs Java, such as a shell in another name space; none: itself */
    FollowingProcess(List<String> command, String url, Path directory) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(ForkedJava.command(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m", "-XX:+ExitOnOutOfMemoryError"),
                FollowingProcess.class,
                url,
                directory.toString()));
        process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread.ofVirtual().start(() -> {
            try (out) {
                out.lines().filter(line -> line.startsWith("> ")).forEach(line -> lines.add(line.substring(2)));
                lines.add("it ended");
            } catch (IOException | RuntimeException e) {
                lines.add("it ended: " + e);
            }
        });
    }

    /**
     * Waits until it tells this: {@code <config.yml of the commit it runs with>: <error>}. A look that began before something
     * changed may tell something else first.
     */
    void awaitLine(String expected) throws InterruptedException {
        List<String> told = new ArrayList<>();
        do {
            String line = lines.poll(MAX_SECONDS, TimeUnit.SECONDS);
            told.add(line == null ? "nothing" : line);
        } while (!told.contains(expected) && told.size() < MAX_LINES && !told.contains("it ended"));
        assertThat(told).last().isEqualTo(expected);
    }

    /** A file as this process sees it, whatever it has mounted there. */
    Path seen(Path file) {
        return Path.of("/proc/%s/root".formatted(process.pid()))
                .resolve(file.toString().substring(1));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Follows, until it is told nothing any more. */
    public static void main(String... arguments) throws Exception {
        GitSource source = new GitSource(arguments[0], null, Duration.ofMillis(20), null, null, List.of(), null, null);
        BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
        try (GitFollower follower = new GitFollower(
                "lab", source, Path.of(arguments[1]), Duration.ofSeconds(20), new Random(1), () -> looks.add(true))) {
            @Nullable String told = null;
            while (looks.take()) {
                String files = "nothing";
                for (Commit good : follower.commits().stream().limit(1).toList()) {
                    files = String.valueOf(follower.files(good).files().get("config.yml"));
                    follower.accept(good);
                }
                String line = "> %s: %s".formatted(files, follower.status().error());
                if (!line.equals(told)) {
                    System.out.println(line);
                    told = line;
                }
            }
        }
    }
}
