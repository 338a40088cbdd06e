package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.topology.Member;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What this node says of all its peers in one network, and when it is time to say it anew: when a status or the config
 * changed, when a poll of an online peer has failed and others are to look, when somebody calls us offline; at most once a
 * second, else once per interval, never per ping. Whoever publishes waits until {@link #dueNanos}, takes the content, has
 * it signed and puts it into the store; it has to be woken after {@link #update}, {@link #accused}, {@link #reconfigure}
 * and {@link #leave}, which may make an entry due earlier.
 *
 * <p>The first entry after a start waits until a peer has answered, which brings what we said last before, or for
 * {@link #MEMORY_WAIT} at most.
 *
 * <p>Safe for use by many threads: all state is guarded by the record's own lock.
 */
public final class OwnRecord {
    /** The least time between two entries; a farewell alone does not wait for it. */
    public static final Duration MIN_SPACING = Duration.ofSeconds(1);

    /** How long the first entry waits at most for a peer that may know the last one of an earlier life. */
    public static final Duration MEMORY_WAIT = Duration.ofSeconds(5);

    private final String version;
    private final String boot;
    private final Clock clock;

    // Guarded by this, all of these.
    private final Map<String, PingData> pings = new LinkedHashMap<>();
    private final Set<String> accusers = new LinkedHashSet<>();
    private final Set<String> firstFailures = new LinkedHashSet<>();
    private final Set<String> offline = new LinkedHashSet<>();
    private NetworkConfig config;
    private int intervalSeconds;
    private long lastTakenNanos;
    private long dueNanos;
    private boolean waitsForMemory;
    private boolean leaving;

    /**
     * What is to be said, and why now.
     *
     * @param content the next entry's, whose date the store sets when it is published
     */
    public record Said(NodeData content, Occasion occasion) {}

    /**
     * A record in which every peer is unknown.
     *
     * @param version the software's version
     * @param boot an id that is new at every start of the process
     */
    public OwnRecord(NetworkConfig config, String version, String boot, Clock clock) {
        this.config = config;
        this.intervalSeconds = intervalSeconds(config);
        this.version = version;
        this.boot = boot;
        this.clock = clock;
        long now = clock.monotonicNanos();
        this.waitsForMemory = !config.polled().isEmpty();
        this.dueNanos = waitsForMemory ? now + MEMORY_WAIT.toNanos() : now;
        // The first entry may be followed by another as soon as a poll ends.
        this.lastTakenNanos = now - MIN_SPACING.toNanos();
        config.polled().forEach(peer -> pings.put(peer.nodeId(), PingData.UNKNOWN));
    }

    /** The id of this process. */
    public String boot() {
        return boot;
    }

    /** Whether nothing has been said yet, since a peer may still bring what we said last. */
    public synchronized boolean isWaitingForMemory() {
        return waitsForMemory;
    }

    /** Nothing more is to be waited for: the first entry is due. */
    public synchronized void begin() {
        if (waitsForMemory) {
            waitsForMemory = false;
            changed();
        }
    }

    /** Takes in what a monitor found. Of a peer that was removed meanwhile it is dropped. */
    public synchronized void update(String peerId, PingData ping) {
        PingData before = pings.replace(peerId, ping);
        if (before == null) {
            return;
        }
        boolean newlyToldOf = ping.isToldOf() && !before.isToldOf();
        if (newlyToldOf) {
            firstFailures.add(peerId);
        } else if (!ping.isToldOf()) {
            firstFailures.remove(peerId);
        }
        if (!ping.isOffline()) {
            offline.remove(peerId);
        } else if (!before.isOffline() && (before.isToldOf() || isNeverForgiven(peerId))) {
            offline.add(peerId);
        }
        if (before.status() != ping.status() || newlyToldOf) {
            changed();
        }
    }

    /** Takes in that a member calls us offline: the next entry answers it. */
    public synchronized void accused(String accuser) {
        accusers.add(accuser);
        changed();
    }

    /**
     * Goes on with a changed config.
     *
     * @param peers as for {@link #poll}
     */
    public synchronized void reconfigure(NetworkConfig changed, Collection<Member> peers) {
        boolean differs = !changed.digest().equals(config.digest());
        config = changed;
        intervalSeconds = intervalSeconds(changed);
        accusers.removeIf(id -> changed.member(id).isEmpty());
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
        firstFailures.retainAll(pings.keySet());
        offline.retainAll(pings.keySet());
    }

    /** From here on every entry says that we stop on purpose; one is due at once. */
    public synchronized void leave() {
        leaving = true;
        waitsForMemory = false;
        dueNanos = clock.monotonicNanos();
    }

    /** The monotonic time at which the next entry is due; it may move earlier when something changes. */
    public synchronized long dueNanos() {
        return dueNanos;
    }

    /** The next entry if it is due; it counts as said from here on. */
    public synchronized Optional<Said> takeIfDue() {
        long now = clock.monotonicNanos();
        if (dueNanos - now > 0) {
            return Optional.empty();
        }
        waitsForMemory = false;
        lastTakenNanos = now;
        dueNanos = now + Duration.ofSeconds(intervalSeconds).toNanos();
        Occasion occasion = new Occasion(accusers, firstFailures, offline);
        accusers.clear();
        firstFailures.clear();
        offline.clear();
        return Optional.of(new Said(
                new NodeData(
                                0,
                                pings,
                                config.nodeId(),
                                version,
                                config.networkId(),
                                intervalSeconds,
                                boot,
                                config.digest(),
                                leaving)
                        .verifyingWith(config.keysDigest()),
                occasion));
    }

    private boolean isNeverForgiven(String peerId) {
        return config.member(peerId).filter(member -> member.retry() == 0).isPresent();
    }

    private static int intervalSeconds(NetworkConfig config) {
        return Objects.requireNonNull(config.observers().cadenceSeconds().get(config.nodeId()), config.nodeId());
    }

    private void changed() {
        if (waitsForMemory) {
            return;
        }
        long earliest = lastTakenNanos + MIN_SPACING.toNanos();
        long now = clock.monotonicNanos();
        long due = earliest - now > 0 ? earliest : now;
        if (due - dueNanos < 0) {
            dueNanos = due;
        }
    }
}
