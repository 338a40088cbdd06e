package io.distomon.core.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere that is told of alerts.
 *
 * @param name what it is called in logs and metrics, since its URL is a secret
 * @param url where it is told: http or https; of {@link Type#ALERTMANAGER} the address that its API is below
 * @param signingKey what messages are signed with; null where they are not
 * @param networks the names in {@code nodeconf.yml} of the networks that it is told of; empty: of all
 */
public record AlertReceiver(
        String name, Type type, Secret url, @Nullable Secret signingKey, List<String> networks) {
    /** What is expected of a URL, in words. */
    static final String URL_RULE =
            "an http or https URL in ASCII, such as https://hooks.example.com/T0/B0, without user" + " and fragment";

    /** Why a text is no URL. */
    static final NetworkFile.Fault NO_URL = new NetworkFile.Fault("a text that doesn't fit", URL_RULE);

    /** What a signature is worth something with. */
    private static final int MIN_KEY_CHARS = 16;

    /** Why a text is nothing to sign with. */
    static final NetworkFile.Fault NO_KEY =
            new NetworkFile.Fault("a shorter text", "at least %s characters".formatted(MIN_KEY_CHARS));

    private static final int MAX_URL_CHARS = 2048;
    private static final int MAX_PORT = 65_535;

    /** What a receiver understands. */
    public enum Type {
        /** JSON of our own, signed if there is a key. */
        WEBHOOK,
        /** An incoming webhook of Slack. */
        SLACK,
        /** A webhook of Discord. */
        DISCORD,
        /** Alertmanager's API, version 2. */
        ALERTMANAGER;

        /** The form in files and metrics, in lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Type> of(String word) {
            return Arrays.stream(values())
                    .filter(type -> type.word().equals(word))
                    .findFirst();
        }

        static String rule() {
            return Arrays.stream(values()).map(Type::word).collect(Collectors.joining(", "));
        }
    }

    public AlertReceiver {
        networks = List.copyOf(networks);
    }

    /** Whether it is told of a network, by its name in {@code nodeconf.yml}. */
    public boolean isToldOf(String network) {
        return networks.isEmpty() || networks.contains(network);
    }

    /** What a node takes for the URL of a receiver when a file has these bytes, or why it takes nothing. */
    public static NetworkFile urlIn(byte[] file) {
        return in(file, AlertReceiver::isUrl, NO_URL);
    }

    /** What a node signs with when a file has these bytes, or why it signs with nothing. */
    public static NetworkFile signingKeyIn(byte[] file) {
        return in(file, AlertReceiver::isSigningKey, NO_KEY);
    }

    private static NetworkFile in(byte[] file, Predicate<String> fits, NetworkFile.Fault otherwise) {
        NetworkFile read = SecretFile.of(file);
        return read instanceof NetworkFile.Text(String text) && !fits.test(text) ? otherwise : read;
    }

    /** Whether a text may be what messages are signed with. */
    static boolean isSigningKey(String text) {
        return text.length() >= MIN_KEY_CHARS;
    }

    /** Whether a text may be the URL of a receiver. */
    static boolean isUrl(String text) {
        if (text.length() > MAX_URL_CHARS || text.chars().anyMatch(c -> c > 0x7e)) {
            return false;
        }
        try {
            URI url = new URI(text);
            return url.getScheme() != null
                    && url.getScheme().matches("(?i)https?")
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && url.getPort() != 0
                    && url.getPort() <= MAX_PORT;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
