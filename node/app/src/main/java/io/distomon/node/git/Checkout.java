package io.distomon.node.git;

import java.nio.file.Path;

/**
 * The files of a network at one commit. They don't change.
 *
 * @param commit its id, 40 hexadecimal digits
 * @param directory where {@code config.yml} is
 */
public record Checkout(String commit, Path directory) {
    private static final int SHORT_ID_CHARS = 12;

    /** The id as people write it. */
    public String shortId() {
        return shortId(commit);
    }

    /** The first digits of a commit's id. */
    public static String shortId(String commit) {
        return commit.length() <= SHORT_ID_CHARS ? commit : commit.substring(0, SHORT_ID_CHARS);
    }
}
