package io.distomon.core.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one node and what it rests on.
 *
 * @param nodeId the node
 * @param state the verdict
 * @param reason why it is Degraded or Unknown; null otherwise
 * @param shownAs how many agree, in words: "2 of 3 observers", "1 of 3", "by its own record"
 * @param sinceMicros since when, microseconds since the epoch by the clocks of those who say so; null when it can't be
 *     told
 * @param planned the node said that it would stop, so that its silence is no fault
 * @param fresh it has reported lately itself
 * @param observers how many of those who watch it count
 * @param offlineObservers how many of these get no answer
 * @param brokenLinks how many links from or to it are broken; they are no fault of its own
 * @param recordDateMicros the date of its own last entry, microseconds since the epoch; null when none is held
 * @param witnesses who says what of it, sorted by observer; those that don't count too
 */
public record NodeVerdict(
        String nodeId,
        NodeState state,
        @Nullable Reason reason,
        String shownAs,
        @Nullable Long sinceMicros,
        boolean planned,
        boolean fresh,
        int observers,
        int offlineObservers,
        int brokenLinks,
        @Nullable Long recordDateMicros,
        List<Witness> witnesses) {
    public NodeVerdict {
        witnesses = List.copyOf(witnesses);
    }
}
