package io.distomon.node.tls;

/** What a file holds can't be used. Its message has what was found, never key material. */
final class UnfitException extends Exception {
    private static final long serialVersionUID = 1;

    private final String expected;

    UnfitException(String found, String expected) {
        super(found);
        this.expected = expected;
    }

    String expected() {
        return expected;
    }
}
