package io.distomon.e2e.demo.command;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.network.NodeRun;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.screen.Picture;
import io.distomon.operator.status.ConditionTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the network concluded, in words. */
final class Words {
    private Words() {}

    /** {@code nyc is Offline: 4 of 4 observers, since 12:03:07}. */
    static String node(Snapshot now, String id) {
        NodeStatus node = now.node(id).orElse(null);
        if (node == null) {
            return id + " is no member";
        }
        String witnesses = now.verdict(id).map(Snapshot::agreeing).orElse("nobody tells");
        Instant since = node.since();
        return "%s is %s: %s%s%s"
                .formatted(
                        id,
                        node.state(),
                        witnesses,
                        since == null ? "" : ", since " + Picture.time(since),
                        now.runs().get(id) == NodeRun.ENDED && node.state() != NodeState.Offline
                                ? ", its process has ended"
                                : "");
    }

    /** {@code fra signs with key 2, and no node knows another of it; fra is Online: 4 of 4, since 12:03:07}. */
    static String key(Snapshot now, String id) {
        NodeStatus node = now.node(id).orElse(null);
        if (node == null || node.keyGeneration() == null || node.publicKeys().size() != 1) {
            String told = now.condition(ConditionTypes.KEYS_READY)
                    .map(Condition::message)
                    .orElse("nobody tells");
            return told + "; " + node(now, id);
        }
        return "%s signs with key %s, and no node knows another of it; %s"
                .formatted(id, node.keyGeneration(), node(now, id));
    }

    /** {@code fra>nyc and nyc>fra}. */
    static String links(List<Link> links) {
        return links.stream().map(Link::toString).collect(Collectors.joining(" and "));
    }

    /** {@code fra>nyc Down, nyc>fra Down; fra is Online, nyc is Online}. */
    static String linksAndEnds(Snapshot now, List<Link> links) {
        String states = links.stream()
                .map(link -> link + " " + (now.fails(link) ? "Down" : "works"))
                .collect(Collectors.joining(", "));
        String ends = Stream.of(links.getFirst().from(), links.getFirst().to())
                .map(id -> id + " is "
                        + now.node(id)
                                .map(NodeStatus::state)
                                .map(Objects::toString)
                                .orElse("gone"))
                .collect(Collectors.joining(", "));
        return states + "; " + ends;
    }

    /** {@code 6.2 s}. */
    static String seconds(Duration taken) {
        return String.format(Locale.ROOT, "%.1f s", taken.toMillis() / 1000.0);
    }
}
