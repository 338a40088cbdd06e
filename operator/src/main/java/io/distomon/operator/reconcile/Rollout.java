package io.distomon.operator.reconcile;

import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.observed.Availability;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes may be restarted with another spec: one at a time, the next when the last is back at work. Pure.
 *
 * <p>One that does not come back is waited for, since it may be the spec that keeps it down. It is passed over, after
 * {@code patience}, when something tells that the spec is not why: it was down before it got that, has not got it yet, or
 * another is at work with it.
 */
final class Rollout {
    private final MirrorState mirror;
    private final Collection<Deployment> deployments;
    private final Predicate<Deployment> isCurrent;
    private final Predicate<String> isLate;
    private final Predicate<String> wasRestartedWhileDown;

    /**
     * @param mirror what the nodes see
     * @param deployments of all the network's nodes
     * @param isCurrent whether a Deployment is as the spec wants it
     * @param isLate whether a node, by its id, has been away from work for longer than anybody waits
     * @param wasRestartedWhileDown whether a node was down already when it got the spec that it has
     */
    Rollout(
            MirrorState mirror,
            Collection<Deployment> deployments,
            Predicate<Deployment> isCurrent,
            Predicate<String> isLate,
            Predicate<String> wasRestartedWhileDown) {
        this.mirror = mirror;
        this.deployments = List.copyOf(deployments);
        this.isCurrent = isCurrent;
        this.isLate = isLate;
        this.wasRestartedWhileDown = wasRestartedWhileDown;
    }

    /** Whether the node's pod is of the newest template and available, and the mesh hears the node, if it can be asked. */
    static boolean isSettled(@Nullable Deployment deployment, MirrorState mirror) {
        return deployment != null && Availability.isSettled(deployment) && isHeard(node(deployment), mirror);
    }

    /** The nodes that a node that works has to wait for, by id; empty when one may be restarted now. */
    Set<String> waitedFor() {
        return deployments.stream()
                .filter(deployment -> !isSettled(deployment, mirror) && !isPassedOver(deployment))
                .map(Rollout::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The nodes that nobody waits for any more, though they are not at work. */
    Set<String> passedOver() {
        return deployments.stream()
                .filter(deployment -> !isSettled(deployment, mirror) && isPassedOver(deployment))
                .map(Rollout::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isPassedOver(Deployment deployment) {
        return isLate.test(node(deployment))
                && (!isCurrent.test(deployment)
                        || wasRestartedWhileDown.test(node(deployment))
                        || deployments.stream().anyMatch(other -> isCurrent.test(other) && isSettled(other, mirror)));
    }

    /** Whether the node is known not to work: Kubernetes says so, or those who are asked don't hear it. */
    static boolean isDown(Deployment deployment, MirrorState mirror) {
        return !Availability.isSettled(deployment)
                || (mirror instanceof MirrorState.Fresh fresh && !isFresh(node(deployment), fresh.view()));
    }

    private static boolean isHeard(String node, MirrorState mirror) {
        return switch (mirror) {
            case MirrorState.NotYet() -> false; // Its first round ends soon, and brings us here again.
            case MirrorState.None() -> true;
            case MirrorState.Unreachable unreachable -> true;
            case MirrorState.Fresh fresh -> isFresh(node, fresh.view());
        };
    }

    private static boolean isFresh(String node, NetworkView view) {
        return view.node(node).map(NodeVerdict::fresh).orElse(false);
    }

    /** Whose Deployment it is; empty when it does not tell. */
    static String node(Deployment deployment) {
        return ChildMetadata.nodeOf(deployment).orElse("");
    }
}
