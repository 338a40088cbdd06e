package io.distomon.core.config;

import java.util.ArrayList;
import java.util.List;

/** Collects the mistakes and warnings of one reading, so that all come out at once. Not thread-safe. */
final class Findings {
    /** More are not kept: a file of a megabyte could make as many. */
    private static final int MAX_KEPT = 200;

    private final List<Finding> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void error(String file, int line, String key, String found, String expected) {
        error(file, line, 0, key, found, expected);
    }

    void error(String file, int line, int column, String key, String found, String expected) {
        if (errors.size() < MAX_KEPT) {
            errors.add(new Finding(file, line, column, key, found, expected));
        }
    }

    void addAll(List<Finding> findings) {
        findings.stream().limit(MAX_KEPT - errors.size()).forEach(errors::add);
    }

    void warn(String file, int line, String text) {
        if (warnings.size() < MAX_KEPT) {
            warnings.add(file + (line > 0 ? ":" + line : "") + ": " + text);
        }
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    boolean hasErrors() {
        return !errors.isEmpty();
    }

    void throwIfErrors() throws ConfigException {
        if (hasErrors()) {
            throw asException();
        }
    }

    /** All mistakes, of which there is at least one. */
    ConfigException asException() {
        return new ConfigException(errors);
    }
}
