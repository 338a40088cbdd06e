package io.distomon.core.config;

/** Where a network's files come from. */
public enum ConfigType {
    /** A directory {@code networks/<name>} under the config directory. */
    LOCAL,
    /** A git repository; written {@code git} or, as in the original, {@code github}. */
    GIT
}
