package io.distomon.operator.mirror;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.operator.members.NetworkMembers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is a member of a network, by the word of the nodes that follow its repository.
 *
 * @param reports what each of those says that answered when they were last asked, by node id
 * @param members those whom most name, or named last; null when nobody has named any since the operator started
 */
public record Membership(
        Map<String, ConfigReport> reports, @Nullable NetworkMembers members) {
    /** Nobody was asked, or has answered. */
    public static final Membership NONE = new Membership(Map.of(), null);

    public Membership {
        reports = Map.copyOf(reports);
    }

    /** Whether anybody has named members since the operator started. */
    public boolean isKnown() {
        return members != null;
    }

    /** What the members sign with. */
    public KeyMapping keys() {
        return members == null ? new KeyMapping(Map.of()) : members.keys();
    }

    /** What these reports come to: the members of the config that most run with. Equal members are kept once. */
    Membership after(Map<String, ConfigReport> newer) {
        Map<NetworkMembers, NetworkMembers> known = new HashMap<>();
        if (members != null) {
            known.put(members, members);
        }
        Map<String, ConfigReport> kept = new HashMap<>();
        Map<NetworkMembers, List<ConfigReport>> named = new HashMap<>();
        newer.forEach((node, report) -> {
            NetworkMembers theirs = report.members();
            if (theirs == null) {
                kept.put(node, report);
                return;
            }
            NetworkMembers once = known.computeIfAbsent(theirs, first -> first);
            kept.put(node, report.naming(once));
            if (report.commit() != null) {
                named.computeIfAbsent(once, others -> new ArrayList<>()).add(report);
            }
        });
        return new Membership(
                kept,
                named.entrySet().stream()
                        .max(Map.Entry.comparingByValue(ConfigReport.BY_WEIGHT))
                        .map(Map.Entry::getKey)
                        .orElse(members));
    }
}
