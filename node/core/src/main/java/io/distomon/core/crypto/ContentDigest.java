package io.distomon.core.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** The {@code Content-Digest} field of RFC 9530, with SHA-256 alone: of each body exactly one value. */
public final class ContentDigest {
    private static final int PART_BYTES = 8192;

    private ContentDigest() {}

    /** {@code sha-256=:<base64>:}. */
    public static String of(byte[] body) {
        return field(Sha256.of(body));
    }

    /** Of a body that is read to its end meanwhile, and not kept. */
    public static String of(InputStream body) throws IOException {
        MessageDigest sha256 = Sha256.begin();
        byte[] part = new byte[PART_BYTES];
        for (int length = body.read(part); length >= 0; length = body.read(part)) {
            sha256.update(part, 0, length);
        }
        return field(sha256.digest());
    }

    private static String field(byte[] sha256) {
        return "sha-256=:" + CanonicalBase64.encode(sha256) + ":";
    }
}
