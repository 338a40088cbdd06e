package io.distomon.core;

/**
 * The names of nodes and networks. They become file names, URL path segments and part of a signature's {@code keyid}
 * (an RFC 8941 string, hence ASCII only), so one narrow alphabet holds everywhere.
 */
public final class Identifier {
    /** The rule in words, for error messages. */
    public static final String RULE =
            "1 to 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a letter or a digit";

    private static final int MAX_CHARS = 63;

    private Identifier() {}

    /** Whether {@code text} may name a node or a network. */
    public static boolean isValid(String text) {
        int last = text.length() - 1;
        if (last < 0 || last >= MAX_CHARS || !isAlphanumeric(text.charAt(0)) || !isAlphanumeric(text.charAt(last))) {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Of ASCII. */
    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
