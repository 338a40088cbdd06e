package io.distomon.operator.reconcile;

import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.operator.keys.ChildMetadata;
import io.distomon.operator.status.MirrorState;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells which nodes are back at work after a restart, so that the next may be restarted.
 *
 * @param mirror what the nodes see
 */
record Rollout(MirrorState mirror) {
    /** Whether the node's pod is of the newest template and available, and the mesh hears the node, if it can be asked. */
    boolean isSettled(@Nullable Deployment deployment) {
        return deployment != null && isAvailable(deployment) && isHeard(node(deployment));
    }

    private static boolean isAvailable(Deployment deployment) {
        var status = deployment.getStatus();
        return status != null
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && Objects.requireNonNullElse(status.getUpdatedReplicas(), 0) > 0
                && Objects.requireNonNullElse(status.getAvailableReplicas(), 0) > 0;
    }

    private boolean isHeard(String node) {
        return switch (mirror) {
            case MirrorState.NotYet() -> false; // Its first round ends soon, and brings us here again.
            case MirrorState.Unreachable unreachable -> true;
            case MirrorState.Fresh(NetworkView view, var versions, var heard) ->
                view.node(node).map(NodeVerdict::fresh).orElse(false);
        };
    }

    private static String node(Deployment deployment) {
        return Optional.ofNullable(deployment.getMetadata().getLabels())
                .orElse(Map.of())
                .getOrDefault(ChildMetadata.NODE, "");
    }
}
