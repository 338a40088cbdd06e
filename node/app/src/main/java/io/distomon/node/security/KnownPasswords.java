package io.distomon.node.security;

import io.distomon.node.config.ApiSecrets;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Recognises what was compared before, at next to no cost: by digests under a key of this process, which is another one as
 * soon as the secrets are others. Safe for use by many threads.
 */
final class KnownPasswords {
    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecureRandom random;

    // Guarded by this, all.
    private final byte[] key = new byte[KEY_BYTES];
    private @Nullable ApiSecrets secrets;
    private @Nullable String right;

    KnownPasswords(SecureRandom random) {
        this.random = random;
    }

    /** Of a name and a password, the same as long as the secrets are. */
    synchronized String digest(ApiSecrets current, String username, String password) {
        if (!current.equals(secrets)) {
            secrets = current;
            right = null;
            random.nextBytes(key);
        }
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((username + "\0" + password).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** That is the right one, as far as is known. */
    synchronized boolean isRight(String digest) {
        return digest.equals(right);
    }

    /** A comparison has shown it to be right. */
    synchronized void right(String digest) {
        right = digest;
    }
}
