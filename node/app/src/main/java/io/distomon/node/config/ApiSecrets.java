package io.distomon.node.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the API is protected with. Immutable; its text form holds no secret. */
public final class ApiSecrets {
    /** HS256 needs a key as long as its hash (RFC 7518 section 3.2), bytes. */
    public static final int MIN_JWT_KEY_BYTES = 32;

    /** The one user there is. */
    public static final String USERNAME = "admin";

    private final byte @Nullable [] passwordDigest;
    private final byte[] jwtKey;

    /**
     * @param password the login's password; null: nobody can log in
     * @param jwtKey the HMAC key, at least {@value #MIN_JWT_KEY_BYTES} bytes
     */
    public ApiSecrets(@Nullable String password, byte[] jwtKey) {
        if (jwtKey.length < MIN_JWT_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a JWT key of %d bytes, expected at least %d".formatted(jwtKey.length, MIN_JWT_KEY_BYTES));
        }
        this.passwordDigest = password == null ? null : sha256(password);
        this.jwtKey = jwtKey.clone();
    }

    /** Whether these are the user's name and password. Takes as long for a wrong guess as for a nearly right one. */
    public boolean matches(String username, String password) {
        boolean nameMatches = MessageDigest.isEqual(sha256(USERNAME), sha256(username));
        boolean passwordMatches = MessageDigest.isEqual(passwordDigest, sha256(password));
        return passwordDigest != null && nameMatches && passwordMatches;
    }

    /** The HMAC key. For signing and verifying, never for output. */
    public byte[] jwtKey() {
        return jwtKey.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiSecrets that
                && MessageDigest.isEqual(passwordDigest, that.passwordDigest)
                && MessageDigest.isEqual(jwtKey, that.jwtKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(passwordDigest);
    }

    @Override
    public String toString() {
        return "ApiSecrets[…]";
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
