package io.distomon.core.monitor;

import java.util.Set;

/**
 * Why an entry is published out of turn, which says to whom it is brought (exchange.md, Monitors, M7). Immutable.
 *
 * @param accusers who newly calls us offline: this answers them
 * @param firstFailures who is newly told of: a poll has failed
 * @param offline who was told of, and is offline now
 */
public record Occasion(Set<String> accusers, Set<String> firstFailures, Set<String> offline) {
    /** Nothing that others wait for. */
    public static final Occasion NONE = new Occasion(Set.of(), Set.of(), Set.of());

    public Occasion {
        accusers = Set.copyOf(accusers);
        firstFailures = Set.copyOf(firstFailures);
        offline = Set.copyOf(offline);
    }
}
