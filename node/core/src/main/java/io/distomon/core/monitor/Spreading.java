package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.exchange.Allowance;
import io.distomon.core.store.Advance;
import io.distomon.core.store.SharedStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * M8 of exchange.md, Monitors: once most of those who watch a node say that it is offline, who does not know it yet hears
 * of it fastest when everybody who hears of it tells a few. Safe for use by many threads.
 */
final class Spreading {
    /** In proportion to what a node sends anyway, which the poll rate decides. */
    private static final double IN_POLL_INTERVAL = 10;

    private static final int IN_A_ROW = 4;
    private static final double NANOS_IN_SECOND = 1e9;

    private final SharedStore store;
    private final Clock clock;

    // Guarded by this, both.
    private final Set<String> told = new HashSet<>();
    private @Nullable Counting counting;

    /** What holds for as long as a config does. */
    private record Counting(String configDigest, Majorities majorities, Allowance allowance) {
        static Counting of(NetworkConfig config, SharedStore store, long nowNanos) {
            double aSecond =
                    IN_POLL_INTERVAL * NANOS_IN_SECOND / config.usualPollRate().toNanos();
            return new Counting(
                    config.digest(), new Majorities(config, store, nowNanos), new Allowance(aSecond, IN_A_ROW, 1));
        }
    }

    Spreading(SharedStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Takes in what a message has brought.
     *
     * @return whether a few are to be told now; what there is no allowance for is due with a later message
     */
    synchronized boolean isDue(NetworkConfig config, List<Advance> advances) {
        long now = clock.monotonicNanos();
        Counting current = counting;
        if (current == null || !current.configDigest().equals(config.digest())) {
            current = Counting.of(config, store, now);
            counting = current;
        }
        current.majorities().update(advances, now);
        Set<String> offline = current.majorities().offline();
        told.retainAll(offline);
        if (told.containsAll(offline) || current.allowance().isUsedUp(now)) {
            return false;
        }
        current.allowance().use(1, now);
        told.addAll(offline);
        return true;
    }
}
