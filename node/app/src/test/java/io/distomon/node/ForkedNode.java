package io.distomon.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, with the classes of this one: it has its own memory, and can die without a farewell. */
public final class ForkedNode implements AutoCloseable {
    private static final int SECONDS_TO_END = 30;

    private final Process process;

    private ForkedNode(Process process) {
        this.process = process;
    }

    /** Starts a node; it does not answer yet when this returns. What it says goes to a file beside its directory. */
    public static ForkedNode start(NetworkOnDisk network, String nodeId, String... jvmOptions) throws IOException {
        Path directory = network.directory(nodeId);
        ProcessBuilder builder = new ProcessBuilder(ForkedJava.command(List.of(jvmOptions), Main.class))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolveSibling(nodeId + ".log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "MALLOC_ARENA_MAX",
                        "2",
                        "DISTOMON_EXIT_ON_STDIN_EOF",
                        "true",
                        "CONFIG_DIR",
                        directory.toString(),
                        "MICRONAUT_SERVER_HOST",
                        "127.0.0.1",
                        "MICRONAUT_SERVER_PORT",
                        String.valueOf(network.apiPort(nodeId)),
                        "ENDPOINTS_ALL_PORT",
                        String.valueOf(network.managementPort(nodeId))));
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return new ForkedNode(builder.start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once; it is over when this returns. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as a user does, or at once if that takes long. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
