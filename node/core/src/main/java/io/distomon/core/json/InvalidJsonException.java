package io.distomon.core.json;

/** Text from outside that is not the JSON it should be. The message names the place, what was found and expected. */
public final class InvalidJsonException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidJsonException(String message) {
        super(message);
    }
}
