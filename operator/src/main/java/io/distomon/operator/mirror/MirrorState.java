package io.distomon.operator.mirror;

import io.distomon.core.view.NetworkView;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of what the nodes see. */
public sealed interface MirrorState {
    /** What the members say of config and keys; nothing when nobody could be asked. */
    default MemberReports reports() {
        return MemberReports.NONE;
    }

    /** Nothing yet: no round has ended since the operator started. One does within seconds. */
    record NotYet() implements MirrorState {}

    /** Nothing: nobody looks, since it is not known whom to ask, or with what token. */
    record None() implements MirrorState {}

    /**
     * A node has answered in the last round.
     *
     * @param view what the store means
     * @param versions the version that each node says it runs, by node id
     * @param reports what those say of config and keys that are heard now
     */
    record Fresh(NetworkView view, Map<String, String> versions, MemberReports reports) implements MirrorState {
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
