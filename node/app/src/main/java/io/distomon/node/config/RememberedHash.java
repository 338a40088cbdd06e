package io.distomon.node.config;

import io.distomon.core.config.Secret;
import io.distomon.core.crypto.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The hash of the password that the config had last, so that it is computed once and not at every look. The password
 * itself is not kept: whether it is the same is seen by a digest under a key of this process. Used by one thread at a
 * time.
 */
final class RememberedHash {
    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecureRandom random;
    private final Mac mac;
    private byte[] lastDigest = {};
    private @Nullable PasswordHash last;

    RememberedHash(SecureRandom random) {
        this.random = random;
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** The hash of what the config says: a password, or a hash already. The same one as long as it says the same. */
    PasswordHash of(Secret configured) {
        byte[] digest = mac.doFinal(configured.reveal().getBytes(StandardCharsets.UTF_8));
        if (last == null || !MessageDigest.isEqual(lastDigest, digest)) {
            last = PasswordHash.parse(configured.reveal())
                    .orElseGet(() -> PasswordHash.make(configured.reveal(), random));
            lastDigest = digest;
        }
        return last;
    }
}
