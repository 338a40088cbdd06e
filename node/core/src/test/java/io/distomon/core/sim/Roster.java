package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One version of the network's config files, the same for all nodes. Immutable. */
record Roster(Map<String, Member> members, Map<String, List<Verifier>> keys, Topology topology, Thresholds thresholds) {
    static final String NETWORK = "lab";

    Roster {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
        keys = Collections.unmodifiableMap(new TreeMap<>(keys));
    }

    /** One without thresholds. */
    Roster(Map<String, Member> members, Map<String, List<Verifier>> keys, Topology topology) {
        this(members, keys, topology, Thresholds.NONE);
    }

    /** What {@code nodeId} makes of the files. */
    NetworkConfig of(String nodeId) {
        return NetworkConfig.of(
                NETWORK, nodeId, List.copyOf(members.values()), keyMapping(), topology, thresholds, List.of());
    }

    KeyMapping keyMapping() {
        return new KeyMapping(keys);
    }

    /** Who polls whom, but for stand-ins. */
    Observers observers() {
        return topology.observers(NETWORK, members.values());
    }

    Member member(String id) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException(id + " is no member");
        }
        return member;
    }

    boolean isPolled(String id) {
        return member(id).url() != null;
    }

    Roster with(Member changed) {
        Map<String, Member> next = new TreeMap<>(members);
        next.put(changed.nodeId(), changed);
        return new Roster(next, keys, topology, thresholds);
    }

    Roster with(String id, List<Verifier> changed) {
        Map<String, List<Verifier>> next = new TreeMap<>(keys);
        next.put(id, changed);
        return new Roster(members, next, topology, thresholds);
    }

    Roster without(String id) {
        Map<String, Member> less = new TreeMap<>(members);
        Map<String, List<Verifier>> known = new TreeMap<>(keys);
        less.remove(id);
        known.remove(id);
        return new Roster(less, known, topology, thresholds);
    }

    /** The longest time between two polls of anybody. */
    long roundNanos() {
        return members.values().stream()
                .map(Member::pollRate)
                .max(Duration::compareTo)
                .orElseThrow()
                .toNanos();
    }

    /** One failure more than this, of anybody, is always offline. */
    int mostRetries() {
        return members.values().stream().mapToInt(Member::retry).max().orElseThrow();
    }
}
