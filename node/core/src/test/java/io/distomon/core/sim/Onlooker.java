package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Who belongs to no side: it asks all nodes that run for what they hold, as the operator does. For one thread. */
final class Onlooker {
    private static final long MONOTONIC_BASE = 77 * Events.SECOND;

    private final World world;
    private final SimClock clock;
    private final SharedStore store;
    private final Duration round;
    private final Set<String> unreached = new TreeSet<>();

    /** @param round how often it asks */
    Onlooker(World world, Duration round) {
        this.world = world;
        this.round = round;
        this.clock = new SimClock(world.events(), MONOTONIC_BASE);
        this.store = new SharedStore(Roster.NETWORK, null, world.roster().keyMapping(), clock);
    }

    void asks() {
        store.rekey(world.roster().keyMapping());
        unreached.clear();
        for (SimNode node : world.nodes()) {
            if (node.isRunning() && !node.isFrozen()) {
                store.merge(RawEntries.of(node.process().orElseThrow().store().entries().values().stream()
                        .map(held -> held.entry())
                        .toList()));
            } else {
                unreached.add(node.id());
            }
        }
    }

    NetworkView view() {
        NetworkConfig config = world.roster().of(world.nodes().getFirst().id());
        return NetworkView.of(new ViewInput(
                Roster.NETWORK,
                config.members(),
                config.observers(),
                config.observers().cadenceSeconds(),
                store.entries(),
                null,
                round,
                unreached,
                clock.monotonicNanos()));
    }
}
