package io.distomon.e2e.demo.node;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar is beside: a small web server in a process of its own, always at the same loopback port. Not safe for use by
 * many threads.
 */
public final class Workload {
    private final Path java;
    private final Path log;
    private final int port;
    private @Nullable Process process;

    /**
     * One that does not run yet.
     *
     * @param java the JDK's {@code java}
     * @param log where its output goes, at the end of what is there
     */
    public Workload(Path java, Path log) throws IOException {
        this.java = java;
        this.log = log;
        this.port = Ports.free(1).getFirst();
    }

    /** Where it answers. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Whether there is a process. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Starts it; does not wait until it answers. */
    public void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        java.toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx32m",
                        "-XX:-UsePerfData",
                        "-cp",
                        classes().toString(),
                        WebServer.class.getName(),
                        String.valueOf(port)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Ends it at once (SIGKILL); does not wait. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Waits for the end of one that was killed. */
    public void awaitEnd(Duration limit) throws InterruptedException {
        if (process != null) {
            process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Path classes() {
        try {
            return Path.of(WebServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
