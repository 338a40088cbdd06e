package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whom this node polls at the moment: those that the topology gives it, and for a while those whose state is in question
 * and for whom it stands in. Safe for use by many threads: all state is guarded by its own lock.
 */
public final class Watchlist {
    /** How many look besides when a node's state is in question. */
    static final int STAND_INS = 4;

    /** How long they go on after it no longer is, or after somebody who should sees it again. */
    static final Duration KEPT = Duration.ofMinutes(5);

    /** When so many are in question, it is no single link, and more observers would not tell more. */
    static final int MAX_IN_QUESTION = 64;

    private final Clock clock;

    // Guarded by this, all of these.
    private final Map<String, Long> standsInUntilNanos = new HashMap<>();
    private NetworkConfig config;
    private Observers observers;

    /**
     * Who needs to be looked at by others than those who poll it anyway.
     *
     * @param inQuestion whose state is in question: the nearest that are not begin to stand in
     * @param leftToStandIns of whom nothing would be known without those who stand in now: they go on, or it would be in
     *     question again
     */
    public record Needs(Set<String> inQuestion, Set<String> leftToStandIns) {
        public Needs {
            inQuestion = Set.copyOf(inQuestion);
            leftToStandIns = Set.copyOf(leftToStandIns);
        }
    }

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
     * @param needs says who needs to be looked at, knowing who polls whom without stand-ins; not asked when everybody
     *     polls everybody anyway
     * @return whether {@link #targets} changed
     */
    public synchronized boolean standIn(Function<Observers, Needs> needs) {
        if (observers.areAll()) {
            return false;
        }
        List<Member> before = targets();
        long now = clock.monotonicNanos();
        Needs needed = needs.apply(observers);
        standsInUntilNanos.replaceAll(
                (id, until) -> needed.leftToStandIns().contains(id) ? now + KEPT.toNanos() : until);
        standsInUntilNanos.values().removeIf(until -> until - now <= 0);
        Set<String> ids = needed.inQuestion();
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
