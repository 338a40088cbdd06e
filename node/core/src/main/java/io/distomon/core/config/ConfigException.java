package io.distomon.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** Files that a node can't run with. Holds every mistake found, not only the first; the message has one line for each. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /**
     * A refusal.
     *
     * @param problems at least one
     */
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes in the order of the files and their lines. */
    public List<Problem> problems() {
        return problems;
    }
}
