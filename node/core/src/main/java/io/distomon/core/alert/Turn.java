package io.distomon.core.alert;

import io.distomon.core.exchange.Moment;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether it is this node's turn to tell: it is the first of the senders that are at work on its side of the network. A view
 * is enough to know that, and no word goes between senders: when two of them see a network differently for a while, both
 * tell, which is better than neither. For one thread.
 */
final class Turn {
    /** Why a node may be Degraded that tells others as well as one that is Online. */
    private static final Set<Reason> AT_WORK = EnumSet.of(Reason.INBOUND, Reason.PARTITION, Reason.LOSSY, Reason.SLOW);

    private final String nodeId;

    /** When one of those before this node was last seen at work, or the start. */
    private Moment lastOther;

    private boolean ours;
    private Moment since;

    Turn(String nodeId, Moment start) {
        this.nodeId = nodeId;
        this.lastOther = start;
        this.since = start;
    }

    /**
     * Takes in a view.
     *
     * @param senders whose turn it is, the first of them first; empty: ours always
     * @param grace for how long those before this node must have been away, as for any alert
     */
    void look(List<String> senders, NetworkView view, Duration grace, Moment now) {
        boolean before = ours;
        int place = senders.indexOf(nodeId);
        if (senders.isEmpty() || place == 0) {
            ours = true;
        } else if (place < 0) {
            ours = false;
        } else {
            if (senders.subList(0, place).stream().anyMatch(id -> isAtWork(id, view))) {
                lastOther = now;
            }
            ours = now.monotonicNanos() - lastOther.monotonicNanos() >= Math.max(1, grace.toNanos());
        }
        if (ours && !before) {
            since = now;
        }
    }

    /** Whether it is ours. */
    boolean isOurs() {
        return ours;
    }

    /** When it became ours. */
    Moment since() {
        return since;
    }

    /** It is heard, on this side, and reaches others: one whose own way out is broken tells nobody. */
    private boolean isAtWork(String id, NetworkView view) {
        return view.node(id).filter(node -> isAtWork(node, view)).isPresent();
    }

    private boolean isAtWork(NodeVerdict node, NetworkView view) {
        boolean isWell = node.state() == NodeState.ONLINE
                || (node.state() == NodeState.DEGRADED && AT_WORK.contains(node.reason()));
        boolean isAcross = view.partitions().stream().anyMatch(group -> group.contains(node.nodeId()))
                && view.partitions().stream()
                        .noneMatch(group -> group.contains(node.nodeId()) && group.contains(nodeId));
        return isWell && !isAcross;
    }
}
