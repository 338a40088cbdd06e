package io.distomon.e2e.demo.resource;

/**
 * One thing that is wrong with a resource file.
 *
 * @param file the file as the user named it
 * @param line the line, from 1; 0 when the file as a whole is meant
 * @param field where in the resource, as in {@code spec.nodes[2].url}; empty when the document as a whole is meant
 * @param message what was found and what is expected
 */
public record Mistake(String file, int line, String field, String message) {
    /** One line, clickable in editors and terminals: {@code demo.yaml:12: spec.nodes[2].url: found 7, expected a string}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
