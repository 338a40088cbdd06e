package io.distomon.node.git;

/**
 * A commit that was fetched.
 *
 * @param id 40 hexadecimal digits
 */
public record Commit(String id) {
    private static final int SHORT_ID_CHARS = 12;
    private static final String ID = "[0-9a-f]{40}";

    public Commit {
        if (!isId(id)) {
            throw new IllegalArgumentException("no commit's id");
        }
    }

    static boolean isId(String text) {
        return text.matches(ID);
    }

    /** The id as people write it. */
    public String shortId() {
        return id.substring(0, SHORT_ID_CHARS);
    }
}
