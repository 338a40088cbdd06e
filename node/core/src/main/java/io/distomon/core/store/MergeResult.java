package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of a batch of entries. Those named in neither were not newer than what is held.
 *
 * @param advances the entries that are held now; one of our own means that peers knew a newer entry of ours than we did
 * @param refused whose entries were not, and why; the keys are what the sender wrote
 */
public record MergeResult(List<Advance> advances, Map<String, EntryRefusal> refused) {
    /** Nothing came. */
    public static final MergeResult NOTHING = new MergeResult(List.of(), Map.of());

    public MergeResult {
        advances = List.copyOf(advances);
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }

    /** Whose entries are held now. */
    public Set<String> taken() {
        return advances.stream().map(Advance::signer).collect(Collectors.toUnmodifiableSet());
    }
}
