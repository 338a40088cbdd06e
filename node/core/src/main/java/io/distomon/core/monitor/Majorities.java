package io.distomon.core.monitor;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.Advance;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SharedStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is offline to most of those who poll it by the topology and are heard themselves, by the entries held. Kept up to
 * date by what changes in them, and not counted anew for each, as in a full mesh every entry says something of everybody.
 * Who is heard is looked at once a second. Not thread-safe.
 */
final class Majorities {
    /** After so many of its intervals without a word what somebody said counts no more. */
    private static final int SILENT_INTERVALS = 4;

    private static final double NANOS_IN_SECOND = 1e9;
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final SharedStore store;
    private final Map<String, NodeData> counted = new HashMap<>();
    private final Map<String, Words> words = new HashMap<>();
    private final Set<String> offline = new HashSet<>();
    private final NetworkConfig config;
    private final Map<String, Integer> cadenceSeconds;
    private final long usualNanos;
    private long lookedNanos;

    private static final class Words {
        int all;
        int offline;
    }

    /** Those of what the store holds. */
    Majorities(NetworkConfig config, SharedStore store, long nowNanos) {
        this.store = store;
        this.config = config;
        this.cadenceSeconds = config.observers().cadenceSeconds();
        this.usualNanos = config.usualPollRate().toNanos();
        this.lookedNanos = nowNanos;
        store.entries().forEach((id, held) -> count(id, held, nowNanos));
    }

    /** Takes in what a message has brought, and what we say ourselves. */
    void update(List<Advance> advances, long nowNanos) {
        advances.forEach(advance -> count(advance.signer(), nowNanos));
        count(config.nodeId(), nowNanos);
        if (nowNanos - lookedNanos >= LOOK_NANOS) {
            lookedNanos = nowNanos;
            List.copyOf(counted.keySet()).forEach(id -> count(id, nowNanos));
        }
    }

    /** Those of whom more than half of the words say so. */
    Set<String> offline() {
        return Set.copyOf(offline);
    }

    private void count(String observer, long nowNanos) {
        count(observer, store.entry(observer).orElse(null), nowNanos);
    }

    private void count(String observer, @Nullable HeldEntry held, long nowNanos) {
        NodeData said =
                held != null && isHeard(observer, held, nowNanos) ? held.entry().data() : null;
        NodeData before = said == null ? counted.remove(observer) : counted.put(observer, said);
        if (before == null || said == null || before.dateMicros() != said.dateMicros()) {
            add(observer, before, -1);
            add(observer, said, 1);
        }
    }

    private boolean isHeard(String observer, HeldEntry held, long nowNanos) {
        NodeData said = held.entry().data();
        double promised = said.intervalSeconds();
        Integer cadence = cadenceSeconds.get(observer);
        double seconds = cadence == null ? promised : Math.min(promised, cadence);
        double interval = Math.max(seconds * NANOS_IN_SECOND, (double) usualNanos);
        return !said.leaving() && nowNanos - held.seenNanos() <= SILENT_INTERVALS * interval;
    }

    private void add(String observer, @Nullable NodeData said, int times) {
        if (said == null) {
            return;
        }
        said.pingData().forEach((target, ping) -> {
            if (ping.status() != PingStatus.UNKNOWN && config.observers().polls(observer, target)) {
                Words of = words.computeIfAbsent(target, id -> new Words());
                of.all += times;
                of.offline += ping.status() == PingStatus.OFFLINE ? times : 0;
                if (2 * of.offline > of.all) {
                    offline.add(target);
                } else {
                    offline.remove(target);
                }
            }
        });
    }
}
