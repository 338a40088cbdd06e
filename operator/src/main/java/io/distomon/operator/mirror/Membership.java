package io.distomon.operator.mirror;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.operator.members.NetworkMembers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

    private static final Comparator<List<ConfigReport>> BY_NUMBER = Comparator.comparingInt(List::size);

    /** Of several configs that as many run with, the one that was taken last. */
    private static final Comparator<List<ConfigReport>> BY_WEIGHT = BY_NUMBER.thenComparing(Membership::lastLoaded);

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

    /** What these reports come to: the members of the config that most run with. */
    Membership after(Map<String, ConfigReport> newer) {
        Map<NetworkMembers, List<ConfigReport>> named = new HashMap<>();
        newer.values().forEach(report -> {
            if (report.commit() != null && report.members() != null) {
                named.computeIfAbsent(report.members(), others -> new ArrayList<>())
                        .add(report);
            }
        });
        return new Membership(
                newer,
                named.entrySet().stream()
                        .max(Map.Entry.comparingByValue(BY_WEIGHT))
                        .map(Map.Entry::getKey)
                        .orElse(members));
    }

    private static Instant lastLoaded(List<ConfigReport> reports) {
        return reports.stream()
                .map(ConfigReport::loadedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
