package io.distomon.core.alert;

import java.util.Comparator;

/**
 * What an alert is of.
 *
 * @param name the node's id, or the network's for what is of all of it
 */
public record Subject(AlertKind kind, String name) implements Comparable<Subject> {
    private static final Comparator<Subject> ORDER =
            Comparator.comparing(Subject::kind).thenComparing(Subject::name);

    @Override
    public int compareTo(Subject other) {
        return ORDER.compare(this, other);
    }
}
