package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this node says of all its peers in one network, and when it is time to say it anew: when a status or the config
 * changed, at most once a second, else once per interval, never per ping. Whoever publishes waits until {@link #dueNanos}, takes the content, has it signed and puts it into the store; it has to be woken after
 * {@link #update}, {@link #reconfigure} and {@link #leave}, which may make an entry due earlier.
 *
 * <p>Safe for use by many threads: all state is guarded by the record's own lock.
 */
public final class OwnRecord {
    /** The least time between two entries; a farewell alone does not wait for it. */
    public static final Duration MIN_SPACING = Duration.ofSeconds(1);

    private static final int MAX_INTERVAL_SECONDS = 3600;

    private final String version;
    private final String boot;
    private final Clock clock;

    // Guarded by this, all of these.
    private final Map<String, PingData> pings = new LinkedHashMap<>();
    private NetworkConfig config;
    private long lastTakenNanos;
    private long dueNanos;
    private boolean leaving;

    /**
     * A record in which every peer is unknown. Its first entry is due at once.
     *
     * @param version the software's version
     * @param boot an id that is new at every start of the process
     */
    public OwnRecord(NetworkConfig config, String version, String boot, Clock clock) {
        this.config = config;
        this.version = version;
        this.boot = boot;
        this.clock = clock;
        this.dueNanos = clock.monotonicNanos();
        // The first entry may be followed by another as soon as a poll ends.
        this.lastTakenNanos = dueNanos - MIN_SPACING.toNanos();
        config.polled().forEach(peer -> pings.put(peer.nodeId(), PingData.UNKNOWN));
    }

    /** Takes in what a monitor found. Of a peer that was removed meanwhile it is dropped. */
    public synchronized void update(String peerId, PingData ping) {
        PingData before = pings.replace(peerId, ping);
        if (before != null && before.status() != ping.status()) {
            changed();
        }
    }

    /**
     * Goes on with a changed config.
     *
     * @param peers as for {@link #poll}
     */
    public synchronized void reconfigure(NetworkConfig changed, Collection<Member> peers) {
        boolean differs = !changed.digest().equals(config.digest());
        config = changed;
        poll(peers);
        if (differs) {
            changed();
        }
    }

    /** Goes on with other peers that are polled: what is known of those that stay is kept. */
    public synchronized void poll(Collection<Member> peers) {
        Map<String, PingData> before = Map.copyOf(pings);
        pings.clear();
        peers.forEach(peer -> pings.put(peer.nodeId(), before.getOrDefault(peer.nodeId(), PingData.UNKNOWN)));
    }

    /** From here on every entry says that we stop on purpose; one is due at once. */
    public synchronized void leave() {
        leaving = true;
        dueNanos = clock.monotonicNanos();
    }

    /** The monotonic time at which the next entry is due; it may move earlier when something changes. */
    public synchronized long dueNanos() {
        return dueNanos;
    }

    /**
     * The content of the next entry if it is due; it counts as said from here on.
     *
     * @return the content, whose date the store sets when it is published
     */
    public synchronized Optional<NodeData> takeIfDue() {
        long now = clock.monotonicNanos();
        if (dueNanos - now > 0) {
            return Optional.empty();
        }
        int intervalSeconds = intervalSeconds();
        lastTakenNanos = now;
        dueNanos = now + Duration.ofSeconds(intervalSeconds).toNanos();
        return Optional.of(new NodeData(
                0,
                pings,
                config.nodeId(),
                version,
                config.networkId(),
                intervalSeconds,
                boot,
                config.digest(),
                leaving));
    }

    /** The shortest poll rate among the polled peers, in whole seconds; the default where none is polled. */
    private int intervalSeconds() {
        Duration shortest = config.polled().stream()
                .map(Member::pollRate)
                .min(Duration::compareTo)
                .orElse(Member.DEFAULT_POLL_RATE);
        long seconds = shortest.plusSeconds(1).minusNanos(1).toSeconds();
        return Math.clamp(seconds, 1, MAX_INTERVAL_SECONDS);
    }

    private void changed() {
        long earliest = lastTakenNanos + MIN_SPACING.toNanos();
        long now = clock.monotonicNanos();
        long due = earliest - now > 0 ? earliest : now;
        if (due - dueNanos < 0) {
            dueNanos = due;
        }
    }
}
