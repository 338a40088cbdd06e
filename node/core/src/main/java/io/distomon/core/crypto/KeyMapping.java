package io.distomon.core.crypto;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys each member of a network signs with. Several keys of one member are valid at the same time while it
 * rotates. Immutable.
 *
 * @param keys node id to its valid keys; a member whose key is not known yet has an empty list
 */
public record KeyMapping(Map<String, List<Verifier>> keys) {
    public KeyMapping {
        Map<String, List<Verifier>> copy = new LinkedHashMap<>();
        keys.forEach((nodeId, verifiers) -> copy.put(nodeId, List.copyOf(verifiers)));
        keys = Collections.unmodifiableMap(copy);
    }

    /** Whether {@code nodeId} is a member, with or without a key. */
    public boolean contains(String nodeId) {
        return keys.containsKey(nodeId);
    }

    /** The valid keys of {@code nodeId}; empty when it is no member or has none yet. */
    public List<Verifier> of(String nodeId) {
        return keys.getOrDefault(nodeId, List.of());
    }

    /** The key of {@code nodeId} with this fingerprint. */
    public Optional<Verifier> find(String nodeId, String fingerprint) {
        return of(nodeId).stream()
                .filter(key -> key.fingerprint().equals(fingerprint))
                .findFirst();
    }

    /** Whether any valid key of {@code nodeId} made {@code signature} over {@code message}. */
    public boolean verify(String nodeId, byte[] message, byte[] signature) {
        return of(nodeId).stream().anyMatch(key -> key.verify(message, signature));
    }
}
