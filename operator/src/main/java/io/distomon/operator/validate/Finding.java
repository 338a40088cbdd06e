package io.distomon.operator.validate;

/**
 * A mistake in a resource.
 *
 * @param path the field, such as {@code spec.nodes[2].url} or {@code spec.pod.labels["a/b"]}
 * @param message what was found there and what was expected
 */
public record Finding(String path, String message) {
    /** The mistake in one line. */
    public String text() {
        return path + ": " + message;
    }
}
