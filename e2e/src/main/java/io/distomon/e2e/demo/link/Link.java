package io.distomon.e2e.demo.link;

/**
 * One direction between two nodes.
 *
 * @param from the node that opens connections
 * @param to the node that accepts them
 */
public record Link(String from, String to) {
    @Override
    public String toString() {
        return from + ">" + to;
    }
}
