package io.distomon.operator.status;

import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.PollError;
import io.distomon.core.text.ForeignText;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.Inbound;
import io.distomon.crds.v1alpha1.LinkState;
import io.distomon.crds.v1alpha1.LinkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.mirror.ConfigReport;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the status says of members and links.
 *
 * @param nodes every member, in the order of the spec, and of what a repository says besides, at most {@value #MAX_NODES}
 * @param links the broken links, of those that have been so for a while, at most {@value #MAX_LINKS}
 * @param partitions groups that don't reach each other, at most {@value #MAX_PARTITIONS}
 * @param summary all in numbers
 */
record MemberStatuses(List<NodeStatus> nodes, List<LinkStatus> links, List<List<String>> partitions, Summary summary) {
    private static final int MAX_NODES = 500;
    private static final int MAX_LINKS = 100;
    private static final int MAX_PARTITIONS = 50;
    private static final int MAX_VERSION_CHARS = 64;
    private static final Comparator<LinkStatus> DOWN_FIRST = Comparator.comparing(LinkStatus::state)
            .thenComparing(LinkStatus::from)
            .thenComparing(LinkStatus::to);

    /**
     * What a view says.
     *
     * @param view null when nothing is known any more: everybody is Unknown
     * @param versions what the nodes say they run
     * @param before the last status
     */
    static MemberStatuses seen(
            Network network,
            StatusInput input,
            @Nullable NetworkView view,
            Map<String, String> versions,
            @Nullable DistomonNetworkStatus before) {
        Map<String, NodeVerdict> verdicts = view == null ? Map.of() : byId(view.nodes(), NodeVerdict::nodeId);
        List<LinkStatus> links = view == null
                ? List.of()
                : view.brokenLinks().stream()
                        .filter(LinkFault::standing)
                        .map(MemberStatuses::link)
                        .sorted(DOWN_FIRST)
                        .toList();
        Map<String, Integer> linksDown = linksDown(links);
        Map<String, NodeStatus> nodesBefore = nodesBefore(before);
        List<NodeStatus> nodes = network.nodes().stream()
                .map(node -> {
                    NodeStatus nodeBefore = nodesBefore.get(node.id());
                    return node(
                            node,
                            input.keys().get(node.id()),
                            verdicts.get(node.id()),
                            linksDown.get(node.id()),
                            versions.getOrDefault(node.id(), version(nodeBefore)),
                            commit(network, input, node, nodeBefore),
                            nodeBefore);
                })
                .toList();
        List<List<String>> partitions = view == null ? List.of() : view.partitions();
        return of(
                network,
                input,
                withOthers(nodes, network, input, before, StatusMaker::unseen),
                links,
                links.size(),
                partitions);
    }

    /** What the last status said of the members that there are now. */
    static MemberStatuses remembered(Network network, StatusInput input, @Nullable DistomonNetworkStatus before) {
        Map<String, NodeStatus> nodesBefore = nodesBefore(before);
        List<NodeStatus> nodes = network.nodes().stream()
                .map(node -> {
                    NodeStatus last = nodesBefore.get(node.id());
                    String commit = commit(network, input, node, last);
                    return last == null
                            ? node(node, input.keys().get(node.id()), null, null, null, commit, null)
                            : identified(node, input.keys().get(node.id()), commit, last, last);
                })
                .toList();
        nodes = withOthers(nodes, network, input, before, node -> node);
        if (before == null || before.summary() == null) {
            return of(network, input, nodes, List.of(), 0, List.of());
        }
        return of(network, input, nodes, before.links(), before.summary().linksDown(), before.partitions());
    }

    /** With those that a repository named, as long as nobody has told whom it names since the operator started. */
    private static List<NodeStatus> withOthers(
            List<NodeStatus> nodes,
            Network network,
            StatusInput input,
            @Nullable DistomonNetworkStatus before,
            UnaryOperator<NodeStatus> as) {
        if (network.git() == null || input.membership().isKnown() || before == null) {
            return nodes;
        }
        Set<String> known = nodes.stream().map(NodeStatus::id).collect(Collectors.toSet());
        return Stream.concat(
                        nodes.stream(),
                        before.nodes().stream()
                                .filter(node -> !known.contains(node.id()))
                                .map(as))
                .toList();
    }

    private static MemberStatuses of(
            Network network,
            StatusInput input,
            List<NodeStatus> nodes,
            List<LinkStatus> links,
            int linksDown,
            List<List<String>> partitions) {
        int managed = network.managed().size();
        int available = (int) network.managed().stream()
                .filter(node -> input.availability().available().contains(node.id()))
                .count();
        int online = (int)
                nodes.stream().filter(node -> node.state() == NodeState.Online).count();
        return new MemberStatuses(
                nodes.stream().limit(MAX_NODES).toList(),
                links.stream().limit(MAX_LINKS).toList(),
                partitions.stream().limit(MAX_PARTITIONS).toList(),
                new Summary(nodes.size(), managed, available, online, online + "/" + nodes.size(), linksDown));
    }

    private static NodeStatus node(
            NetworkNode node,
            @Nullable NodeKeys keys,
            @Nullable NodeVerdict verdict,
            @Nullable Integer linksDown,
            @Nullable String version,
            @Nullable String commit,
            @Nullable NodeStatus before) {
        NodeState state = verdict == null ? NodeState.Unknown : state(verdict);
        Instant since = verdict == null ? null : Sentences.moment(verdict.sinceMicros());
        if (since == null && before != null && before.state() == state) {
            since = before.since();
        }
        return identified(
                node,
                keys,
                commit,
                new NodeStatus(
                        node.id(),
                        state,
                        since,
                        verdict == null
                                ? null
                                : new Inbound(
                                        verdict.observers() - verdict.offlineObservers(), verdict.offlineObservers()),
                        linksDown,
                        List.of(),
                        null,
                        null,
                        null,
                        version == null ? null : ForeignText.plain(version, MAX_VERSION_CHARS)),
                before);
    }

    /**
     * The same with its keys: those of nodes elsewhere are in the spec already. Another whose key can't be read now
     * keeps the one that the others know it by.
     */
    private static NodeStatus identified(
            NetworkNode node,
            @Nullable NodeKeys keys,
            @Nullable String commit,
            NodeStatus status,
            @Nullable NodeStatus before) {
        List<String> publicKeys = List.of();
        String fingerprint = null;
        Integer generation = null;
        switch (node) {
            case NetworkNode.InCluster own
            when keys != null -> {
                publicKeys = keys.publicKeys().stream().map(Verifier::pem).toList();
                fingerprint = keys.signing().publicKey().fingerprint();
                generation = keys.signing().generation();
            }
            case NetworkNode.InCluster own
            when before != null -> {
                publicKeys = before.publicKeys();
                fingerprint = before.keyFingerprint();
                generation = before.keyGeneration();
            }
            case NetworkNode.InCluster own -> {}
            case NetworkNode.External external -> {
                if (external.publicKeys().size() == 1) {
                    fingerprint = external.publicKeys().getFirst().fingerprint();
                }
            }
        }
        return new NodeStatus(
                status.id(),
                status.state(),
                status.since(),
                status.inbound(),
                status.brokenLinks(),
                publicKeys,
                fingerprint,
                generation,
                commit,
                status.version());
    }

    /** Which commit a node that runs here runs with, or said last that it does. */
    private static @Nullable String commit(
            Network network, StatusInput input, NetworkNode node, @Nullable NodeStatus before) {
        if (network.git() == null || !(node instanceof NetworkNode.InCluster)) {
            return null;
        }
        ConfigReport report = input.membership().reports().get(node.id());
        if (report != null) {
            return report.commit();
        }
        return before == null ? null : before.commit();
    }

    /** How many of the links end at a node, of nodes at which any does. */
    private static Map<String, Integer> linksDown(List<LinkStatus> links) {
        Map<String, Integer> linksDown = new HashMap<>();
        links.stream()
                .flatMap(link -> Stream.of(link.from(), link.to()))
                .forEach(end -> linksDown.merge(end, 1, Integer::sum));
        return linksDown;
    }

    private static NodeState state(NodeVerdict verdict) {
        return switch (verdict.state()) {
            case ONLINE -> NodeState.Online;
            case OFFLINE -> NodeState.Offline;
            case DEGRADED -> NodeState.Degraded;
            case UNKNOWN -> NodeState.Unknown;
        };
    }

    private static LinkStatus link(LinkFault fault) {
        boolean refused = PollError.UNAUTHENTICATED.wireName().equals(fault.error());
        return new LinkStatus(
                fault.from(),
                fault.to(),
                refused ? LinkState.Refused : LinkState.Down,
                Sentences.moment(fault.sinceMicros()));
    }

    private static @Nullable String version(@Nullable NodeStatus node) {
        return node == null ? null : node.version();
    }

    private static Map<String, NodeStatus> nodesBefore(@Nullable DistomonNetworkStatus before) {
        return before == null ? Map.of() : byId(before.nodes(), NodeStatus::id);
    }

    private static <T> Map<String, T> byId(List<T> all, Function<T, String> id) {
        return all.stream().collect(Collectors.toMap(id, one -> one, (first, second) -> first));
    }
}
