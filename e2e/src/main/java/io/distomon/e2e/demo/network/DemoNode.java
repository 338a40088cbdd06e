package io.distomon.e2e.demo.network;

import io.distomon.core.config.NetworkWriter;
import io.distomon.core.config.PrivateKeys;
import io.distomon.e2e.demo.link.Forwarder;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.MountedSecret;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.e2e.demo.node.Workload;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.desired.JwtSecret;
import io.distomon.operator.desired.LoginSecret;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node of the demo: its address, directory, key, unless it was ended its process, and what it is beside. Not safe for use
 * by many threads.
 */
final class DemoNode {
    /** How long a node may take to say farewell and end before it is killed. */
    private static final Duration FAREWELL = Duration.ofSeconds(4);

    private final String id;
    private final Path directory;
    private final Forwarder forwarder;
    private final @Nullable Workload workload;
    private KeyReading.@Nullable Held key;
    private Map<String, String> config = Map.of();
    private @Nullable NodeProcess process;
    private boolean restarting;
    private long endNanos;
    private boolean ready;
    private String configDigest = "";
    private Map<String, String> failures = Map.of();
    private boolean reported;

    /** @param workload what a sidecar is beside; null of any other node */
    DemoNode(String id, Path directory, Forwarder forwarder, @Nullable Workload workload) {
        this.id = id;
        this.directory = directory;
        this.forwarder = forwarder;
        this.workload = workload;
    }

    String id() {
        return id;
    }

    /** The key that is mounted; null before the first. */
    KeyReading.@Nullable Held key() {
        return key;
    }

    Path directory() {
        return directory;
    }

    /** Where the others reach it. */
    URI address() {
        return URI.create("http://127.0.0.1:" + forwarder.port());
    }

    @Nullable
    Workload workload() {
        return workload;
    }

    @Nullable
    NodeProcess process() {
        return process;
    }

    /** Writes what its pod would have mounted besides the key, when that has changed. */
    void mount(Network network, Secret configSecret, Map<String, Secret> shared) throws IOException {
        if (config.equals(configSecret.getData())) {
            return;
        }
        Map<String, String> files = new HashMap<>(configSecret.getData());
        // A node elsewhere has the same files, and one of its own that its administrator writes.
        files.computeIfAbsent(
                NetworkWriter.nodeConfName(id),
                name -> Base64.getEncoder()
                        .encodeToString(NetworkWriter.nodeConf(
                                        network.networkId(),
                                        id,
                                        ConfigSecret.LOGIN_DIR + "/" + LoginSecret.KEY,
                                        ConfigSecret.JWT_DIR + "/" + JwtSecret.KEY)
                                .getBytes(StandardCharsets.UTF_8)));
        MountedSecret.write(files, directory.resolve(ConfigSecret.directory(network)));
        for (Map.Entry<String, Secret> secret : shared.entrySet()) {
            MountedSecret.write(secret.getValue(), directory.resolve(secret.getKey()));
        }
        config = configSecret.getData();
    }

    /**
     * Writes the key that its pod would have mounted; nothing happens when it is there. While the process runs only of a
     * sidecar, which takes up what is mounted in the place of its key.
     */
    void mountKey(KeyReading.Held held, Secret secret) throws IOException {
        if (!held.equals(key)) {
            MountedSecret.write(secret, directory.resolve(PrivateKeys.DIRECTORY));
            key = held;
        }
    }

    void start(NodeProgram program, Guard guard, Network network, Path log) throws IOException {
        NodeProcess started = NodeProcess.start(
                program,
                guard,
                directory,
                ConfigSecret.directory(network) + "/" + NetworkWriter.nodeConfName(id),
                network.git() == null ? Map.of() : Map.of("DISTOMON_CONFIG_WAIT_FOR_GIT", "true"),
                log);
        forwarder.target(started.apiPort());
        process = started;
        ready = false;
        reported = false;
        restarting = false;
        configDigest = "";
        failures = Map.of();
    }

    /** What was found by asking the process {@code asked}. */
    void answered(NodeProcess asked, boolean isReady, String digest, Map<String, String> why) {
        if (asked == process) {
            ready = isReady;
            configDigest = digest;
            failures = why;
        }
    }

    /** Why its polls of others fail, by their ids, when it was last asked. */
    Map<String, String> failures() {
        return failures;
    }

    String configDigest() {
        return configDigest;
    }

    NodeRun run() {
        NodeProcess current = process;
        if (restarting) {
            return NodeRun.STARTING;
        }
        if (current == null || !current.isAlive()) {
            return NodeRun.ENDED;
        }
        if (current.isFrozen()) {
            return NodeRun.FROZEN;
        }
        return ready ? NodeRun.READY : NodeRun.STARTING;
    }

    /** Whether its process has ended by itself; told once for each. */
    boolean diedUnreported() {
        boolean died = process != null && process.endedByItself() && !reported;
        reported |= died;
        return died;
    }

    /** Tells its process to end; the next is to be started when it {@link #hasEnded}. */
    void recreate() {
        if (process != null) {
            process.stop();
            restarting = true;
            endNanos = System.nanoTime() + FAREWELL.toNanos();
        }
    }

    /** Whether its process was told to end for another one, which has not been started yet. */
    boolean isRestarting() {
        return restarting;
    }

    /** Whether it does not answer yet, but is about to. */
    boolean isComingUp() {
        return run() == NodeRun.STARTING;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Whether a process of it is left, or of what it is beside. */
    boolean isThere() {
        return isAlive() || (workload != null && workload.isAlive());
    }

    /** Whether its process has ended; one that takes too long is killed. */
    boolean hasEnded() {
        if (isAlive() && System.nanoTime() - endNanos > 0) {
            destroy();
        }
        return !isAlive();
    }

    /** Waits until the processes of all have ended that were told to; kills those that take longer than a farewell does. */
    static void awaitEnd(Collection<DemoNode> leaving) throws InterruptedException {
        long end = System.nanoTime() + FAREWELL.toNanos();
        for (DemoNode node : leaving) {
            NodeProcess process = node.process();
            if (process != null) {
                process.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
            if (node.workload != null) {
                node.workload.awaitEnd(FAREWELL);
            }
        }
    }

    /** Tells its process to end, with what it is beside. The address is gone at once. */
    void leave() throws IOException {
        if (process != null) {
            process.stop();
        }
        if (workload != null) {
            workload.kill();
        }
        forwarder.close();
    }

    /** Ends its process at once, not what it is beside; does not wait. */
    void destroy() {
        if (process != null) {
            process.destroy();
        }
    }
}
