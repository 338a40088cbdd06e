package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), 32 bytes. */
public final class Sha256 {
    /** Never used itself: a copy is made faster than a provider is looked for. */
    private static final MessageDigest BEGUN = begun();

    private Sha256() {}

    public static byte[] of(byte[] bytes) {
        return begin().digest(bytes);
    }

    /** Of the text's UTF-8. */
    public static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As lower-case hex, 64 digits. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(of(bytes));
    }

    /** Likewise, of the text's UTF-8. */
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text));
    }

    /** For many, one after the other, by one thread. */
    public static MessageDigest begin() {
        try {
            return (MessageDigest) BEGUN.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("that of the JDK can be copied", e);
        }
    }

    private static MessageDigest begun() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
