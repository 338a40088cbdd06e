package io.distomon.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine that is not in the cluster: {@code e2e/cluster outside}. What runs there is run by a shell, in a directory in
 * which the node's jar is, as README.md has it, with a kubectl that asks for one namespace.
 */
final class Outside implements AutoCloseable {
    /** A JVM that has nothing to start for. */
    private static final Duration COMMAND = Duration.ofMinutes(2);

    private static final Duration END = Duration.ofMinutes(2);

    private final Path directory;
    private final String namespace;
    private final List<Process> running = new ArrayList<>();

    Outside(Path directory, String namespace) {
        this.directory = directory;
        this.namespace = namespace;
    }

    /** At which pods reach it. */
    static String address() {
        return Command.script("cluster", "outside").output().strip();
    }

    /** What a line that somebody types prints. */
    String run(String line) {
        return new Command(words(line), "", COMMAND, false).output();
    }

    /** Has a line run until {@link #close()}. */
    void start(String line) {
        run(words("exec env " + line));
    }

    /**
     * Leads a port of that machine to one of this machine's loopback, until {@link #close()}: by a Unix socket, which both
     * have.
     */
    void lead(int port, int here) {
        String socket = directory.resolve(port + ".sock").toString();
        // Bounded, as it is in no namespace that ends with the cluster.
        run(List.of("timeout", "1h", "socat", "UNIX-LISTEN:%s,fork".formatted(socket), "TCP:127.0.0.1:" + here));
        start("socat TCP-LISTEN:%d,fork,reuseaddr UNIX-CONNECT:%s".formatted(port, socket));
    }

    /** What those that run said. */
    String log() {
        try {
            Path log = directory.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "nothing ran outside";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(List<String> words) {
        try {
            running.add(new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> words(String line) {
        // The namespace is that of the context, as whoever looks after one has it.
        String script = """
                set -eu
                cd "$0"
                export PATH="$1:$PATH"
                cp "$KUBECONFIG" "kubeconfig.$$"
                export KUBECONFIG="kubeconfig.$$"
                kubectl config set-context --current --namespace="$2" >/dev/null
                """ + line;
        return Stream.concat(
                        Command.script("cluster", "outside", "sh", "-c", script).words().stream(),
                        Stream.of(
                                directory.toString(),
                                Path.of(System.getProperty("java.home"), "bin").toString(),
                                namespace))
                .toList();
    }

    /** Ends what runs there. */
    @Override
    public void close() {
        running.forEach(Process::destroy);
        try {
            for (Process process : running) {
                process.waitFor(END.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.forEach(Process::destroyForcibly);
        running.clear();
    }
}
