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

    /** In a network of so many something is new all the time, and to fold it takes tens of milliseconds of a core. */
    private static final int LARGE = 250;

    /** For so long for each of its members a view of a large network suffices whoever follows it. */
    private static final Duration FOLLOWED_PER_MEMBER = Duration.ofMillis(4);

    private final NetworkExchange exchange;
    private final Clock clock;

    // Guarded by this.
    private @Nullable Folded folded;

    private record Folded(String cursor, NetworkConfig config, ViewInput input, NetworkView view) {
        boolean suffices(NetworkConfig now, SharedStore store, long nowNanos, Duration evenIfNew) {
            long age = nowNanos - input.nowNanos();
            return config.equals(now)
                    && age >= 0
                    && age <= Math.min(view.staysNanos(), LONGEST.toNanos())
                    && (age < evenIfNew.toNanos() || isAllOf(store));
        }

        private boolean isAllOf(SharedStore store) {
            StoreChanges since = store.changesAfter(cursor);
            return since.entries().isEmpty() && !since.complete();
        }
    }

    LatestView(NetworkExchange exchange, Clock clock) {
        this.exchange = exchange;
        this.clock = clock;
    }

    /** The view of this moment and what it rests on. */
    Asked ask() {
        return ask(Duration.ZERO);
    }

    /**
     * Likewise, for who looks again and again at what happens: in a large network perhaps that of some seconds ago, the same
     * for all who do.
     */
    Asked follow() {
        int members = exchange.config().members().size();
        return ask(members < LARGE ? Duration.ZERO : FOLLOWED_PER_MEMBER.multipliedBy(members));
    }

    private synchronized Asked ask(Duration evenIfNew) {
        SharedStore store = exchange.store();
        NetworkConfig config = exchange.config();
        Moment now = Moment.now(clock);
        Folded before = folded;
        if (before == null || !before.suffices(config, store, now.monotonicNanos(), evenIfNew)) {
            StoreChanges all = store.changesAfter(null);
            ViewInput input = ViewInput.ofMember(config, exchange.cadences(), all.entries(), now.monotonicNanos());
            before = new Folded(all.cursor(), config, input, NetworkView.of(input));
            folded = before;
        }
        return new Asked(before.view(), store.equivocations(), before.input().at(now.monotonicNanos()), now, config);
    }
}
