package io.distomon.core.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a change of config means for the monitors of a network: which start, which stop, and which go on with another URL
 * or schedule. Whoever is in none of the three is not disturbed. Immutable.
 *
 * @param start peers that were not polled before
 * @param stop ids of peers that are polled no more
 * @param change peers that are polled in another way, as they are now
 */
public record TopologyDiff(List<Member> start, List<String> stop, List<Member> change) {
    public TopologyDiff {
        start = List.copyOf(start);
        stop = List.copyOf(stop);
        change = List.copyOf(change);
    }

    /**
     * The difference between who is polled and who is to be.
     *
     * @param before the peers that are polled now; each id once
     * @param after the peers that are to be polled; each id once
     */
    public static TopologyDiff between(Collection<Member> before, Collection<Member> after) {
        Map<String, Member> gone = new LinkedHashMap<>();
        before.forEach(peer -> gone.put(peer.nodeId(), peer));
        List<Member> start = new ArrayList<>();
        List<Member> change = new ArrayList<>();
        for (Member peer : after) {
            Member old = gone.remove(peer.nodeId());
            if (old == null) {
                start.add(peer);
            } else if (!old.equals(peer)) {
                change.add(peer);
            }
        }
        return new TopologyDiff(start, List.copyOf(gone.keySet()), change);
    }

    /** Whether all monitors go on as they are. */
    public boolean isEmpty() {
        return start.isEmpty() && stop.isEmpty() && change.isEmpty();
    }

    /** In words for the log, such as {@code starts to poll nyc; polls no more ams; polls otherwise fra}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, "starts to poll", start.stream().map(Member::nodeId).toList());
        add(parts, "polls no more", stop);
        add(parts, "polls otherwise", change.stream().map(Member::nodeId).toList());
        return parts.isEmpty() ? "polls as before" : String.join("; ", parts);
    }

    private static void add(List<String> parts, String verb, List<String> ids) {
        if (!ids.isEmpty()) {
            parts.add(verb + " " + String.join(", ", ids));
        }
    }
}
