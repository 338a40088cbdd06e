package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.Observers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Whom this node polls at the moment: those that the topology gives it, and for a while those whose state is in question
 * and for whom it stands in. Safe for use by many threads: all state is guarded by its own lock.
 */
public final class Watchlist {
    /** How many look besides when a node's state is in question. */
    static final int STAND_INS = 4;

    /** How long they go on after it no longer is. */
    static final Duration KEPT = Duration.ofMinutes(5);

    /** When so many are in question, it is no single link, and more observers would not tell more. */
    static final int MAX_IN_QUESTION = 64;

    private final Clock clock;

    // Guarded by this, all of these.
    private final Map<String, Long> standsInUntilNanos = new HashMap<>();
    private NetworkConfig config;
    private Observers observers;

    public Watchlist(NetworkConfig config, Clock clock) {
        this.clock = clock;
        this.config = config;
        this.observers = config.observers();
    }

    /** Goes on with a changed config. */
    public synchronized void reconfigure(NetworkConfig changed) {
        config = changed;
        observers = changed.observers();
        standsInUntilNanos
                .keySet()
                .removeIf(id -> observers.areAll() || changed.member(id).isEmpty());
    }

    /** Whom to poll, each once. */
    public synchronized List<Member> targets() {
        List<Member> targets = new ArrayList<>(config.polled());
        standsInUntilNanos.keySet().stream()
                .sorted()
                .map(config::member)
                .flatMap(Optional::stream)
                .filter(member -> member.url() != null && !targets.contains(member))
                .forEach(targets::add);
        return targets;
    }

    /**
     * Takes in whose state is in question now.
     *
     * @param inQuestion finds their ids; not asked when everybody polls everybody anyway
     * @return whether {@link #targets} changed
     */
    public synchronized boolean standIn(Supplier<Set<String>> inQuestion) {
        if (observers.areAll()) {
            return false;
        }
        List<Member> before = targets();
        long now = clock.monotonicNanos();
        standsInUntilNanos.values().removeIf(until -> until - now <= 0);
        Set<String> ids = inQuestion.get();
        if (ids.size() <= MAX_IN_QUESTION) {
            for (String id : ids) {
                if (observers
                        .standIns(id, other -> !ids.contains(other), STAND_INS)
                        .contains(config.nodeId())) {
                    standsInUntilNanos.put(id, now + KEPT.toNanos());
                }
            }
        }
        return !targets().equals(before);
    }
}
