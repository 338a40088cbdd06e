package io.distomon.operator.status;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far the nodes are with what the spec wants them to run; the ids of those that it concerns.
 *
 * @param waiting those that still run what an earlier spec wanted, and are restarted later
 * @param waitedFor those that have to be back at work first
 * @param passedOver those that are not at work, and are not waited for
 */
public record RolloutProgress(Set<String> waiting, Set<String> waitedFor, Set<String> passedOver) {
    /** Nothing is on its way, or nothing may be changed. */
    public static final RolloutProgress NONE = new RolloutProgress(Set.of(), Set.of(), Set.of());

    public RolloutProgress {
        waiting = Set.copyOf(waiting);
        waitedFor = Set.copyOf(waitedFor);
        passedOver = Set.copyOf(passedOver);
    }

    /** Both. */
    public RolloutProgress and(RolloutProgress other) {
        return new RolloutProgress(
                union(waiting, other.waiting), union(waitedFor, other.waitedFor), union(passedOver, other.passedOver));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.of(one, other).flatMap(Set::stream).collect(Collectors.toSet());
    }
}
