package io.distomon.core.store;

import io.distomon.core.crypto.ContentDigest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last entries of each signer that were verified and gave way to a newer one. Peers that have not heard of the newer
 * one yet send them again; to verify costs most of what an exchange costs, so it is done once. Not thread-safe.
 */
final class Superseded {
    private static final int KEPT_PER_SIGNER = 8;

    private final Map<String, LinkedHashMap<String, Old>> bySigner = new HashMap<>();

    private record Old(String payloadDigest, long dateMicros) {}

    void add(SignedNodeData entry) {
        LinkedHashMap<String, Old> kept =
                bySigner.computeIfAbsent(entry.raw().sigId(), signer -> new LinkedHashMap<>());
        if (kept.size() == KEPT_PER_SIGNER) {
            kept.pollFirstEntry();
        }
        kept.put(
                entry.raw().signature(),
                new Old(digest(entry.raw()), entry.data().dateMicros()));
    }

    /** Whether {@code raw} was verified, and is older than {@code dateMicros}. */
    boolean isOlder(RawEntry raw, long dateMicros) {
        Map<String, Old> kept = bySigner.get(raw.sigId());
        Old old = kept == null ? null : kept.get(raw.signature());
        return old != null
                && old.dateMicros() < dateMicros
                && old.payloadDigest().equals(digest(raw));
    }

    /** Forgets all: other keys may judge otherwise. */
    void clear() {
        bySigner.clear();
    }

    private static String digest(RawEntry raw) {
        return ContentDigest.of(raw.payload().getBytes(StandardCharsets.UTF_8));
    }
}
