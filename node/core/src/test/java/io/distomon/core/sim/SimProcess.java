package io.distomon.core.sim;

import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.Observers;
import io.distomon.core.config.TopologyDiff;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Receiver;
import io.distomon.core.exchange.Remembered;
import io.distomon.core.exchange.Requester;
import io.distomon.core.monitor.Effect;
import io.distomon.core.monitor.Monitor;
import io.distomon.core.monitor.OwnRecord;
import io.distomon.core.monitor.Watchlist;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A running node: the real parts, driven by events as the node's threads drive them. Dead after {@link #kill}: what was
 * under way comes to nothing. For one thread.
 */
final class SimProcess {
    private final World world;
    private final SimNode node;
    private final Random random;
    private final SharedStore store;
    private final NetworkExchange exchange;
    private final Receiver receiver;
    private final Requester requester;
    private final Watchlist watchlist;
    private final OwnRecord record;
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Set<String> answered = new HashSet<>();
    private final long startedNanos;
    private Signer signer;
    private long publishPlannedNanos = Long.MAX_VALUE;
    private long watchedSinceNanos;
    private boolean dead;

    /** One monitor and what only its driver knows. */
    private static final class Watch {
        final Monitor monitor;
        PingStatus status = PingStatus.UNKNOWN;
        int failuresInARow;
        int wakeUps;
        boolean waits;

        Watch(Monitor monitor) {
            this.monitor = monitor;
        }
    }

    /** One poll; over as soon as one outcome is in. */
    private static final class Poll {
        boolean over;
    }

    SimProcess(World world, SimNode node, NetworkConfig config, Signer signer, String boot, List<SignedNodeData> disk) {
        this.world = world;
        this.node = node;
        this.signer = signer;
        this.random = new Random(world.random().nextLong());
        this.startedNanos = world.events().nowNanos();
        this.store = new SharedStore(Roster.NETWORK, node.id(), trusted(config.keys()), node.clock());
        this.exchange = new NetworkExchange(config, signer, store, this::heardOf);
        this.receiver = new Receiver(
                node.clock(), random, id -> id.equals(Roster.NETWORK) ? Optional.of(answering()) : Optional.empty());
        this.requester = new Requester(exchange, node.clock(), random);
        this.watchlist = new Watchlist(watching(config), node.clock());
        this.record = new OwnRecord(config, "1.0.0", boot, node.clock());
        store.merge(RawEntries.of(disk));
    }

    SharedStore store() {
        return store;
    }

    NetworkExchange exchange() {
        return exchange;
    }

    Requester requester() {
        return requester;
    }

    /** Whom it polls. */
    Set<String> watched() {
        return Set.copyOf(watches.keySet());
    }

    /** Since when. */
    long watchedSinceNanos() {
        return watchedSinceNanos;
    }

    long startedNanos() {
        return startedNanos;
    }

    void start() {
        watch();
        planPublishing();
    }

    void kill() {
        dead = true;
        watches.values().forEach(watch -> watch.monitor.stop());
    }

    void reconfigure(NetworkConfig config, Signer key) {
        signer = key;
        exchange.reload(config, key, Moment.now(node.clock()));
        watchlist.reconfigure(watching(config));
        record.reconfigure(config, watchlist.targets());
        watch();
        planPublishing();
    }

    /** What this node would answer now. */
    NetworkView view() {
        NetworkConfig config = exchange.config();
        long now = node.clock().monotonicNanos();
        Map<String, HeldEntry> entries = new LinkedHashMap<>(store.entries());
        if (world.bug() == Bug.STALE_RECORDS_TRUSTED) {
            entries.replaceAll((id, held) -> new HeldEntry(held.entry(), now));
        }
        return NetworkView.of(
                new ViewInput(config.networkId(), config.members(), entries, node.id(), config.usualPollRate(), now));
    }

    /** A message begins to arrive; the rest of it comes a little later. */
    void arrive(HttpRequestHead head, byte[] body, Consumer<HttpAnswer> reply) {
        switch (receiver.admit(head)) {
            case Admission.Refused(HttpAnswer answer) -> reply.accept(answer);
            case Admission.Admitted admitted ->
                world.events().in(random.nextInt(5) * Events.MILLI, node, "reads a body", () -> {
                    if (!dead) {
                        HttpAnswer answer = receiver.answer(admitted, body, Moment.now(node.clock()));
                        onlyOnce(head, answer);
                        if (world.bug() == Bug.MADE_UP_NAMES_KEPT && answer.status() == 200) {
                            Remembered.keepAllNames(exchange, admitted.sender(), body);
                        }
                        reply.accept(answer);
                        planPublishing();
                    }
                });
        }
    }

    private void onlyOnce(HttpRequestHead head, HttpAnswer answer) {
        if (answer.status() == 200
                && !answered.add(String.join(" ", head.fields().all("Signature-Input")))) {
            throw new AssertionError(node.id() + " accepted a message for the second time");
        }
    }

    private void watch() {
        TopologyDiff diff = TopologyDiff.between(
                watches.values().stream().map(watch -> watch.monitor.peer()).toList(),
                watchlist.targets().stream().map(this::asDriven).toList());
        if (!diff.stop().isEmpty() || !diff.start().isEmpty()) {
            watchedSinceNanos = world.events().nowNanos();
        }
        diff.stop()
                .forEach(peer ->
                        Objects.requireNonNull(watches.remove(peer)).monitor.stop());
        for (Member peer : diff.change()) {
            Watch watch = Objects.requireNonNull(watches.get(peer.nodeId()));
            watch.monitor.reconfigure(peer);
            if (watch.waits) {
                drive(watch, watch.monitor.step());
            }
        }
        for (Member peer : diff.start()) {
            Watch watch = new Watch(new Monitor(node.id(), peer, node.clock()));
            watches.put(peer.nodeId(), watch);
            watch.monitor.start();
            drive(watch, watch.monitor.step());
        }
    }

    private Member asDriven(Member peer) {
        return world.bug() == Bug.RETRY_DROPPED
                ? new Member(peer.nodeId(), peer.url(), peer.pollRate(), Math.max(0, peer.retry() - 1))
                : peer;
    }

    private void drive(Watch watch, Effect first) {
        watch.waits = false;
        Effect effect = first;
        while (true) {
            switch (effect) {
                case Effect.SendRequest(Member peer, Duration timeout) -> {
                    poll(watch, peer, timeout);
                    return;
                }
                case Effect.UpdateStore(String peerId, var ping) -> {
                    checkStatus(watch, peerId, ping.status());
                    record.update(peerId, ping);
                    planPublishing();
                    effect = watch.monitor.step();
                }
                case Effect.WaitUntil(long dueNanos) -> {
                    watch.waits = true;
                    wake(watch, node.clock().nanosUntil(dueNanos));
                    return;
                }
                case Effect.Done() -> {
                    return;
                }
            }
        }
    }

    private void wake(Watch watch, long nanos) {
        int wakeUp = ++watch.wakeUps;
        world.events().in(nanos, node, "wakes a monitor", () -> {
            if (!dead && watch.wakeUps == wakeUp) {
                drive(watch, watch.monitor.step());
            }
        });
    }

    private void heardOf(Set<String> nodeIds) {
        for (String nodeId : nodeIds) {
            Watch watch = watches.get(nodeId);
            if (watch != null && watch.monitor.heard()) {
                wake(watch, 0);
            }
        }
    }

    /** Counts for itself: retry failures in a row are forgiven, and not one more. */
    private void checkStatus(Watch watch, String peerId, PingStatus status) {
        int retry = exchange.config().member(peerId).map(Member::retry).orElse(Integer.MAX_VALUE);
        PingStatus expected;
        if (watch.failuresInARow == 0) {
            expected = PingStatus.ONLINE;
        } else {
            expected = watch.failuresInARow > retry ? PingStatus.OFFLINE : watch.status;
        }
        if (status != expected) {
            throw new AssertionError("%s calls %s %s after %d failures in a row, of which %d are forgiven"
                    .formatted(node.id(), peerId, status, watch.failuresInARow, retry));
        }
        watch.status = status;
    }

    private void poll(Watch watch, Member peer, Duration timeout) {
        Poll poll = new Poll();
        if (world.isWordless()) {
            pollWithoutWords(watch, poll, peer, timeout);
            return;
        }
        Wire.Link link = new Wire.Link(node.id(), peer.nodeId());
        Wire wire = world.wire();
        Optional<OutgoingRequest> prepared = requester.prepare(peer.nodeId());
        if (prepared.isEmpty()) {
            finish(watch, poll, new PollResult.Failed(PollError.CONNECT));
            return;
        }
        OutgoingRequest request = prepared.get();
        world.events().in(timeout.toNanos(), node, "stops waiting for " + peer.nodeId(), () -> {
            finish(watch, poll, new PollResult.Failed(PollError.TIMEOUT));
        });
        wire.carries(request.fields(), request.body());
        if (wire.isCut(link) || wire.loses()) {
            return;
        }
        SimNode target = world.node(peer.nodeId());
        HttpRequestHead head = new HttpRequestHead("POST", request.uri().getPath(), request.fields());
        byte[] body = wire.isTampered(link) ? Attacker.altered(request.body(), random) : request.body();
        world.events().in(wire.delayNanos(), target, "is asked by " + node.id(), () -> {
            world.attacker().sees(target, head, body);
            target.process()
                    .ifPresentOrElse(
                            asked -> asked.arrive(head, body, answer -> carryBack(watch, poll, request, link, answer)),
                            () -> refuse(watch, poll, target));
        });
    }

    /**
     * What an exchange does to the two stores when the network is as it should be: our entry there, and what we lack
     * here. For networks so large that the bodies would cost too much; their sizes are reckoned.
     */
    private void pollWithoutWords(Watch watch, Poll poll, Member peer, Duration timeout) {
        Wire wire = world.wire();
        Map<String, Long> have = store.have();
        List<SignedNodeData> own =
                store.entry(node.id()).map(HeldEntry::entry).stream().toList();
        wire.carriesWordless(have, own);
        world.events()
                .in(
                        timeout.toNanos(),
                        node,
                        "stops waiting",
                        () -> finish(watch, poll, new PollResult.Failed(PollError.TIMEOUT)));
        if (wire.loses()) {
            return;
        }
        SimNode target = world.node(peer.nodeId());
        world.events()
                .in(
                        wire.delayNanos(),
                        target,
                        "is asked",
                        () -> target.process().ifPresent(asked -> {
                            asked.heardOf(asked.store.merge(RawEntries.of(own)).taken());
                            List<SignedNodeData> answer = asked.store.newerThan(have);
                            wire.carriesWordless(have, answer);
                            if (!wire.loses()) {
                                world.events().in(wire.delayNanos(), node, "is answered", () -> {
                                    if (!dead && !poll.over) {
                                        heardOf(store.merge(RawEntries.of(answer))
                                                .taken());
                                        finish(watch, poll, new PollResult.Answered(1, 1, null));
                                    }
                                });
                            }
                        }));
    }

    private void refuse(Watch watch, Poll poll, SimNode target) {
        if (target.isRefusing()) {
            world.events().in(world.wire().delayNanos(), node, "is refused by " + target.id(), () -> {
                finish(watch, poll, new PollResult.Failed(PollError.CONNECT));
            });
        }
    }

    private void carryBack(Watch watch, Poll poll, OutgoingRequest request, Wire.Link link, HttpAnswer answer) {
        Wire wire = world.wire();
        wire.carries(answer.fields(), answer.body());
        if (wire.isCut(link) || wire.loses()) {
            return;
        }
        boolean tampered = wire.isTampered(link);
        HttpAnswer carried = tampered ? world.attacker().instead(answer) : answer;
        world.attacker().sees(answer);
        world.events().in(wire.delayNanos(), node, "is answered by " + link.to(), () -> {
            if (dead || poll.over) {
                return;
            }
            PollResult result = conclude(request, carried);
            if (tampered && result instanceof PollResult.Answered) {
                throw new AssertionError(node.id() + " took an answer that is none to its request");
            }
            finish(watch, poll, result);
        });
    }

    private PollResult conclude(OutgoingRequest request, HttpAnswer answer) {
        Conclusion conclusion = requester.conclude(request, answer, Moment.now(node.clock()));
        return conclusion instanceof Conclusion.Discarded && world.bug() == Bug.ANSWERS_UNCHECKED
                ? new PollResult.Answered(1, 1, null)
                : conclusion.result();
    }

    private void finish(Watch watch, Poll poll, PollResult result) {
        if (dead || poll.over) {
            return;
        }
        poll.over = true;
        watch.failuresInARow = result instanceof PollResult.Answered ? 0 : watch.failuresInARow + 1;
        drive(watch, watch.monitor.polled(result));
    }

    /** Plans the next look at the record, if there is none planned that is early enough. */
    private void planPublishing() {
        long dueNanos = record.dueNanos();
        if (dueNanos < publishPlannedNanos) {
            publishPlannedNanos = dueNanos;
            world.events().in(node.clock().nanosUntil(dueNanos), node, "publishes", () -> {
                if (!dead && publishPlannedNanos == dueNanos) {
                    publishPlannedNanos = Long.MAX_VALUE;
                    if (world.isPublishing()) {
                        record.takeIfDue().ifPresent(this::publish);
                        planPublishing();
                    }
                }
            });
        }
    }

    private void publish(NodeData content) {
        store.publish(content, signer);
        if (world.bug() != Bug.STAND_INS_FORGOTTEN && watchlist.standIn(this::needs)) {
            record.poll(watchlist.targets());
            watch();
        }
    }

    private Watchlist.Needs needs(Observers observers) {
        NetworkView view = view();
        return new Watchlist.Needs(view.inQuestion(), view.leftToStandIns(observers, node.id()));
    }

    private NetworkExchange answering() {
        return world.bug() == Bug.NONCES_FORGOTTEN
                ? new NetworkExchange(exchange.config(), signer, store, this::heardOf)
                : exchange;
    }

    /** The config by which peers are chosen; with the planted bug, in a sparse network, one that lacks a member. */
    private NetworkConfig watching(NetworkConfig config) {
        if (world.bug() != Bug.OBSERVERS_DIFFER || config.observers().areAll()) {
            return config;
        }
        List<Member> members = new ArrayList<>(config.members());
        members.removeIf(member -> member.nodeId().equals(node.id().equals("dub") ? "ewr" : "dub"));
        return NetworkConfig.of(
                config.networkId(), config.nodeId(), members, config.keys(), config.topology(), config.warnings());
    }

    /** The keys whose entries are taken; with the planted bug, everybody's for everybody. */
    private KeyMapping trusted(KeyMapping keys) {
        if (world.bug() != Bug.FORGERIES_TAKEN) {
            return keys;
        }
        List<Verifier> all = new ArrayList<>();
        keys.keys().values().forEach(all::addAll);
        Map<String, List<Verifier>> anybody = new LinkedHashMap<>();
        keys.keys().keySet().forEach(id -> anybody.put(id, all));
        return new KeyMapping(anybody);
    }
}
