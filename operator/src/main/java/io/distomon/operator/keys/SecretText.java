package io.distomon.operator.keys;

import io.distomon.core.config.NetworkFile;
import io.fabric8.kubernetes.api.model.Secret;
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
     * @param message a sentence that names the Secret and the entry, never what is in it, nor how long that is
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

    /** What nodes make of an entry, when it is a file. */
    static SecretText of(NetworkFile file, Secret secret, String key) {
        return switch (file) {
            case NetworkFile.Text(String text) -> new Usable(new io.distomon.core.config.Secret(text));
            case NetworkFile.Fault(String found, String expected) ->
                new Unusable(place(secret, key) + "found %s, expected %s".formatted(found, expected));
        };
    }

    /**
     * Reads one entry of a Secret, by the nodes' rules for a file: UTF-8, no pointer of Git LFS, and byte order marks before it
     * count for nothing; not blank, at most {@value #MAX_CHARS} characters.
     */
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
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new Unusable(place + "found no base64, expected UTF-8 text");
        }
        NetworkFile file = NetworkFile.of(bytes);
        return file instanceof NetworkFile.Text(String text) && (text.isBlank() || text.length() > maxChars)
                ? new Unusable(place
                        + "found %s, expected 1 to %s characters"
                                .formatted(text.isBlank() ? "nothing" : "a longer text", maxChars))
                : of(file, secret, key);
    }
}
