package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;

/**
 * What a password is compared with: its bcrypt hash, which takes about 0.1 s of one core to compute and tells nothing
 * else about it. Immutable; its text form hides it, as it can be guessed at.
 */
public final class PasswordHash {
    /** Which hashes {@link #parse} takes: slow enough to be of use, and not so slow that a login is an attack. */
    public static final String RULE = "a bcrypt hash ($2a$, $2b$ or $2y$) of cost 10 to 14";

    private static final Pattern LIKE_A_HASH = Pattern.compile("\\$2[aby]\\$.*", Pattern.DOTALL);
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$1[0-4]\\$[./A-Za-z0-9]{53}");
    private static final int COST = 10;
    private static final int SALT_BYTES = 16;

    private final String bcrypt;
    private final boolean ofDigest;

    private PasswordHash(String bcrypt, boolean ofDigest) {
        this.bcrypt = bcrypt;
        this.ofDigest = ofDigest;
    }

    /** Of a password of any length. Slow. */
    public static PasswordHash make(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(OpenBSDBCrypt.generate("2b", digest(password), salt, COST), true);
    }

    /** A hash that another program made, of the password's first 72 bytes as all do; empty when it breaks the rule. */
    public static Optional<PasswordHash> parse(String text) {
        return HASH.matcher(text).matches() ? Optional.of(new PasswordHash(text, false)) : Optional.empty();
    }

    /** Whether somebody who wrote this meant a hash, good or not, and no password. */
    public static boolean isLikeAHash(String text) {
        return LIKE_A_HASH.matcher(text).matches();
    }

    /** Whether it is this password's. Slow, and as slow for a wrong one. */
    public boolean matches(String password) {
        return OpenBSDBCrypt.checkPassword(
                bcrypt, ofDigest ? digest(password) : password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash that && bcrypt.equals(that.bcrypt) && ofDigest == that.ofDigest;
    }

    @Override
    public int hashCode() {
        return bcrypt.hashCode();
    }

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }

    /** bcrypt looks at 72 bytes and stops at a zero; in base64 there is none. */
    private static byte[] digest(String password) {
        return CanonicalBase64.encode(Sha256.of(password)).getBytes(StandardCharsets.US_ASCII);
    }
}
