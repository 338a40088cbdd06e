package io.distomon.operator.reconcile;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator knows of a network at a moment, without asking anybody.
 *
 * @param resource as the API server sent it last, with the status that was written last
 * @param isFailing whether the last pass over it failed, in whole or in part
 * @param sinceAnswer how long ago one of its nodes last answered, or, while none has, since when they are asked; null when
 *     it is not known whom to ask
 * @param oldestKey when the oldest of the keys was made that the nodes here run with; null while none is known
 * @param alertSenders the nodes that tell of alerts, by their ids; none where nobody is told
 */
public record KnownNetwork(
        DistomonNetwork resource,
        boolean isFailing,
        @Nullable Duration sinceAnswer,
        @Nullable Instant oldestKey,
        List<String> alertSenders) {
    public KnownNetwork {
        alertSenders = List.copyOf(alertSenders);
    }
}
