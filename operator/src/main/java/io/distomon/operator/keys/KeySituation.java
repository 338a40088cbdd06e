package io.distomon.operator.keys;

import io.distomon.core.crypto.Verifier;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the keys of one node that runs here depend on. It can be read anew at any time, so nothing is lost with the operator.
 *
 * @param nodeId the node
 * @param wanted the generation that the spec asks for; 0: none, as somebody gives the key
 * @param given the key that somebody gives; null when nobody does, or it can't be used now
 * @param secrets the keys that exist, by generation
 * @param mounted the generation that the node runs with: the one in its Deployment or its sidecar, or the last known when
 *     there is neither; null for a node that never had a key
 * @param signedWith the fingerprint of the key that the node signed its newest entry with; null while it is not heard
 */
public record KeySituation(
        String nodeId,
        int wanted,
        @Nullable Verifier given,
        NavigableMap<Integer, KeyReading.Held> secrets,
        @Nullable Integer mounted,
        @Nullable String signedWith) {
    public KeySituation {
        secrets = Collections.unmodifiableNavigableMap(new TreeMap<>(secrets));
    }

    /** The situation of a node whose Secrets were found in any order. */
    public static KeySituation of(
            String nodeId,
            int wanted,
            Iterable<KeyReading.Held> found,
            @Nullable Integer mounted,
            @Nullable String signedWith) {
        NavigableMap<Integer, KeyReading.Held> secrets = new TreeMap<>();
        found.forEach(key -> secrets.put(key.generation(), key));
        return new KeySituation(nodeId, wanted, null, secrets, mounted, signedWith);
    }

    /** The same when somebody gives the node's key. */
    public KeySituation with(Verifier key) {
        return new KeySituation(nodeId, 0, key, secrets, mounted, signedWith);
    }
}
