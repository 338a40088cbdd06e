package io.distomon.node.http;

/** What somebody sent, as a message about it says it. */
final class Found {
    private static final int MAX_LENGTH = 64;

    private Found() {}

    /** In quotation marks, the beginning of it, and nothing that a terminal or a reader would take for anything else. */
    static String quoted(String text) {
        String printable = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return "\"" + (printable.length() <= MAX_LENGTH ? printable : printable.substring(0, MAX_LENGTH) + "…") + "\"";
    }
}
