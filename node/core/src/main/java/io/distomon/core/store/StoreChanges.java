package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a store held after a moment.
 *
 * @param cursor names the present moment of this store, to ask from next time; opaque, of A-Z a-z 0-9 and -
 * @param complete whether {@code entries} are all that is held: an entry that is not among them is gone
 * @param entries the entries that changed, by node id
 */
public record StoreChanges(String cursor, boolean complete, Map<String, HeldEntry> entries) {
    public StoreChanges {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
}
