package io.distomon.operator.mirror;

import java.util.Map;

/**
 * What the members say now, by node id; of those alone that are heard.
 *
 * @param configDigests the digest of the config that each runs with, where it tells one
 * @param keysDigests the digest of the ids and keys alone that each verifies with, where it tells one
 * @param signedWith the fingerprint of the key that each signed its newest entry with
 * @param misused whose key does not speak for one node alone, and how that shows
 */
public record MemberReports(
        Map<String, String> configDigests,
        Map<String, String> keysDigests,
        Map<String, String> signedWith,
        Map<String, Misuse> misused) {
    /** How it shows that a key does not speak for one node alone. */
    public enum Misuse {
        /** Entries of two processes come in turn: a copy of the key is at work. */
        TWO_PROCESSES,
        /** Two different entries have one date: there is proof of double talk. */
        TWO_ENTRIES
    }

    /** Nobody is heard, or nobody has listened yet. */
    public static final MemberReports NONE = new MemberReports(Map.of(), Map.of(), Map.of(), Map.of());

    public MemberReports {
        configDigests = Map.copyOf(configDigests);
        keysDigests = Map.copyOf(keysDigests);
        signedWith = Map.copyOf(signedWith);
        misused = Map.copyOf(misused);
    }

    /** What they say when no key is misused. */
    public MemberReports(
            Map<String, String> configDigests, Map<String, String> keysDigests, Map<String, String> signedWith) {
        this(configDigests, keysDigests, signedWith, Map.of());
    }

    /**
     * Whether a member verifies with these keys. Nodes that don't tell it of the keys alone, as those of versions before
     * don't, tell it by their whole config.
     *
     * @param keysDigest of the ids and keys
     * @param configDigest of the whole config
     */
    public boolean verifiesWith(String nodeId, String keysDigest, String configDigest) {
        String keys = keysDigests.get(nodeId);
        return keys == null ? configDigest.equals(configDigests.get(nodeId)) : keys.equals(keysDigest);
    }
}
