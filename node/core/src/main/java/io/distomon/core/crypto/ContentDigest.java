package io.distomon.core.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The {@code Content-Digest} field of RFC 9530, with SHA-256 alone: of each body exactly one value. */
public final class ContentDigest {
    private ContentDigest() {}

    /** {@code sha-256=:<base64>:}. */
    public static String of(byte[] body) {
        return field(Sha256.of(body));
    }

    private static String field(byte[] sha256) {
        return "sha-256=:" + CanonicalBase64.encode(sha256) + ":";
    }

    /** Of a body that passes by, and is not kept. For one thread at a time. */
    public static final class OfParts {
        private final MessageDigest sha256 = Sha256.begin();

        /** What comes next. */
        public void add(ByteBuffer part) {
            sha256.update(part);
        }

        /** The field's value, now that all of it has passed. */
        public String field() {
            return ContentDigest.field(sha256.digest());
        }
    }
}
