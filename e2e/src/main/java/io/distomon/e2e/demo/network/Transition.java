package io.distomon.e2e.demo.network;

import io.distomon.core.view.NetworkView;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.LinkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.operator.status.ConditionTypes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change of the status that a person would act on, or a message that would have somebody act on one.
 *
 * @param at when the status changed, or when the message was noticed
 * @param text what changed, in one line
 */
public record Transition(Instant at, String text) {
    private static final int MAX_LINKS = 4;

    /** What happened from one status to the next, in the order of the status. */
    static List<Transition> between(
            @Nullable DistomonNetworkStatus before,
            DistomonNetworkStatus after,
            @Nullable NetworkView view,
            Instant at) {
        List<String> texts = new ArrayList<>();
        nodes(before, after, view, texts);
        links(before, after, texts);
        if (before != null && !before.partitions().equals(after.partitions())) {
            texts.add(after.partitions().isEmpty() ? "one network again" : "divided: " + groups(after.partitions()));
        }
        mesh(before, after, texts);
        return texts.stream().map(text -> new Transition(at, text)).toList();
    }

    /** {@code (a, b) (c)}. */
    public static String groups(List<List<String>> partitions) {
        return partitions.stream()
                .map(group -> "(" + String.join(", ", group) + ")")
                .collect(Collectors.joining(" "));
    }

    private static void nodes(
            @Nullable DistomonNetworkStatus before,
            DistomonNetworkStatus after,
            @Nullable NetworkView view,
            List<String> texts) {
        Map<String, NodeStatus> last = new LinkedHashMap<>();
        if (before == null) {
            return; // all of them are new
        }
        before.nodes().forEach(node -> last.put(node.id(), node));
        for (NodeStatus node : after.nodes()) {
            NodeStatus earlier = last.remove(node.id());
            if (earlier == null) {
                texts.add(node.id() + " is a member");
            } else if (earlier.state() != node.state()) {
                String witnesses = view == null
                        ? ""
                        : view.node(node.id())
                                .map(Snapshot::agreeing)
                                .map(shown -> " (" + shown + ")")
                                .orElse("");
                texts.add("%s %s → %s%s".formatted(node.id(), earlier.state(), node.state(), witnesses));
            }
            if (earlier != null
                    && earlier.publicKeys().size() < node.publicKeys().size()) {
                texts.add(node.id() + " has made another key known");
            } else if (earlier != null
                    && earlier.publicKeys().size() > node.publicKeys().size()) {
                texts.add(node.id() + " is known by one key again");
            }
            if (earlier != null && !Objects.equals(earlier.keyGeneration(), node.keyGeneration())) {
                texts.add("%s goes over to key %s".formatted(node.id(), node.keyGeneration()));
            }
        }
        last.keySet().forEach(id -> texts.add(id + " is no member any more"));
    }

    private static void links(@Nullable DistomonNetworkStatus before, DistomonNetworkStatus after, List<String> texts) {
        List<String> broken = before == null ? List.of() : names(before.links());
        List<String> now = names(after.links());
        add("broken: ", now.stream().filter(link -> !broken.contains(link)).toList(), texts);
        // The status does not list the links of a node that is offline or gone; they don't work.
        Set<String> heard = after.nodes().stream()
                .filter(node -> node.state() == NodeState.Online || node.state() == NodeState.Degraded)
                .map(NodeStatus::id)
                .collect(Collectors.toSet());
        List<String> mended = before == null
                ? List.of()
                : names(before.links().stream()
                        .filter(link -> heard.contains(link.from()) && heard.contains(link.to()))
                        .toList());
        add("works again: ", mended.stream().filter(link -> !now.contains(link)).toList(), texts);
    }

    private static void add(String what, List<String> links, List<String> texts) {
        if (!links.isEmpty()) {
            String rest = links.size() > MAX_LINKS ? " and %s more".formatted(links.size() - MAX_LINKS) : "";
            texts.add(what + String.join(", ", links.subList(0, Math.min(MAX_LINKS, links.size()))) + rest);
        }
    }

    private static List<String> names(List<LinkStatus> links) {
        return links.stream().map(link -> link.from() + ">" + link.to()).toList();
    }

    private static void mesh(@Nullable DistomonNetworkStatus before, DistomonNetworkStatus after, List<String> texts) {
        Condition earlier = before == null ? null : condition(before);
        Condition now = condition(after);
        if (earlier != null
                && now != null
                && !earlier.reason().equals(now.reason())
                && (isKnown(earlier) || isKnown(now))) {
            texts.add("%s %s (%s)".formatted(now.type(), now.status(), now.reason()));
        }
    }

    private static boolean isKnown(Condition condition) {
        return condition.status() != ConditionStatus.Unknown;
    }

    private static @Nullable Condition condition(DistomonNetworkStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(ConditionTypes.MESH_HEALTHY))
                .findFirst()
                .orElse(null);
    }
}
