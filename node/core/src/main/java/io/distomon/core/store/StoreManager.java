package io.distomon.core.store;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The stores of a node, one for each of its networks. Safe for use by many threads. */
public final class StoreManager {
    private final Map<String, SharedStore> stores = new ConcurrentHashMap<>();

    /** The store of a network. */
    public Optional<SharedStore> get(String networkId) {
        return Optional.ofNullable(stores.get(networkId));
    }

    /** Adds a network's store; replaces the one it had. */
    public void add(SharedStore store) {
        stores.put(store.networkId(), store);
    }

    /** Forgets a network. */
    public void remove(String networkId) {
        stores.remove(networkId);
    }

    /** The networks, sorted. */
    public Set<String> networkIds() {
        return new TreeSet<>(stores.keySet());
    }
}
