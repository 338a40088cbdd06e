package io.distomon.operator.status;

import io.distomon.core.view.NetworkView;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of what the nodes see. */
public sealed interface MirrorState {
    /** Nothing yet: no round has ended since the operator started. Until then the last status stands. */
    record NotYet() implements MirrorState {}

    /**
     * A node has answered in the last round.
     *
     * @param view what the store means
     * @param versions the version that each node says it runs, by node id
     */
    record Fresh(NetworkView view, Map<String, String> versions) implements MirrorState {
        public Fresh {
            versions = Map.copyOf(versions);
        }
    }

    /**
     * No node has answered in the last round.
     *
     * @param since when the first such round ended
     * @param message why, a sentence; the same each round while nothing changes, or every round writes a status
     * @param view what the store still means, folded now: nodes that are not heard any more age in it; null when there is
     *     none
     */
    record Unreachable(
            Instant since, String message, @Nullable NetworkView view) implements MirrorState {}
}
