package io.distomon.core.sim;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
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
import io.distomon.core.exchange.Unwritten;
import io.distomon.core.monitor.Couriers;
import io.distomon.core.monitor.Effect;
import io.distomon.core.monitor.Monitor;
import io.distomon.core.monitor.MonitorState;
import io.distomon.core.monitor.Occasion;
import io.distomon.core.monitor.OwnRecord;
import io.distomon.core.monitor.Reactions;
import io.distomon.core.monitor.Watchlist;
import io.distomon.core.store.Advance;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.TopologyDiff;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A running node: the real parts, driven by events as the node's threads drive them. Dead after {@link #kill}: what was
 * under way comes to nothing. For one thread.
 */
final class SimProcess {
    /** What comes later than it should by this may be late because of who waits for it. */
    private static final long LATE_NANOS = 250 * Events.MILLI;

    private static final int MOST_LATE = 3;

    private final World world;
    private final SimNode node;
    private final Random random;
    private final Planted planted;
    private final SharedStore store;
    private final NetworkExchange exchange;
    private final Receiver receiver;
    private final Requester requester;
    private final Watchlist watchlist;
    private final OwnRecord record;
    private final Reactions reactions;
    private final Couriers couriers;
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Set<String> answered = new HashSet<>();
    private final long startedNanos;
    private Signer signer;
    private long publishPlannedNanos = Long.MAX_VALUE;
    private long lastPublishedNanos = -Events.SECOND;
    private long watchedSinceNanos;
    private boolean dead;

    /** One monitor and what only its driver knows. */
    private static final class Watch {
        final LateClock clock;
        final Monitor monitor;
        PingStatus status = PingStatus.UNKNOWN;
        int failuresInARow;

        /** Of these, those that were noticed when they may have been our own fault. */
        int lateInARow;

        /** How many of these since the last that was noticed in time: nothing is concluded from the last of up to three. */
        int lateSinceTimely;

        int wakeUps;
        boolean waits;

        final long startedNanos;
        double turn;

        Watch(SimNode node, Member peer, double turn, LinkLimits limits, long startedNanos) {
            this.clock = new LateClock(node.clock());
            this.turn = turn;
            this.monitor = new Monitor(peer, turn, limits, clock);
            this.startedNanos = startedNanos;
        }
    }

    /** The machine's clocks, which may be made to have stood still, so that nobody notices that it is late. */
    private static final class LateClock implements Clock {
        private final Clock clock;
        private long nanos;

        LateClock(Clock clock) {
            this.clock = clock;
        }

        void backTo(long nanosAgo) {
            nanos = Math.max(0, nanosAgo);
        }

        @Override
        public long wallMicros() {
            return clock.wallMicros();
        }

        @Override
        public long monotonicNanos() {
            return clock.monotonicNanos() - nanos;
        }
    }

    /** One poll; over as soon as one outcome is in. */
    private static final class Poll {
        final long dueNanos;
        boolean over;

        Poll(long dueNanos) {
            this.dueNanos = dueNanos;
        }
    }

    SimProcess(World world, SimNode node, NetworkConfig config, Signer signer, String boot, List<SignedNodeData> disk) {
        this.world = world;
        this.node = node;
        this.signer = signer;
        this.random = new Random(world.random().nextLong());
        this.startedNanos = world.events().nowNanos();
        this.planted = new Planted(world.bug(), node.id());
        this.store = new SharedStore(Roster.NETWORK, node.id(), planted.trusted(config.keys()), node.clock());
        this.exchange = new NetworkExchange(config, signer, store, this::heardOf);
        this.receiver = new Receiver(
                node.clock(), random, id -> id.equals(Roster.NETWORK) ? Optional.of(answering()) : Optional.empty());
        this.requester = new Requester(exchange, node.clock(), random);
        this.watchlist = new Watchlist(planted.watching(config), node.clock());
        this.record = new OwnRecord(config, "1.0.0", boot, node.clock());
        this.reactions = new Reactions(exchange::config, store, record, this::monitors, node.clock());
        this.couriers = new Couriers(random);
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
        couriers.anybody(Couriers.ASKED_AT_START, exchange.config()).forEach(this::bring);
        planPublishing();
    }

    private Map<String, Monitor> monitors() {
        Map<String, Monitor> monitors = new LinkedHashMap<>();
        watches.forEach((peer, watch) -> monitors.put(peer, watch.monitor));
        return monitors;
    }

    /** Says all anew, and has it brought as if it was news; what no honest node does. */
    void insists() {
        store.entry(node.id()).ifPresent(own -> {
            publish(new OwnRecord.Said(own.entry().data(), Occasion.NONE));
            couriers.anybody(Couriers.TOLD, exchange.config()).forEach(this::bring);
        });
    }

    /** When its next regular poll of a peer comes, if it polls it. */
    OptionalLong nextPollNanos(String peer) {
        Watch watch = watches.get(peer);
        return watch == null
                ? OptionalLong.empty()
                : OptionalLong.of(
                        world.events().nowNanos() + Math.max(0, node.clock().nanosUntil(watch.monitor.dueNanos())));
    }

    void kill() {
        dead = true;
        watches.values().forEach(watch -> watch.monitor.stop());
    }

    void reconfigure(NetworkConfig config, Signer key) {
        signer = key;
        exchange.reload(config, key, Moment.now(node.clock()));
        watchlist.reconfigure(planted.watching(config));
        record.reconfigure(config, watchlist.targets());
        watch();
        planPublishing();
    }

    /** What this node would answer now. */
    NetworkView view() {
        return planted.view(NetworkView.of(input()));
    }

    /** What that is made of. */
    ViewInput input() {
        NetworkConfig config = exchange.config();
        long now = node.clock().monotonicNanos();
        return new ViewInput(
                config.networkId(),
                config.members(),
                planted.observers(config),
                planted.cadences(exchange.cadences().at(now)),
                planted.held(store.entries(), now),
                node.id(),
                config.usualPollRate(),
                Set.of(),
                now);
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
                            Remembered.keepAllNames(exchange, admitted.sender(), Plain.bytes(body));
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
        List<Member> targets =
                watchlist.targets().stream().map(planted::asDriven).toList();
        TopologyDiff diff = TopologyDiff.between(
                watches.values().stream().map(watch -> watch.monitor.peer()).toList(), targets);
        if (!diff.stop().isEmpty() || !diff.start().isEmpty()) {
            watchedSinceNanos = world.events().nowNanos();
        }
        diff.stop()
                .forEach(peer ->
                        Objects.requireNonNull(watches.remove(peer)).monitor.stop());
        for (Member peer : targets) {
            double turn = planted.turn(exchange.config().observers().turn(node.id(), peer.nodeId()));
            Watch watch = watches.get(peer.nodeId());
            if (watch == null) {
                LinkLimits limits = exchange.config().thresholds().of(node.id(), peer.nodeId());
                begin(new Watch(node, peer, turn, limits, world.events().nowNanos()));
            } else if (watch.turn != turn || !watch.monitor.peer().equals(peer)) {
                watch.turn = turn;
                watch.monitor.reconfigure(peer, turn);
                if (watch.waits) {
                    drive(watch, watch.monitor.step());
                }
            }
        }
    }

    private void begin(Watch watch) {
        String peer = watch.monitor.peer().nodeId();
        watches.put(peer, watch);
        if (store.entry(peer).isPresent()) {
            watch.monitor.met();
        }
        watch.monitor.start();
        drive(watch, watch.monitor.step());
    }

    private void drive(Watch watch, Effect first) {
        watch.waits = false;
        watch.wakeUps++; // a wake-up that was planned before, and comes late, is none any more
        Effect effect = first;
        while (true) {
            switch (effect) {
                case Effect.SendRequest(Member peer, Duration timeout) -> {
                    poll(watch, peer, timeout);
                    return;
                }
                case Effect.UpdateStore(String peerId, var ping) -> {
                    checkStatus(watch, peerId, ping.status());
                    reactions.observed(peerId, ping);
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

    private void heardOf(List<Advance> advances) {
        Reactions.Reaction reaction = planted.reaction(reactions.heardOf(planted.heard(advances)));
        reaction.hastened().forEach(peer -> {
            Watch watch = watches.get(peer);
            if (watch != null) {
                wake(watch, node.clock().nanosUntil(watch.monitor.dueNanos()));
            }
        });
        if (reaction.spreads()) {
            couriers.anybody(Couriers.TOLD, exchange.config()).forEach(this::bring);
        }
        planPublishing();
    }

    /** Exchanges with a member at once: by its monitor, if it has one, or just so. */
    private void bring(Member peer) {
        Watch watch = watches.get(peer.nodeId());
        if (watch == null) {
            poll(new Watch(node, peer, 0, LinkLimits.NONE, world.events().nowNanos()), peer, Monitor.MAX_TIMEOUT);
        } else if (watch.monitor.hasten()) {
            wake(watch, node.clock().nanosUntil(watch.monitor.dueNanos()));
        }
    }

    /** Counts for itself: retry failures in a row are forgiven, and not one more. */
    private void checkStatus(Watch watch, String peerId, PingStatus status) {
        int retry = exchange.config().member(peerId).map(Member::retry).orElse(Integer.MAX_VALUE);
        PingStatus expected;
        if (watch.failuresInARow == 0) {
            expected = PingStatus.ONLINE;
        } else if (status == watch.status
                && (watch.failuresInARow - watch.lateInARow <= retry
                        || (watch.lateSinceTimely > 0 && watch.lateSinceTimely <= MOST_LATE))) {
            expected = status;
        } else if (status == PingStatus.UNKNOWN && watch.status == status && isStarting(watch, peerId)) {
            expected = status;
        } else {
            expected = watch.failuresInARow > retry ? PingStatus.OFFLINE : watch.status;
        }
        if (status != expected) {
            throw new AssertionError("%s calls %s %s after %d failures in a row, of which %d are forgiven"
                    .formatted(node.id(), peerId, status, watch.failuresInARow, retry));
        }
        watch.status = status;
    }

    /** Whether the peer may never have been, so far as this process can know. */
    private boolean isStarting(Watch watch, String peerId) {
        return store.entry(peerId).isEmpty()
                && world.events().nowNanos() - watch.startedNanos < Monitor.STARTING.toNanos();
    }

    private void poll(Watch watch, Member peer, Duration timeout) {
        Poll poll = new Poll(world.events().nowNanos() + timeout.toNanos());
        if (world.isWordless()) {
            pollWithoutWords(watch, poll, peer, timeout);
            return;
        }
        Wire.Link link = new Wire.Link(node.id(), peer.nodeId());
        Wire wire = world.wire();
        Optional<OutgoingRequest> prepared = requester.prepareCoded(peer.nodeId());
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
        world.events().in(wire.delayNanos(link), target, "is asked by " + node.id(), () -> {
            world.attacker().sees(target, head, body);
            target.process()
                    .ifPresentOrElse(
                            asked -> asked.arrive(head, body, answer -> carryBack(watch, poll, request, link, answer)),
                            () -> refuse(watch, poll, target));
        });
    }

    /**
     * The same without messages, as {@link Unwritten} says, where nobody cuts or changes anything. For networks so large
     * that the bodies would cost too much; their sizes are reckoned.
     */
    private void pollWithoutWords(Watch watch, Poll poll, Member peer, Duration timeout) {
        Wire wire = world.wire();
        Map<String, Long> have = store.have();
        List<SignedNodeData> brought = Unwritten.asks(exchange, peer.nodeId(), Moment.now(node.clock()));
        wire.carriesWordless(have, brought);
        world.events().in(timeout.toNanos(), node, "stops waiting", () -> {
            finish(watch, poll, new PollResult.Failed(PollError.TIMEOUT));
        });
        if (wire.loses()) {
            return;
        }
        SimNode target = world.node(peer.nodeId());
        world.events().in(wire.delayNanos(), target, "is asked", () -> {
            target.process()
                    .ifPresentOrElse(
                            asked -> asked.answerWithoutWords(this, watch, poll, have, brought),
                            () -> refuse(watch, poll, target));
        });
    }

    private void answerWithoutWords(
            SimProcess asker, Watch watch, Poll poll, Map<String, Long> have, List<SignedNodeData> brought) {
        Wire wire = world.wire();
        List<SignedNodeData> answer =
                Unwritten.answers(exchange, asker.node.id(), have, brought, Moment.now(node.clock()));
        Map<String, Long> held = store.have();
        planPublishing();
        wire.carriesWordless(held, answer);
        if (wire.loses()) {
            return;
        }
        world.events().in(wire.delayNanos(), asker.node, "is answered", () -> {
            if (!asker.dead && !poll.over) {
                Unwritten.concludes(asker.exchange, node.id(), held, answer, Moment.now(asker.node.clock()));
                asker.finish(watch, poll, new PollResult.Answered(1, asker.aheadMillis(node), null));
            }
        });
    }

    private double aheadMillis(SimNode target) {
        return (target.clock().wallMicros() - node.clock().wallMicros()) / 1_000.0;
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
        world.events().in(wire.delayNanos(link), node, "is answered by " + link.to(), () -> {
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
        if (watch.monitor.state() == MonitorState.INITIALIZED) {
            return; // it was only to bring something
        }
        if (result instanceof PollResult.Answered) {
            watch.failuresInARow = 0;
            watch.lateInARow = 0;
            watch.lateSinceTimely = 0;
        } else {
            boolean late = world.events().nowNanos() > poll.dueNanos + LATE_NANOS;
            watch.failuresInARow++;
            watch.lateInARow += late ? 1 : 0;
            watch.lateSinceTimely = late ? watch.lateSinceTimely + 1 : 0;
        }
        watch.clock.backTo(
                world.bug() == Bug.OWN_DELAY_ACCUSES && result instanceof PollResult.Failed
                        ? world.events().nowNanos() - poll.dueNanos
                        : 0);
        Effect effect = watch.monitor.polled(result);
        watch.clock.backTo(0);
        drive(watch, effect);
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
                        record.takeIfDue().ifPresent(this::publishInTime);
                        planPublishing();
                    }
                }
            });
        }
    }

    private void publishInTime(OwnRecord.Said said) {
        long now = world.events().nowNanos();
        if (now - lastPublishedNanos < Events.SECOND) {
            throw new AssertionError(node.id() + " says something new twice in a second");
        }
        lastPublishedNanos = now;
        publish(planted.said(said));
    }

    private void publish(OwnRecord.Said said) {
        NodeData content = said.content().answering(store.accusersOf(node.id()));
        SignedNodeData entry =
                store.publish(node.conduct().says(content, node.clock().wallMicros()), signer);
        node.says(entry);
        world.promises().said(node, entry.data());
        world.wire().signed();
        couriers.choose(said, exchange.config()).forEach(this::bring);
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
}
