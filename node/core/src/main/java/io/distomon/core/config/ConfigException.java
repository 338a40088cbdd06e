package io.distomon.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** Files that a node can't run with. Holds every mistake found, not only the first; the message has one line for each. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Finding> findings;

    /**
     * A refusal.
     *
     * @param findings at least one
     */
    public ConfigException(List<Finding> findings) {
        super(findings.stream().map(Finding::text).collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    /** The mistakes in the order of the files and their lines. */
    public List<Finding> findings() {
        return findings;
    }
}
