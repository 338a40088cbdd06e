package io.distomon.core;

import java.util.regex.Pattern;

/**
 * The names of nodes and networks. They become file names, URL path segments and part of a signature's {@code keyid}
 * (an RFC 8941 string, hence ASCII only), so one narrow alphabet holds everywhere.
 */
public final class Identifier {
    /** The rule in words, for error messages. */
    public static final String RULE =
            "1 to 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a letter or a digit";

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private Identifier() {}

    /** Whether {@code text} may name a node or a network. */
    public static boolean isValid(String text) {
        return ALLOWED.matcher(text).matches();
    }
}
