package io.distomon.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the last pass over each network ended. Safe for use by many threads. */
final class Failures {
    private final Map<ResourceID, Ended> last = new ConcurrentHashMap<>();

    /**
     * How a pass ended.
     *
     * @param isFailed whether something failed
     * @param trouble what; empty where nothing did, or where only that network is in the way of itself
     */
    private record Ended(boolean isFailed, Optional<String> trouble) {}

    /** @param failed what did, of the pass; nothing when it was carried out whole */
    void ended(ResourceID network, Collection<? extends Throwable> failed) {
        last.put(
                network,
                new Ended(
                        !failed.isEmpty(),
                        failed.stream()
                                .filter(failure -> !ApiErrors.isOfOneNetwork(failure))
                                .findFirst()
                                .map(ApiErrors::reason)));
    }

    /** Whether the last pass over a network failed, in whole or in part; not before there was one. */
    boolean isFailing(ResourceID network) {
        Ended ended = last.get(network);
        return ended != null && ended.isFailed();
    }

    /** Of a network that is no more nothing is told. */
    void forget(ResourceID network) {
        last.remove(network);
    }

    /** Why nothing works; empty as long as one network does, or there is none: one that fails alone says so itself. */
    Optional<String> trouble() {
        List<Optional<String>> all = last.values().stream().map(Ended::trouble).toList();
        return all.stream().allMatch(Optional::isPresent)
                ? all.stream().flatMap(Optional::stream).findFirst()
                : Optional.empty();
    }
}
