package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.StoreChanges;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a network's store means now, folded once for every change of what that rests on, however many ask. Safe for use by
 * many threads: those who ask at once wait for one fold.
 */
final class LatestView {
    /** A new config counts beside the one before for a while, which no view tells the end of. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final NetworkExchange exchange;
    private final Clock clock;

    // Guarded by this.
    private @Nullable Folded folded;

    private record Folded(String cursor, NetworkConfig config, ViewInput input, NetworkView view) {
        boolean isStill(NetworkConfig now, StoreChanges since, long nowNanos) {
            long age = nowNanos - input.nowNanos();
            return config.equals(now)
                    && since.entries().isEmpty()
                    && !since.complete()
                    && age <= Math.min(view.staysNanos(), LONGEST.toNanos());
        }
    }

    LatestView(NetworkExchange exchange, Clock clock) {
        this.exchange = exchange;
        this.clock = clock;
    }

    /** The view of this moment and what it rests on. */
    synchronized Asked ask() {
        SharedStore store = exchange.store();
        NetworkConfig config = exchange.config();
        Moment now = Moment.now(clock);
        Folded before = folded;
        if (before == null || !before.isStill(config, store.changesAfter(before.cursor()), now.monotonicNanos())) {
            StoreChanges all = store.changesAfter(null);
            ViewInput input = ViewInput.ofMember(config, exchange.cadences(), all.entries(), now.monotonicNanos());
            before = new Folded(all.cursor(), config, input, NetworkView.of(input));
            folded = before;
        }
        return new Asked(before.view(), store.equivocations(), before.input().at(now.monotonicNanos()), now, config);
    }
}
