package io.distomon.e2e.demo.network;

import io.distomon.core.topology.Member;
import io.distomon.operator.members.NetworkMembers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a commit to the repository of a network is about. */
final class Commits {
    private Commits() {}

    /**
     * {@code add rio}, {@code remove rio}, {@code publish another key of fra}, {@code withdraw a key of fra}, or several of
     * these.
     *
     * @param before null before the first commit
     */
    static String message(@Nullable NetworkMembers before, NetworkMembers after) {
        List<String> added = ids(after);
        List<String> removed = before == null ? List.of() : ids(before);
        List<String> stayed = removed.stream().filter(added::contains).toList();
        List<String> parts = new ArrayList<>();
        say("add ", added.stream().filter(id -> !stayed.contains(id)).toList(), parts);
        say("remove ", removed.stream().filter(id -> !stayed.contains(id)).toList(), parts);
        if (before != null) {
            say(
                    "publish another key of ",
                    stayed.stream()
                            .filter(id -> keys(after, id) > keys(before, id))
                            .toList(),
                    parts);
            say(
                    "withdraw a key of ",
                    stayed.stream()
                            .filter(id -> keys(after, id) < keys(before, id))
                            .toList(),
                    parts);
        }
        return parts.isEmpty() ? "change the config" : String.join(", ", parts);
    }

    private static void say(String what, List<String> ids, List<String> parts) {
        if (!ids.isEmpty()) {
            parts.add(what + String.join(", ", ids));
        }
    }

    private static int keys(NetworkMembers members, String id) {
        return members.keys().of(id).size();
    }

    private static List<String> ids(NetworkMembers members) {
        return members.members().stream().map(Member::nodeId).toList();
    }
}
