package io.distomon.e2e.demo.network;

import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.PrivateKeys;
import io.distomon.e2e.demo.link.Forwarder;
import io.distomon.e2e.demo.node.Guard;
import io.distomon.e2e.demo.node.MountedSecret;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.keys.JwtSecret;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.LoginSecret;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of the demo: its address, key, directory and, unless it was ended, process. Not safe for use by many threads. */
final class DemoNode {
    private final String id;
    private final Path directory;
    private final Forwarder forwarder;
    private final KeyReading.Held key;
    private @Nullable NodeProcess process;
    private boolean ready;
    private String configDigest = "";
    private boolean reported;

    DemoNode(String id, Path directory, Forwarder forwarder, KeyReading.Held key) {
        this.id = id;
        this.directory = directory;
        this.forwarder = forwarder;
        this.key = key;
    }

    String id() {
        return id;
    }

    KeyReading.Held key() {
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
    NodeProcess process() {
        return process;
    }

    /** Writes what its pod would have mounted. */
    void mount(Network network, Secret config, Secret keySecret, Map<String, Secret> shared) throws IOException {
        Map<String, String> files = new HashMap<>(config.getData());
        // A node elsewhere has the same files, and one of its own that its administrator writes.
        files.computeIfAbsent(
                NetworkFiles.nodeConfName(id),
                name -> Base64.getEncoder()
                        .encodeToString(NetworkFiles.nodeConf(
                                        network.networkId(),
                                        id,
                                        ConfigSecret.LOGIN_DIR + "/" + LoginSecret.KEY,
                                        ConfigSecret.JWT_DIR + "/" + JwtSecret.KEY)
                                .getBytes(StandardCharsets.UTF_8)));
        MountedSecret.write(files, directory.resolve(ConfigSecret.directory(network)));
        MountedSecret.write(keySecret, directory.resolve(PrivateKeys.DIRECTORY));
        for (Map.Entry<String, Secret> secret : shared.entrySet()) {
            MountedSecret.write(secret.getValue(), directory.resolve(secret.getKey()));
        }
    }

    void start(NodeProgram program, Guard guard, Network network, Path log) throws IOException {
        NodeProcess started = NodeProcess.start(
                program, guard, directory, ConfigSecret.directory(network) + "/" + NetworkFiles.nodeConfName(id), log);
        forwarder.target(started.apiPort());
        process = started;
        ready = false;
        reported = false;
        configDigest = "";
    }

    /** What was found by asking the process {@code asked}. */
    void answered(NodeProcess asked, boolean isReady, String digest) {
        if (asked == process) {
            ready = isReady;
            configDigest = digest;
        }
    }

    String configDigest() {
        return configDigest;
    }

    NodeRun run() {
        NodeProcess current = process;
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

    /** Tells its process to end. The address is gone at once. */
    void leave() throws IOException {
        if (process != null) {
            process.stop();
        }
        forwarder.close();
    }

    /** Ends its process at once; does not wait. */
    void destroy() {
        if (process != null) {
            process.destroy();
        }
    }
}
