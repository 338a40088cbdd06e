package io.distomon.core.record;

import java.util.Comparator;
import java.util.List;

/**
 * Of what a record tells.
 *
 * @param name a node's id, a link's two as {@code from>to}, or the network's id
 */
public record Subject(Kind kind, String name) implements Comparable<Subject> {
    private static final Comparator<Subject> ORDER =
            Comparator.comparing(Subject::kind).thenComparing(Subject::name);
    private static final String TO = ">";

    static Subject node(String nodeId) {
        return new Subject(Kind.NODE, nodeId);
    }

    static Subject link(String from, String to) {
        return new Subject(Kind.LINK, from + TO + to);
    }

    /** The two nodes of a link, whoever polls first. */
    public List<String> ends() {
        return List.of(name.split(TO, 2));
    }

    /** Whether it is this node, or a link from or to it; what is of the whole network is of every node. */
    public boolean concerns(String nodeId) {
        return switch (kind) {
            case NODE, RECORDER -> name.equals(nodeId);
            case LINK -> ends().contains(nodeId);
            case PARTITION, MINORITY, CONFIG -> true;
        };
    }

    @Override
    public int compareTo(Subject other) {
        return ORDER.compare(this, other);
    }
}
