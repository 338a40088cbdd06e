package io.distomon.core.crypto;

/** A key that can't be used. The message says what was found and what was expected, never key material. */
public final class InvalidKeyException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidKeyException(String message) {
        super(message);
    }
}
