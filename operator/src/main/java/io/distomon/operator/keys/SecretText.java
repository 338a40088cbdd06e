package io.distomon.operator.keys;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** One text in a Secret. */
public sealed interface SecretText {
    /** The type of Secrets with any content. */
    String TYPE = "Opaque";

    /** The most that a text may have. */
    int MAX_CHARS = 4096;

    /** The most that a text of many keys or certificates may have. */
    int MAX_LIST_CHARS = 65_536;

    /** The text. */
    record Usable(io.distomon.core.config.Secret value) implements SecretText {}

    /**
     * There is none to use.
     *
     * @param message a sentence that names the Secret and the entry, never what is in it
     */
    record Unusable(String message) implements SecretText {}

    /** What a Secret's {@code data} is for one text. */
    static Map<String, String> data(String key, String text) {
        return Map.of(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** How a sentence about an entry begins. */
    static String place(Secret secret, String key) {
        return "Secret %s/%s: %s: "
                .formatted(
                        secret.getMetadata().getNamespace(),
                        secret.getMetadata().getName(),
                        key);
    }

    /** Reads one entry of a Secret: UTF-8, not empty, at most {@value #MAX_CHARS} characters. */
    static SecretText read(Secret secret, String key) {
        return read(secret, key, MAX_CHARS);
    }

    /** Likewise, with another bound. */
    static SecretText read(Secret secret, String key, int maxChars) {
        Map<String, String> data = secret.getData();
        String base64 = data == null ? null : data.get(key);
        String place = place(secret, key);
        if (base64 == null) {
            return new Unusable(place + "found nothing, expected a text");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString();
            return text.isBlank() || text.length() > maxChars
                    ? new Unusable(place + "found %s characters, expected 1 to %s".formatted(text.length(), maxChars))
                    : new Usable(new io.distomon.core.config.Secret(text));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return new Unusable(place + "found bytes that are no text, expected UTF-8");
        }
    }
}
