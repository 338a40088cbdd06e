package io.distomon.node.git;

import java.io.IOException;

/** A server sends more than a node has room for. The message is one line, fit for {@code /info} and the log. */
final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1;

    TooMuchException(String message) {
        super(message);
    }

    TooMuchException(String message, IOException cause) {
        super(message, cause);
    }
}
