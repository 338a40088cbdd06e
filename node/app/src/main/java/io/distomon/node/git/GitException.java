package io.distomon.node.git;

/** A repository that can't be read. The message is one line without secrets, fit for {@code /info} and the log. */
public final class GitException extends Exception {
    private static final long serialVersionUID = 1;

    GitException(String message) {
        super(message);
    }

    GitException(String message, Throwable cause) {
        super(message, cause);
    }
}
