package io.distomon.operator.status;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.Validation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a status depends on.
 *
 * @param resource as it was read, its last status included
 * @param validation the verdict on its spec
 * @param lastGood what runs while the spec is refused; null when that is not known (the operator has started since), and
 *     then what the last status said of it stands. Not used when the spec is accepted
 * @param troubles what reconciling could not do
 * @param keys of the managed nodes, by node id. A node that is missing here keeps the public key that the last
 *     status has of it. While the spec is refused or the API server fails, nobody has read the keys, and what the last status
 *     said of all stands
 * @param available the managed nodes whose pod is available
 * @param unavailable why the others aren't, as far as it is known: node id to a few words such as "the image can't be
 *     pulled"
 * @param mirror what the nodes see
 * @param now the time
 */
public record StatusInput(
        DistomonNetwork resource,
        Validation validation,
        @Nullable Network lastGood,
        List<Trouble> troubles,
        Map<String, NodeKeys> keys,
        Set<String> available,
        Map<String, String> unavailable,
        MirrorState mirror,
        Instant now) {
    public StatusInput {
        troubles = List.copyOf(troubles);
        keys = Map.copyOf(keys);
        available = Set.copyOf(available);
        unavailable = Map.copyOf(unavailable);
    }

    /** What runs; null when that is not known. */
    @Nullable
    Network network() {
        return switch (validation) {
            case Validation.Accepted(Network network) -> network;
            case Validation.Refused refused -> lastGood;
        };
    }
}
