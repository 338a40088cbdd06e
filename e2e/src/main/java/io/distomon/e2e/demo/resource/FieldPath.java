package io.distomon.e2e.demo.resource;

import java.util.regex.Pattern;

/** How a place in a resource is written: {@code spec.nodes[2].id}, {@code metadata.labels["a/b"]}. */
final class FieldPath {
    static final String ROOT = "";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private FieldPath() {}

    static String member(String parent, String name) {
        if (!PLAIN.matcher(name).matches()) {
            return parent + "[\"" + name + "\"]";
        }
        return parent.isEmpty() ? name : parent + "." + name;
    }

    static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }

    /** The place that holds {@code path}; the root's is the root. */
    static String parent(String path) {
        int end =
                path.endsWith("\"]") ? path.lastIndexOf("[\"") : Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return end < 0 ? ROOT : path.substring(0, end);
    }
}
