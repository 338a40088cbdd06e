package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Standard base64 with padding (RFC 4648 section 4) of which each byte string has exactly one form. */
public final class CanonicalBase64 {
    private CanonicalBase64() {}

    /** The one form of {@code bytes}. */
    public static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Empty when {@code text} is not what {@link #encode} makes: the JDK's decoder forgives padding and spare bits. */
    public static Optional<byte[]> decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    }
}
