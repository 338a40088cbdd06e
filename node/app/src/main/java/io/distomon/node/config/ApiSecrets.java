package io.distomon.node.config;

import io.distomon.core.crypto.PasswordHash;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the API is protected with. Immutable; its text form holds no secret. */
public final class ApiSecrets {
    /** HS256 needs a key as long as its hash (RFC 7518 section 3.2), bytes. */
    public static final int MIN_JWT_KEY_BYTES = 32;

    /** The one user there is. */
    public static final String USERNAME = "admin";

    private final @Nullable PasswordHash password;
    private final byte[] jwtKey;

    /**
     * @param password the hash of the login's password; null: nobody can log in
     * @param jwtKey the HMAC key, at least {@value #MIN_JWT_KEY_BYTES} bytes
     */
    public ApiSecrets(@Nullable PasswordHash password, byte[] jwtKey) {
        if (jwtKey.length < MIN_JWT_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a JWT key of %s bytes, expected at least %s".formatted(jwtKey.length, MIN_JWT_KEY_BYTES));
        }
        this.password = password;
        this.jwtKey = jwtKey.clone();
    }

    /** Whether these are the user's name and password. Slow, and as slow for another name as for the right one. */
    public boolean matches(String username, String guess) {
        boolean passwordMatches = password != null && password.matches(guess);
        return passwordMatches && username.equals(USERNAME);
    }

    /** The HMAC key. For signing and verifying, never for output. */
    public byte[] jwtKey() {
        return jwtKey.clone();
    }

    /** Whether tokens that were made with those are good with these. */
    public boolean takesTokensOf(ApiSecrets those) {
        return MessageDigest.isEqual(jwtKey, those.jwtKey);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiSecrets that
                && Objects.equals(password, that.password)
                && MessageDigest.isEqual(jwtKey, that.jwtKey);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(password);
    }

    @Override
    public String toString() {
        return "ApiSecrets[…]";
    }
}
