package io.distomon.e2e.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code kubectl port-forward} to a port of a pod, from a free port of this machine's loopback. */
final class PortForward implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> .*");

    private final Process process;
    private final int port;

    private PortForward(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PortForward to(Kubectl kubectl, String pod, int podPort) {
        try {
            Process process = new ProcessBuilder(
                            kubectl.command("port-forward", "--address", "127.0.0.1", "pod/" + pod, ":" + podPort)
                                    .words())
                    .redirectErrorStream(true)
                    .start();
            try {
                return new PortForward(process, awaitPort(process));
            } catch (RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    private static int awaitPort(Process process) {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        FutureTask<@Nullable String> firstLine = new FutureTask<>(output::readLine);
        Thread.ofVirtual().start(firstLine);
        try {
            String line = firstLine.get(20, TimeUnit.SECONDS);
            Matcher ready = READY.matcher(line == null ? "" : line);
            if (!ready.matches()) {
                throw new IllegalStateException("kubectl port-forward said: " + line);
            }
            return Integer.parseInt(ready.group(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("kubectl port-forward said nothing within 20 s", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
