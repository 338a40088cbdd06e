package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.SignedNodeData;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine: its clock, its key, its disk, and the node's process while it runs. For one thread. */
final class SimNode {
    private final World world;
    private final String id;
    private final SimClock clock;
    private NetworkConfig config;
    private Signer signer;
    private @Nullable SimProcess process;
    private List<SignedNodeData> disk = List.of();
    private boolean refusing;
    private int starts;

    SimNode(World world, NetworkConfig config, Signer signer, SimClock clock) {
        this.world = world;
        this.id = config.nodeId();
        this.config = config;
        this.signer = signer;
        this.clock = clock;
    }

    String id() {
        return id;
    }

    SimClock clock() {
        return clock;
    }

    NetworkConfig config() {
        return config;
    }

    Signer signer() {
        return signer;
    }

    Optional<SimProcess> process() {
        return Optional.ofNullable(process);
    }

    boolean isRunning() {
        return process != null;
    }

    /** Whether the machine tells who connects that nobody listens, rather than nothing. */
    boolean isRefusing() {
        return refusing;
    }

    /** Starts the process; with what is on disk, which is nothing unless {@link #crash} kept it. */
    void start() {
        process = new SimProcess(world, this, config, signer, "boot-" + ++starts, disk);
        disk = List.of();
        process.start();
    }

    /**
     * The process dies without a word.
     *
     * @param keepStore whether the next one finds what was held
     * @param refuses whether the machine lives on and refuses connections
     */
    void crash(boolean keepStore, boolean refuses) {
        if (process != null) {
            disk = keepStore
                    ? process.store().entries().values().stream()
                            .map(HeldEntry::entry)
                            .toList()
                    : List.of();
            process.kill();
            process = null;
        }
        refusing = refuses;
    }

    /** Other config files and another key are here, whether or not the process runs. */
    void reconfigure(NetworkConfig changed, Signer key) {
        config = changed;
        signer = key;
        if (process != null) {
            process.reconfigure(changed, key);
        }
    }
}
