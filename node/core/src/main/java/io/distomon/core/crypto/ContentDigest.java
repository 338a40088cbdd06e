package io.distomon.core.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The {@code Content-Digest} field of RFC 9530, with SHA-256 alone: of each body exactly one value. */
public final class ContentDigest {
    private ContentDigest() {}

    /** {@code sha-256=:<base64>:}. */
    public static String of(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return "sha-256=:" + CanonicalBase64.encode(digest) + ":";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
