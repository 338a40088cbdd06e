package io.distomon.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the last pass over each network ended. Safe for use by many threads. */
final class Failures {
    /** Why it failed; empty where it didn't, or where only that network is in the way of itself. */
    private final Map<ResourceID, Optional<String>> last = new ConcurrentHashMap<>();

    /** @param failed what did, of the pass; nothing when it was carried out whole */
    void ended(ResourceID network, Collection<? extends Throwable> failed) {
        last.put(
                network,
                failed.stream()
                        .filter(failure -> !ApiErrors.isOfOneNetwork(failure))
                        .findFirst()
                        .map(ApiErrors::reason));
    }

    /** Of a network that is no more nothing is told. */
    void forget(ResourceID network) {
        last.remove(network);
    }

    /** Why nothing works; empty as long as one network does, or there is none: one that fails alone says so itself. */
    Optional<String> trouble() {
        List<Optional<String>> all = List.copyOf(last.values());
        return all.stream().allMatch(Optional::isPresent)
                ? all.stream().flatMap(Optional::stream).findFirst()
                : Optional.empty();
    }
}
