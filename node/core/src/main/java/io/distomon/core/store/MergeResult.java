package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What became of a batch of entries. Those named in neither were not newer than what is held.
 *
 * @param taken whose entries are held now; our own id means that peers knew a newer entry of ours than we did
 * @param refused whose entries were not, and why; the keys are what the sender wrote
 */
public record MergeResult(Set<String> taken, Map<String, EntryRefusal> refused) {
    public MergeResult {
        taken = Collections.unmodifiableSet(new LinkedHashSet<>(taken));
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }
}
