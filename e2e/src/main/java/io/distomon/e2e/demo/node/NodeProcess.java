package io.distomon.e2e.demo.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of a node, from its start to its end. Safe for use by many threads. */
public final class NodeProcess {
    private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(10);
    private static final int LOG_END_BYTES = 4096;
    private static final int LOG_END_LINES = 10;

    private final Process process;
    private final Guard guard;
    private final Path log;
    private final int apiPort;
    private final int managementPort;
    private volatile boolean frozen;
    private volatile boolean wanted = true;

    private NodeProcess(Process process, Guard guard, Path log, int apiPort, int managementPort) {
        this.process = process;
        this.guard = guard;
        this.log = log;
        this.apiPort = apiPort;
        this.managementPort = managementPort;
    }

    /**
     * Starts a node on free ports.
     *
     * @param configDirectory the node's config directory
     * @param configFile the node's own file in it
     * @param environment what its pod would have in its environment besides
     * @param log where its output goes, at the end of what is there
     */
    public static NodeProcess start(
            NodeProgram program,
            Guard guard,
            Path configDirectory,
            String configFile,
            Map<String, String> environment,
            Path log)
            throws IOException {
        List<Integer> ports = Ports.free(2);
        return start(program, guard, configDirectory, configFile, environment, log, ports.getFirst(), ports.getLast());
    }

    /** Likewise, on ports that are known before. */
    public static NodeProcess start(
            NodeProgram program,
            Guard guard,
            Path configDirectory,
            String configFile,
            Map<String, String> environment,
            Path log,
            int apiPort,
            int managementPort)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment()
                .putAll(Map.of(
                        "CONFIG_DIR",
                        configDirectory.toString(),
                        "CONFIG_FILE_NAME",
                        configFile,
                        "DISTOMON_CONFIG_POLL_INTERVAL",
                        "1s",
                        "DISTOMON_EXIT_ON_STDIN_EOF",
                        "true",
                        "MICRONAUT_SERVER_HOST",
                        "127.0.0.1",
                        "MICRONAUT_SERVER_PORT",
                        String.valueOf(apiPort),
                        "ENDPOINTS_ALL_PORT",
                        String.valueOf(managementPort)));
        return new NodeProcess(builder.start(), guard, log, apiPort, managementPort);
    }

    /** Where it listens, on loopback. */
    public int apiPort() {
        return apiPort;
    }

    /** Where it tells its health, on loopback. */
    public int managementPort() {
        return managementPort;
    }

    /** Whether there is a process, frozen or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it is frozen. */
    public boolean isFrozen() {
        return frozen && isAlive();
    }

    /** Whether it has ended though nobody here ended it. */
    public boolean endedByItself() {
        return wanted && !isAlive();
    }

    /** Why it ended, in words, with the end of its log; for one that {@link #endedByItself}. */
    public List<String> obituary() {
        List<String> end = logEnd();
        String reason = end.stream()
                .filter(line -> line.contains(" ERROR "))
                .reduce((first, last) -> last)
                .map(line -> ": " + line.substring(line.indexOf(" ERROR ") + 7).strip())
                .orElse("");
        List<String> lines = new ArrayList<>();
        lines.add("its process ended with exit code %s%s".formatted(process.exitValue(), reason));
        end.forEach(line -> lines.add("  | " + line));
        return lines;
    }

    /** Ends it at once (SIGKILL). */
    public void kill() throws InterruptedException {
        destroy();
        process.waitFor();
    }

    /** As {@link #kill()}, without waiting until it has ended. */
    public void destroy() {
        wanted = false;
        release();
        process.destroyForcibly();
    }

    /** Stops it where it is (SIGSTOP): connections open, nothing answers. */
    public void freeze() throws IOException, InterruptedException {
        guard.frozen(process.pid());
        frozen = true;
        signal("STOP");
    }

    /** Lets a frozen one go on (SIGCONT). */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
        release();
    }

    /** Lets it say farewell and end; does not wait. A frozen one is killed. */
    public void stop() {
        wanted = false;
        if (frozen) {
            destroy();
            return;
        }
        try {
            OutputStream pipe = process.getOutputStream();
            pipe.close();
        } catch (IOException e) {
            process.destroy();
        }
    }

    /** Waits for the end of one that was told to; kills it when that takes longer than {@code limit}. */
    public void awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    private void release() {
        if (frozen) {
            guard.thawed(process.pid());
            frozen = false;
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "/bin/sh", "-c", "kill -\"$1\" \"$2\"", "sh", name, String.valueOf(process.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!kill.waitFor(SIGNAL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            kill.destroyForcibly();
        }
        if (kill.waitFor() != 0) {
            throw new IOException("SIG%s could not be sent to process %s".formatted(name, process.pid()));
        }
    }

    private List<String> logEnd() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(LOG_END_BYTES, file.length())];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - LOG_END_LINES), lines.size());
        } catch (IOException e) {
            return List.of("the log " + log + " can't be read");
        }
    }
}
