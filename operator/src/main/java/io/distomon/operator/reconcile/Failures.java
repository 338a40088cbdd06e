package io.distomon.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the last reconciliation of each network ended. Safe for use by many threads. */
final class Failures {
    /** Why it failed; empty where it didn't. */
    private final Map<ResourceID, Optional<String>> last = new ConcurrentHashMap<>();

    void none(ResourceID network) {
        last.put(network, Optional.empty());
    }

    void failed(ResourceID network, String reason) {
        last.put(network, Optional.of(reason));
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
