package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.monitor.Occasion;
import io.distomon.core.monitor.OwnRecord;
import io.distomon.core.monitor.Reactions;
import io.distomon.core.store.Advance;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a planted bug makes of what goes into the parts of one process, and of what comes out; without one nothing is
 * changed. For one thread.
 */
final class Planted {
    private final Bug bug;
    private final String self;
    private final Map<String, Long> dates = new HashMap<>();
    private final Map<String, Long> metNanos = new HashMap<>();

    Planted(Bug bug, String self) {
        this.bug = bug;
        this.self = self;
    }

    /** Who polls whom in the eyes of the view. */
    Observers observers(NetworkConfig config) {
        return bug == Bug.STRANGERS_COUNT
                ? new Topology(Topology.Mode.FULL, Topology.MIN_DEGREE).observers(config.networkId(), config.members())
                : config.observers();
    }

    /** How often each says something. */
    Map<String, Integer> cadences(Map<String, Integer> seconds) {
        return bug == Bug.CLAIMS_BELIEVED ? Map.of() : seconds;
    }

    /** What is held of each. */
    Map<String, HeldEntry> held(Map<String, HeldEntry> entries, long nowNanos) {
        Map<String, HeldEntry> held = new LinkedHashMap<>(entries);
        switch (bug) {
            case STALE_RECORDS_TRUSTED ->
                held.replaceAll((id, of) -> new HeldEntry(of.entry(), nowNanos, of.onsetNanos(), of.bootNanos()));
            case OLD_ENTRIES_ARE_SIGNS_OF_LIFE ->
                held.replaceAll((id, of) ->
                        new HeldEntry(of.entry(), metNanos(id, of, nowNanos), of.onsetNanos(), of.bootNanos()));
            case DENIALS_IGNORED ->
                held.replaceAll((id, of) -> new HeldEntry(
                        with(of.entry(), data -> data.answering(Map.of())),
                        of.seenNanos(),
                        of.onsetNanos(),
                        of.bootNanos()));
            default -> {}
        }
        return held;
    }

    private long metNanos(String id, HeldEntry held, long nowNanos) {
        long date = held.entry().data().dateMicros();
        Long before = dates.put(id, date);
        if (before == null || before != date) {
            metNanos.put(id, nowNanos);
        }
        return metNanos.getOrDefault(id, nowNanos);
    }

    /** What is answered to who asks. */
    NetworkView view(NetworkView view) {
        return switch (bug) {
            case LINKS_BLAME_BOTH_ENDS ->
                with(
                        view,
                        said -> said.state() == NodeState.ONLINE && said.brokenLinks() > 0
                                ? with(said, NodeState.DEGRADED, Reason.OUTBOUND)
                                : said);
            case SUSPECT_ONLY_WHEN_ALL_FAIL ->
                with(
                        view,
                        said -> said.reason() == Reason.OUTBOUND && reachesAnybody(view, said.nodeId())
                                ? with(said, NodeState.ONLINE, null)
                                : said);
            default -> view;
        };
    }

    private static boolean reachesAnybody(NetworkView view, String id) {
        return view.nodes().stream()
                .flatMap(said -> said.witnesses().stream())
                .anyMatch(witness -> witness.observer().equals(id) && witness.status() == PingStatus.ONLINE);
    }

    /** What came in a message. */
    List<Advance> heard(List<Advance> advances) {
        return bug == Bug.HEARSAY_IGNORED
                ? advances.stream()
                        .map(advance -> new Advance(advance.before(), with(advance.now(), this::onlyOfSelf)))
                        .toList()
                : advances;
    }

    /** What is said, and to whom it is brought. */
    OwnRecord.Said said(OwnRecord.Said said) {
        return bug == Bug.FIRST_FAILURES_UNTOLD
                ? new OwnRecord.Said(
                        with(said.content(), untold(said.content().pingData())),
                        new Occasion(said.occasion().accusers(), Set.of(), Set.of()))
                : said;
    }

    private static Map<String, PingData> untold(Map<String, PingData> pings) {
        Map<String, PingData> untold = new LinkedHashMap<>(pings);
        untold.replaceAll((target, ping) -> ping.isToldOf()
                ? new PingData(
                        ping.status(),
                        ping.reqTimeOutbound(),
                        ping.reqTimeRtt(),
                        ping.sinceMicros(),
                        null,
                        ping.loss(),
                        ping.jitter())
                : ping);
        return untold;
    }

    private NodeData onlyOfSelf(NodeData data) {
        Map<String, PingData> pings = new LinkedHashMap<>(data.pingData());
        pings.keySet().retainAll(List.of(self));
        return with(data, pings);
    }

    private static NodeData with(NodeData data, Map<String, PingData> pings) {
        return new NodeData(
                        data.dateMicros(),
                        pings,
                        data.nodeId(),
                        data.version(),
                        data.networkId(),
                        data.intervalSeconds(),
                        data.boot(),
                        data.configDigest(),
                        data.leaving())
                .answering(data.answers());
    }

    /** What is done about it. */
    Reactions.Reaction reaction(Reactions.Reaction reaction) {
        return bug == Bug.MOST_UNHEARD ? new Reactions.Reaction(reaction.hastened(), false) : reaction;
    }

    /** When in its poll interval a peer is polled. */
    double turn(double turn) {
        return bug == Bug.NO_TURNS ? 0 : turn;
    }

    /** How a peer is polled. */
    Member asDriven(Member peer) {
        return switch (bug) {
            case RETRY_DROPPED -> new Member(peer.nodeId(), peer.url(), peer.pollRate(), Math.max(0, peer.retry() - 1));
            case RETRIES_BY_THE_GRID ->
                new Member(peer.nodeId(), peer.url(), peer.pollRate(), peer.retry(), peer.pollRate());
            default -> peer;
        };
    }

    /** The config by which peers are chosen; with the planted bug, in a sparse network, one that lacks a member. */
    NetworkConfig watching(NetworkConfig config) {
        if (bug != Bug.OBSERVERS_DIFFER || config.observers().areAll()) {
            return config;
        }
        List<Member> members = new ArrayList<>(config.members());
        members.removeIf(member -> member.nodeId().equals(self.equals("dub") ? "ewr" : "dub"));
        return NetworkConfig.of(
                config.networkId(), config.nodeId(), members, config.keys(), config.topology(), config.warnings());
    }

    /** The keys whose entries are taken; with the planted bug, everybody's for everybody. */
    KeyMapping trusted(KeyMapping keys) {
        if (bug != Bug.FORGERIES_TAKEN) {
            return keys;
        }
        List<Verifier> all = new ArrayList<>();
        keys.keys().values().forEach(all::addAll);
        Map<String, List<Verifier>> anybody = new LinkedHashMap<>();
        keys.keys().keySet().forEach(id -> anybody.put(id, all));
        return new KeyMapping(anybody);
    }

    private static SignedNodeData with(SignedNodeData entry, UnaryOperator<NodeData> change) {
        return new SignedNodeData(entry.raw(), change.apply(entry.data()));
    }

    private static NetworkView with(NetworkView view, UnaryOperator<NodeVerdict> change) {
        return new NetworkView(
                view.networkId(),
                view.nodes().stream().map(change).toList(),
                view.brokenLinks(),
                view.settlingLinks(),
                view.partitions(),
                view.minority(),
                view.staysNanos());
    }

    private static NodeVerdict with(NodeVerdict said, NodeState state, @Nullable Reason reason) {
        return new NodeVerdict(
                said.nodeId(),
                state,
                reason,
                said.shownAs(),
                said.sinceMicros(),
                said.planned(),
                said.fresh(),
                said.observers(),
                said.offlineObservers(),
                said.brokenLinks(),
                said.recordDateMicros(),
                said.witnesses());
    }
}
