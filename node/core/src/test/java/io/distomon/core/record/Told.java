package io.distomon.core.record;

import io.distomon.core.store.PingStatus;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Witness;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Views and records in the making, for tests. */
final class Told {
    static final long T0 = 1_700_000_000_000_000L;
    static final long SECOND = 1_000_000;

    /** Nothing was let go yet. */
    static final Anchor START = new Anchor(ChainPoint.START, 0, Situation.NOTHING);

    private Told() {}

    static NetworkView view(NodeVerdict... nodes) {
        return new NetworkView("lab", List.of(nodes), List.of(), List.of(), List.of(), false, 0);
    }

    static NetworkView withLinks(NetworkView view, LinkFault... faults) {
        return new NetworkView("lab", view.nodes(), List.of(faults), List.of(), view.partitions(), false, 0);
    }

    static NetworkView withStrains(NetworkView view, StrainedLink... links) {
        return new NetworkView(
                "lab", view.nodes(), view.brokenLinks(), List.of(links), List.of(), view.partitions(), false, 0);
    }

    static NetworkView divided(NetworkView view, List<List<String>> groups) {
        return new NetworkView("lab", view.nodes(), view.brokenLinks(), List.of(), groups, true, 0);
    }

    static NetworkView minority(NetworkView view) {
        return new NetworkView("lab", view.nodes(), view.brokenLinks(), List.of(), view.partitions(), true, 0);
    }

    /** The same of who has not reported lately. */
    static NodeVerdict unheard(NodeVerdict verdict) {
        return new NodeVerdict(
                verdict.nodeId(),
                verdict.state(),
                verdict.reason(),
                verdict.shownAs(),
                verdict.sinceMicros(),
                verdict.planned(),
                false,
                verdict.observers(),
                verdict.offlineObservers(),
                verdict.brokenLinks(),
                verdict.recordDateMicros(),
                verdict.witnesses());
    }

    static NodeVerdict online(String id, Witness... witnesses) {
        return verdict(id, NodeState.ONLINE, null, false, witnesses);
    }

    static NodeVerdict verdict(
            String id, NodeState state, @Nullable Reason reason, boolean planned, Witness... witnesses) {
        return new NodeVerdict(
                id, state, reason, "2 of 2 observers", T0, planned, true, 2, 0, 0, T0, List.of(witnesses));
    }

    static Witness offlineBy(String observer, Standing standing) {
        return new Witness(observer, PingStatus.OFFLINE, T0, "timeout", 0, null, null, T0, standing);
    }

    static Witness onlineBy(String observer, Standing standing) {
        return new Witness(observer, PingStatus.ONLINE, T0, null, 1, null, null, T0, standing);
    }

    static LinkFault fault(String from, String to, boolean standing) {
        return new LinkFault(from, to, false, standing, T0, "timeout", T0);
    }

    static Transition node(String id, String from, String to) {
        return Transition.unwitnessed(Subject.node(id), from, new State(to, null));
    }

    /** A chain of these, a second apart, the first at {@link #T0}. */
    static List<FlightRecord> chain(Transition... transitions) {
        List<FlightRecord> records = new ArrayList<>();
        ChainPoint end = ChainPoint.START;
        for (Transition transition : transitions) {
            FlightRecord next = end.next(T0 + records.size() * SECOND, transition);
            records.add(next);
            end = ChainPoint.at(next);
        }
        return records;
    }
}
