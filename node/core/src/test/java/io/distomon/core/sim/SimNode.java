package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.SignedNodeData;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine: its clock, its key, its disk, and the node's process while it runs. For one thread. */
final class SimNode {
    private static final int SAID_KEPT = 20;

    private final World world;
    private final String id;
    private final SimClock clock;
    private NetworkConfig config;
    private Signer signer;
    private @Nullable SimProcess process;
    private List<SignedNodeData> disk = List.of();
    private final Deque<SignedNodeData> said = new ArrayDeque<>();
    private Conduct conduct = Conduct.HONEST;
    private boolean slandering;
    private boolean refusing;
    private long downSinceNanos;
    private long frozenUntilNanos;
    private long mostLateNanos;
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

    /** What it signs, compared with what it finds. */
    Conduct conduct() {
        return conduct;
    }

    void conduct(Conduct changed) {
        conduct = changed;
    }

    boolean isSlandering() {
        return slandering;
    }

    /** From here on it says of others what is not so, or does so no longer. */
    void slander(boolean does) {
        slandering = does;
    }

    /** Since when it does not run, if it does not. */
    long downSinceNanos() {
        return downSinceNanos;
    }

    /** Its processes stand still, and go on from where they were; what comes meanwhile waits. */
    void freeze(long nanos) {
        frozenUntilNanos = Math.max(frozenUntilNanos, world.events().nowNanos() + nanos);
    }

    long frozenUntilNanos() {
        return frozenUntilNanos;
    }

    boolean isFrozen() {
        return frozenUntilNanos > world.events().nowNanos();
    }

    /** From here on whatever its process does comes up to so much later than it should. */
    void starve(long mostNanos) {
        mostLateNanos = mostNanos;
    }

    long lateNanos() {
        return mostLateNanos == 0 ? 0 : world.random().nextLong(mostLateNanos);
    }

    /** The last entries that it signed, the oldest first. */
    List<SignedNodeData> said() {
        return List.copyOf(said);
    }

    void says(SignedNodeData entry) {
        said.addLast(entry);
        if (said.size() > SAID_KEPT) {
            said.removeFirst();
        }
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
            downSinceNanos = world.events().nowNanos();
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
