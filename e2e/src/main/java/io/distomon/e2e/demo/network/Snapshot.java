package io.distomon.e2e.demo.network;

import io.distomon.core.store.PingStatus;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.receiver.Told;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All there is to know at one moment. Immutable.
 *
 * @param at the moment
 * @param resource as {@code kubectl get} would show it, its status included
 * @param view what the status' nodes and links come from; null while nothing is known
 * @param runs how each node's process stands, by node id in the order of the spec
 * @param workloads how that stands which a sidecar is beside, by the sidecar's id
 * @param addresses where each node answers
 * @param cut the links that the demo has cut
 * @param following the nodes that run with the newest config
 * @param failures why polls fail, in the words of the node that polls
 * @param transitions the last changes, and what receivers of alerts were told, the newest last
 * @param told the last messages to receivers of alerts, the newest last
 * @param everFalse each condition that was False at any time since the start, with its reason: {@code MeshHealthy
 *     (LinksDown)}
 */
public record Snapshot(
        Instant at,
        DistomonNetwork resource,
        @Nullable NetworkView view,
        Map<String, NodeRun> runs,
        Map<String, NodeRun> workloads,
        Map<String, URI> addresses,
        Set<Link> cut,
        Set<String> following,
        Map<Link, String> failures,
        List<Transition> transitions,
        List<Told> told,
        List<String> everFalse) {

    /** What the operator would write. */
    public DistomonNetworkStatus status() {
        return resource.getStatus();
    }

    /** What that is called which a sidecar is beside. */
    public static String workload(String sidecarId) {
        return sidecarId + "/app";
    }

    /** What the status says of a member. */
    public Optional<NodeStatus> node(String id) {
        return status().nodes().stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** Whether a member is in this state. */
    public boolean is(String id, NodeState state) {
        return node(id).filter(node -> node.state() == state).isPresent();
    }

    /** What the mesh concludes of a member. */
    public Optional<NodeVerdict> verdict(String id) {
        return Optional.ofNullable(view).flatMap(known -> known.node(id));
    }

    /** {@code 4 of 4 observers}, or of a node that is not online though it reports: {@code inbound, 0 of 4}. */
    public static String agreeing(NodeVerdict verdict) {
        Reason reason = verdict.reason();
        return verdict.state() == io.distomon.core.view.NodeState.DEGRADED && reason != null
                ? reason.word() + ", " + verdict.shownAs()
                : verdict.shownAs();
    }

    /** A condition of the status. */
    public Optional<Condition> condition(String type) {
        return status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Whether a condition is True. */
    public boolean holds(String type) {
        return condition(type)
                .filter(condition -> condition.status() == ConditionStatus.True)
                .isPresent();
    }

    /** Whether every node runs and is Online, and seen so by another one if there is any. */
    public boolean isWhole() {
        int others = Math.min(1, status().nodes().size() - 1);
        return runs().values().stream().allMatch(run -> run == NodeRun.READY)
                && status().nodes().stream()
                        .allMatch(node -> node.state() == NodeState.Online
                                && node.inbound() != null
                                && node.inbound().up() >= others);
    }

    /** The generation of its key that the spec asks for. */
    public int askedKey(String id) {
        return resource().getSpec().nodes().stream()
                .filter(node -> node.id().equals(id) && node.keyGeneration() != null)
                .mapToInt(NodeSpec::keyGeneration)
                .findFirst()
                .orElse(1);
    }

    /** Whether a node signs with this key and is known by no other. */
    public boolean hasOnlyKey(String id, int generation) {
        return node(id).filter(node -> Objects.equals(node.keyGeneration(), generation)
                        && node.publicKeys().size() == 1)
                .isPresent();
    }

    /** Whether the status lists a link as broken: it has been so for a while, and neither end is what is wrong. */
    public boolean isBroken(Link link) {
        return status().links().stream()
                .anyMatch(broken ->
                        broken.from().equals(link.from()) && broken.to().equals(link.to()));
    }

    /** Whether polls over a link fail according to the polling end, listed as broken or not. */
    public boolean fails(Link link) {
        return verdict(link.to()).stream()
                .flatMap(verdict -> verdict.witnesses().stream())
                .anyMatch(witness -> witness.observer().equals(link.from()) && witness.status() == PingStatus.OFFLINE);
    }

    /** Whether it is told that a link fails: it is listed, or an end of it is what is wrong. */
    public boolean isTold(Link link) {
        return isBroken(link)
                || (fails(link) && !(is(link.from(), NodeState.Online) && is(link.to(), NodeState.Online)));
    }

    /** Whether every node that answers runs with the newest config, and no link suffers from that it was not so. */
    public boolean isSettled() {
        return runs.entrySet().stream()
                        .filter(node -> node.getValue() == NodeRun.READY)
                        .allMatch(node -> following.contains(node.getKey()))
                && (view == null || view.settlingLinks().isEmpty());
    }
}
