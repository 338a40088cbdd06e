package io.distomon.core.crypto;

/** The {@code Content-Digest} field of RFC 9530, with SHA-256 alone: of each body exactly one value. */
public final class ContentDigest {
    private ContentDigest() {}

    /** {@code sha-256=:<base64>:}. */
    public static String of(byte[] body) {
        return "sha-256=:" + CanonicalBase64.encode(Sha256.of(body)) + ":";
    }
}
