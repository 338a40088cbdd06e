package io.distomon.core.alert;

import io.distomon.core.store.PingStatus;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.Witness;
import io.distomon.core.view.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a network is wrong by one view of it.
 *
 * <p>Who hears fewer than half of a network says that, and blames nobody: it can't know. What it said of nodes before
 * stands meanwhile, as does that of one of whom nobody says anything. A division, too, stands until somebody of each group
 * is heard again: once the other side is heard no more, a view has no division in it, and that is not the end of it.
 *
 * @param wrong what is wrong
 * @param unsaid that of which nothing can be said now, neither that it is wrong nor that it is well
 */
record Troubles(Map<Subject, Trouble> wrong, Set<Subject> unsaid) {
    /** Of so many witnesses an alert names the first. */
    static final int MAX_WITNESSES = 8;

    private static final int MAX_SHOWN_NODES = 8;
    private static final int MAX_SHOWN_GROUPS = 4;

    Troubles {
        wrong = Map.copyOf(wrong);
        unsaid = Set.copyOf(unsaid);
    }

    /**
     * Reads a view.
     *
     * @param asker whose view it is
     * @param nowMicros of when, microseconds since the epoch
     * @param comingUp whether the asker has just started, and may not have met all yet who are well
     * @param slowNodes whether nodes that are slow or lossy are wrong
     * @param groups those of a division that fires; empty when none does
     */
    static Troubles of(
            NetworkView view,
            String asker,
            long nowMicros,
            boolean comingUp,
            boolean slowNodes,
            List<List<String>> groups) {
        Words words = new Words(nowMicros);
        Map<Subject, Trouble> wrong = new TreeMap<>();
        Set<Subject> unsaid = new HashSet<>();
        for (NodeVerdict node : view.nodes()) {
            Subject subject = new Subject(AlertKind.NODE_OFFLINE, node.nodeId());
            boolean isOffline = node.state() == NodeState.OFFLINE && !node.planned();
            if (node.state() == NodeState.UNKNOWN || (isOffline && view.minority())) {
                unsaid.add(subject);
            } else if (isOffline) {
                wrong.put(
                        subject,
                        new Trouble(
                                subject,
                                node.sinceMicros(),
                                words.of(node),
                                node.shownAs(),
                                deniers(node.witnesses()),
                                List.of()));
            }
            if (slowNodes) {
                slow(node, view.minority(), comingUp, words, wrong, unsaid);
            }
        }
        Subject partition = new Subject(AlertKind.PARTITION, view.networkId());
        boolean someUnmet = comingUp && view.nodes().stream().anyMatch(node -> node.state() == NodeState.UNKNOWN);
        if (!view.partitions().isEmpty()) {
            wrong.put(partition, partition(view, partition));
        } else if (view.minority() || someUnmet || groups.stream().anyMatch(group -> isUnheard(group, view))) {
            unsaid.add(partition);
        }
        Subject minority = new Subject(AlertKind.MINORITY, view.networkId());
        if (view.minority() && someUnmet) {
            unsaid.add(minority);
        } else if (view.minority()) {
            String summary = "%s hears from fewer than half of %s: it may be the one that is cut off"
                    .formatted(asker, view.networkId());
            wrong.put(minority, new Trouble(minority, lastGone(view), summary, null, List.of(asker), List.of()));
        }
        return new Troubles(wrong, unsaid);
    }

    /**
     * Who is something worse may be slow besides, and is not called well in between; nor by who has just started, and may not
     * have heard yet of all who complain.
     */
    private static void slow(
            NodeVerdict node,
            boolean minority,
            boolean comingUp,
            Words words,
            Map<Subject, Trouble> wrong,
            Set<Subject> unsaid) {
        Subject subject = new Subject(AlertKind.NODE_SLOW, node.nodeId());
        boolean isSlow = node.reason() == Reason.SLOW || node.reason() == Reason.LOSSY;
        boolean isWell = node.state() == NodeState.ONLINE && !comingUp;
        if (minority || (!isSlow && !isWell)) {
            unsaid.add(subject);
        } else if (isSlow) {
            List<String> complainants = node.witnesses().stream()
                    .filter(witness -> witness.standing() == Standing.COUNTED
                            && witness.isHeeded()
                            && !witness.breaches().isEmpty())
                    .map(Witness::observer)
                    .sorted()
                    .limit(MAX_WITNESSES)
                    .toList();
            wrong.put(
                    subject,
                    new Trouble(subject, node.sinceMicros(), words.of(node), node.shownAs(), complainants, List.of()));
        }
    }

    /** Whether nobody of a group is heard of those who are still members. */
    private static boolean isUnheard(List<String> group, NetworkView view) {
        List<NodeVerdict> members =
                group.stream().map(view::node).flatMap(Optional::stream).toList();
        return !members.isEmpty() && members.stream().noneMatch(NodeVerdict::fresh);
    }

    private static List<String> deniers(List<Witness> witnesses) {
        return witnesses.stream()
                .filter(witness -> witness.standing() == Standing.COUNTED && witness.status() == PingStatus.OFFLINE)
                .map(Witness::observer)
                .sorted()
                .limit(MAX_WITNESSES)
                .toList();
    }

    private static Trouble partition(NetworkView view, Subject subject) {
        List<Witness> across = view.nodes().stream()
                .flatMap(node -> node.witnesses().stream())
                .filter(witness -> witness.standing() == Standing.ACROSS && witness.status() == PingStatus.OFFLINE)
                .toList();
        String groups = view.partitions().stream()
                .limit(MAX_SHOWN_GROUPS)
                .map(group -> group.stream().limit(MAX_SHOWN_NODES).collect(Collectors.joining(", "))
                        + (group.size() > MAX_SHOWN_NODES ? ", …" : ""))
                .collect(Collectors.joining(" | "));
        return new Trouble(
                subject,
                across.stream()
                        .map(Witness::sinceMicros)
                        .filter(Objects::nonNull)
                        .min(Long::compare)
                        .orElse(null),
                "%s is divided into groups that reach only themselves: %s".formatted(view.networkId(), groups),
                null,
                across.stream()
                        .map(Witness::observer)
                        .distinct()
                        .sorted()
                        .limit(MAX_WITNESSES)
                        .toList(),
                view.partitions());
    }

    /** When the last of those went who are missed: by it all on this side know of the same minority. */
    private static @Nullable Long lastGone(NetworkView view) {
        return view.nodes().stream()
                .filter(node -> !node.fresh())
                .map(NodeVerdict::sinceMicros)
                .filter(Objects::nonNull)
                .max(Long::compare)
                .orElse(null);
    }
}
