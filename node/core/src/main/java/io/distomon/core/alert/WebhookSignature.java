package io.distomon.core.alert;

import io.distomon.core.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** By which a receiver knows that a message is from somebody who has its key, and from when. */
public final class WebhookSignature {
    /** The header that it stands in. */
    public static final String HEADER = "Distomon-Signature";

    private static final String HMAC = "HmacSHA256";

    private WebhookSignature() {}

    /**
     * {@code t=<seconds since the epoch>,v1=<hex of HMAC-SHA256 over t, a dot and the body>}.
     *
     * @param key its UTF-8 is the HMAC's key
     */
    public static String of(Secret key, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), HMAC));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "t=%s,v1=%s".formatted(seconds, HexFormat.of().formatHex(mac.doFinal(body)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HMAC-SHA256", e);
        }
    }
}
