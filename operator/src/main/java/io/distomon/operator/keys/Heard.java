package io.distomon.operator.keys;

import java.util.Map;

/**
 * What the members say now, by node id; of those alone that are heard.
 *
 * @param configDigests the digest of the config that each runs with, where it tells one
 * @param signedWith the fingerprint of the key that each signed its newest entry with
 */
public record Heard(Map<String, String> configDigests, Map<String, String> signedWith) {
    /** Nobody is heard, or nobody has listened yet. */
    public static final Heard NOBODY = new Heard(Map.of(), Map.of());

    public Heard {
        configDigests = Map.copyOf(configDigests);
        signedWith = Map.copyOf(signedWith);
    }
}
