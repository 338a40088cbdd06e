package io.distomon.operator.status;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a status depends on.
 *
 * @param resource as it was read, its last status included
 * @param validation the verdict on its spec
 * @param network what runs, with what the spec says of it when it is accepted; null when it is not known what runs, and
 *     then what the last status said of it stands
 * @param obstacles what reconciling could not do
 * @param keys of the nodes that run here, by node id. A node that is missing here keeps the public key that the last
 *     status has of it. While the spec is refused or the API server fails, nobody has read the keys, and what the last status
 *     said of all stands
 * @param availability which nodes run here
 * @param progress how far the nodes are with what the spec wants them to run
 * @param mirror what the nodes see
 * @param membership who is a member, as the nodes say that follow a repository; nobody where the spec says it
 * @param now the time
 */
public record StatusInput(
        DistomonNetwork resource,
        Validation validation,
        @Nullable Network network,
        List<Obstacle> obstacles,
        Map<String, NodeKeys> keys,
        Availability availability,
        RolloutProgress progress,
        MirrorState mirror,
        Membership membership,
        Instant now) {
    public StatusInput {
        obstacles = List.copyOf(obstacles);
        keys = Map.copyOf(keys);
    }
}
