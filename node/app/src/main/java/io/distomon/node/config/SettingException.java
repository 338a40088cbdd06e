package io.distomon.node.config;

/**
 * A setting of the node's own (a property, or the variable of the environment that stands for it) that can't be used. The
 * message names the setting, what was found, and what was expected.
 */
public final class SettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public SettingException(String message) {
        super(message);
    }

    public SettingException(String message, Throwable cause) {
        super(message, cause);
    }
}
