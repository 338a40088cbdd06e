package io.distomon.core.text;

import java.util.regex.Pattern;

/**
 * What others wrote, made fit for a line that people read: it begins no line of its own, moves no cursor, turns no direction
 * of writing, and is no longer than it may be.
 */
public final class ForeignText {
    /** How much of a value is shown that is wrong: enough to find it by. */
    private static final int MAX_QUOTED_CHARS = 60;

    private static final String CUT = "…";

    /** What begins a line, or a column, with the white space behind it. */
    private static final Pattern BREAK =
            Pattern.compile("[\\t\\n\\x0b\\f\\r\\x85\\u2028\\u2029][\\s\\x85\\u2028\\u2029]*+");

    /** Controls, what is not seen, halves of characters, and what no standard says the look of. */
    private static final Pattern NO_CHARACTER = Pattern.compile("\\p{C}");

    private ForeignText() {}

    /**
     * On one line: a break with the white space behind it is a space, and each character that is not seen as one is
     * {@code ?}.
     *
     * @param maxChars how many characters (code points) it may have, at least one; one that has more is cut, and ends with
     *     {@code …}
     */
    public static String plain(String text, int maxChars) {
        String line = NO_CHARACTER.matcher(BREAK.matcher(text).replaceAll(" ")).replaceAll("?");
        return line.codePointCount(0, line.length()) <= maxChars
                ? line
                : line.substring(0, line.offsetByCodePoints(0, maxChars - 1)) + CUT;
    }

    /** A value as a message about it says it: the beginning of it, {@link #plain plain} and in quotation marks. */
    public static String quoted(String text) {
        return '"' + plain(text, MAX_QUOTED_CHARS) + '"';
    }
}
