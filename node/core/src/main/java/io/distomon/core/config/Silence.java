package io.distomon.core.config;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nobody is told of some alerts: a maintenance window, when it is still to come.
 *
 * @param networks the names in {@code nodeconf.yml} of the networks that it is of; empty: all
 * @param nodes the ids of the nodes that it is of; empty: of all that may be said of a network
 * @param from since when; null: since ever
 * @param until until when
 * @param reason why, for those who read the log; null when it does not say
 */
public record Silence(
        List<String> networks,
        List<String> nodes,
        @Nullable Instant from,
        Instant until,
        @Nullable String reason) {
    public Silence {
        networks = List.copyOf(networks);
        nodes = List.copyOf(nodes);
    }

    /** Whether it is of a network, by its name in {@code nodeconf.yml}. */
    public boolean isOf(String network) {
        return networks.isEmpty() || networks.contains(network);
    }

    /** Whether it holds at a moment. */
    public boolean holdsAt(Instant now) {
        return (from == null || !now.isBefore(from)) && now.isBefore(until);
    }
}
