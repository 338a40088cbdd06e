package io.distomon.core.config;

/**
 * What is in a file with a secret: one text, without line ends at its end. Of one that does not fit nothing is said, its length
 * included. What is read so and written to a file is read as the same again.
 */
final class SecretFile {
    /** The longest text. */
    static final int MAX_CHARS = 4096;

    /** What is expected, in words. */
    static final String RULE = "a text of 1 to %s characters".formatted(MAX_CHARS);

    private SecretFile() {}

    /** Takes bytes for a secret. */
    static NetworkFile of(byte[] bytes) {
        return switch (NetworkFile.of(bytes)) {
            case NetworkFile.Fault fault -> fault;
            case NetworkFile.Text(String text) -> of(text);
        };
    }

    /** Takes a file's text, as {@link NetworkFile} gives it, for a secret. */
    static NetworkFile of(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end == 0
                ? new NetworkFile.Fault("nothing", RULE)
                : end > MAX_CHARS
                        ? new NetworkFile.Fault("a longer text", RULE)
                        : new NetworkFile.Text(text.substring(0, end));
    }
}
