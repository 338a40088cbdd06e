package io.distomon.core.sim;

import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network of any size in which nothing goes wrong but that messages get lost, until somebody makes it: what it costs,
 * what it says that is not so, and how long it takes to notice. For one thread.
 */
final class Fleet {
    private static final Duration POLL_RATE = Duration.ofSeconds(10);
    private static final int RETRY = 2;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int ASKERS = 10;
    private static final long LOOK_NANOS = Events.SECOND / 4;
    private static final long MOST_NANOS = 120 * Events.SECOND;
    private static final Duration STILL_DEAD = POLL_RATE.multipliedBy(2);
    private static final Duration DEAD_FOR = Duration.ofMinutes(10);

    private final Random random;
    private final World world;
    private final double loss;
    private double watchedNodeDays;
    private long falselyOffline;
    private long falselyDegraded;
    private final List<Double> noticedSeconds = new ArrayList<>();
    private double mostApartSeconds;
    private Wire.Traffic traffic = new Wire.Traffic(0, 0, 0);
    private long trafficNanos;

    Fleet(long seed, int size, Topology topology, double loss) {
        this(seed, size, topology, loss, Bug.NONE);
    }

    Fleet(long seed, int size, Topology topology, double loss, Bug bug) {
        this.random = new Random(seed);
        this.world = new World(seed, bug, any -> roster(size, topology));
        this.loss = loss;
    }

    private static Roster roster(int size, Topology topology) {
        Map<String, Member> members = new TreeMap<>();
        Map<String, List<Verifier>> keys = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            String id = "node-%04d".formatted(i);
            members.put(id, new Member(id, URI.create("http://" + id + ".example.com"), POLL_RATE, RETRY));
            keys.put(id, List.of(World.signers(id).getFirst().verifier()));
        }
        return new Roster(members, keys, topology);
    }

    /** Without messages, as {@link World#makeWordless} says: several times as fast. */
    Fleet wordless() {
        world.makeWordless();
        return this;
    }

    /** Starts all, and lets them find each other. */
    Fleet start() {
        for (SimNode node : world.nodes()) {
            world.events().in(random.nextLong(POLL_RATE.toNanos()), node, "starts", node::start);
        }
        pass(2 * POLL_RATE.toNanos());
        world.wire().loss(loss);
        pass(WARM_UP_ROUNDS * POLL_RATE.toNanos());
        return this;
    }

    /** Lets time pass in which all are well, and looks four times a second at what one of them says of each. */
    void live(Duration span) {
        Map<String, NodeState> before = new HashMap<>();
        SimNode asker = world.anyNode(random);
        measure(span, () -> {
            for (NodeVerdict verdict : asker.process().orElseThrow().view().nodes()) {
                NodeState state = verdict.state();
                if (state != before.put(verdict.nodeId(), state)) {
                    falselyOffline += state == NodeState.OFFLINE ? 1 : 0;
                    falselyDegraded += state == NodeState.DEGRADED ? 1 : 0;
                }
            }
        });
        watchedNodeDays += world.nodes().size() * span.toSeconds() / 86_400.0;
    }

    /**
     * Lets one after the other crash without a word, each until all say so, and start again before the next one. None
     * does so twice: a link that has lost many polls tells others less soon.
     */
    void crash(int times, boolean refuses) {
        List<SimNode> nodes = new ArrayList<>(world.nodes());
        Collections.shuffle(nodes, random);
        for (int i = 0; i < times; i++) {
            if (i > 0) {
                nodes.get(i - 1).start();
                pass(WARM_UP_ROUNDS * POLL_RATE.toNanos());
            }
            pass(random.nextLong(POLL_RATE.toNanos()));
            SimNode node = nodes.get(i);
            node.crash(false, refuses);
            staysDead(node, notice(Map.of(node.id(), world.events().nowNanos())));
        }
    }

    /** Whom all call Offline is alive to none of them from then on. */
    private void staysDead(SimNode node, List<SimNode> askers) {
        lookFor(
                STILL_DEAD,
                () -> askers.forEach(asker -> {
                    NodeVerdict said = verdict(asker, node);
                    if (isAlive(said)) {
                        throw new AssertionError("%s takes %s, which is down, for alive again: %s"
                                .formatted(asker.id(), node.id(), said));
                    }
                }));
    }

    /** One after the other stands still for so long, from any moment between two polls, and goes on. */
    void standStill(Duration length, int times) {
        for (int i = 0; i < times; i++) {
            pass(random.nextLong(POLL_RATE.toNanos()));
            SimNode node = world.anyNode(random);
            node.freeze(length.toNanos());
            lookFor(
                    length.plus(POLL_RATE.multipliedBy(2)),
                    () -> askers().stream().filter(asker -> !asker.isFrozen()).forEach(asker -> {
                        for (NodeVerdict said :
                                asker.process().orElseThrow().view().nodes()) {
                            if (said.state() == NodeState.OFFLINE) {
                                throw new AssertionError("%s calls %s offline, while %s stands still"
                                        .formatted(asker.id(), said.nodeId(), node.id()));
                            }
                        }
                    }));
        }
    }

    /**
     * All but two die, and one of these starts again much later and knows nothing. From the other, a liar, it hears all
     * that the dead said of each other while they lived, in their order, as if they said it now.
     */
    void quoteTheDead() {
        List<SimNode> nodes = new ArrayList<>(world.nodes());
        Collections.shuffle(nodes, random);
        SimNode born = nodes.getFirst();
        SimNode quoting = nodes.get(1);
        List<SimNode> dead = nodes.subList(2, nodes.size());
        dead.forEach(node -> node.crash(false, true));
        pass(DEAD_FOR.toNanos());
        born.crash(false, true);
        born.start();
        Liar liar = new Liar(world, quoting, random);
        dead.forEach(node -> liar.repeats(node, born));
        lookFor(
                POLL_RATE.multipliedBy(WARM_UP_ROUNDS),
                () -> dead.forEach(node -> {
                    NodeVerdict said = verdict(born, node);
                    if (isAlive(said)) {
                        throw new AssertionError("%s takes %s, which has been down for long, for alive: %s"
                                .formatted(born.id(), node.id(), said));
                    }
                }));
    }

    private static NodeVerdict verdict(SimNode asker, SimNode of) {
        return asker.process().orElseThrow().view().node(of.id()).orElseThrow();
    }

    private static boolean isAlive(NodeVerdict said) {
        return said.state() == NodeState.ONLINE
                || (said.state() == NodeState.DEGRADED && said.reason() != Reason.SILENT);
    }

    /** Lets so many crash at once. */
    void crashTogether(int count, boolean refuses) {
        Map<String, Long> crashed = new HashMap<>();
        while (crashed.size() < count) {
            SimNode node = world.anyNode(random);
            if (node.isRunning()) {
                node.crash(false, refuses);
                crashed.put(node.id(), world.events().nowNanos());
            }
        }
        Wire.Traffic before = world.wire().traffic();
        long beganNanos = world.events().nowNanos();
        notice(crashed);
        traffic = world.wire().traffic().since(before);
        trafficNanos = world.events().nowNanos() - beganNanos;
    }

    private List<SimNode> askers() {
        List<SimNode> askers = new ArrayList<>();
        while (askers.size() < Math.min(ASKERS, world.running().size())) {
            SimNode node = world.anyNode(random);
            if (node.isRunning() && !askers.contains(node)) {
                askers.add(node);
            }
        }
        return askers;
    }

    /** @return who was asked, and has noticed all */
    private List<SimNode> notice(Map<String, Long> crashed) {
        List<SimNode> askers = askers();
        long endNanos = world.events().nowNanos() + MOST_NANOS;
        Set<String> noticed = new HashSet<>();
        Map<String, Double> first = new HashMap<>();
        while (noticed.size() < crashed.size() * askers.size()) {
            if (world.events().nowNanos() > endNanos) {
                throw new AssertionError("not all of %s were noticed by all of %s: %s"
                        .formatted(
                                crashed.keySet(),
                                askers.stream().map(SimNode::id).toList(),
                                noticed));
            }
            pass(LOOK_NANOS);
            for (SimNode asker : askers) {
                for (NodeVerdict verdict : asker.process().orElseThrow().view().nodes()) {
                    Long since = crashed.get(verdict.nodeId());
                    if (since == null) {
                        blame(asker, verdict);
                    } else if (verdict.state() == NodeState.OFFLINE
                            && noticed.add(asker.id() + " " + verdict.nodeId())) {
                        double seconds = (world.events().nowNanos() - since) / (double) Events.SECOND;
                        noticedSeconds.add(seconds);
                        first.putIfAbsent(verdict.nodeId(), seconds);
                        mostApartSeconds =
                                Math.max(mostApartSeconds, seconds - first.getOrDefault(verdict.nodeId(), seconds));
                    }
                }
            }
        }
        return askers;
    }

    /** Where no message is lost, nobody who is well is blamed for who is not. */
    private void blame(SimNode asker, NodeVerdict verdict) {
        if (loss == 0 && verdict.state() != NodeState.ONLINE) {
            throw new AssertionError("%s blames %s".formatted(asker.id(), verdict));
        }
    }

    /** One of them says of all others every second anew that they are offline. */
    void accuse(Duration span) {
        SimNode accuser = world.anyNode(random);
        Set<String> victims = new HashSet<>();
        world.nodes().forEach(node -> victims.add(node.id()));
        victims.remove(accuser.id());
        accuser.conduct(Conduct.accuse(victims));
        for (long nanos = 0; nanos < span.toNanos(); nanos += Events.SECOND) {
            world.events().in(nanos, accuser, "accuses", () -> accuser.process().ifPresent(SimProcess::insists));
        }
        measure(
                span,
                () -> world.nodes().stream()
                        .filter(node -> node != accuser)
                        .limit(ASKERS)
                        .forEach(asker -> asker.process().orElseThrow().view().nodes().stream()
                                .filter(verdict -> !verdict.nodeId().equals(accuser.id()))
                                .forEach(verdict -> blame(asker, verdict))));
    }

    /** So many, anywhere, say of one that it is offline, and have for an hour. */
    void collude(int count, Duration span) {
        List<SimNode> nodes = new ArrayList<>(world.nodes());
        Collections.shuffle(nodes, random);
        SimNode victim = nodes.getFirst();
        List<SimNode> colluders = nodes.subList(1, 1 + count);
        for (SimNode colluder : colluders) {
            colluder.conduct(
                    Conduct.slander(Set.of(victim.id()), colluder.clock().wallMicros()));
        }
        measure(
                span,
                () -> nodes.subList(1 + count, 1 + count + ASKERS)
                        .forEach(asker -> asker.process()
                                .orElseThrow()
                                .view()
                                .nodes()
                                .forEach(verdict -> blame(asker, verdict))));
    }

    private void measure(Duration span, Runnable look) {
        Wire.Traffic before = world.wire().traffic();
        lookFor(span, look);
        traffic = world.wire().traffic().since(before);
        trafficNanos = span.toNanos();
    }

    private void lookFor(Duration span, Runnable look) {
        long endNanos = world.events().nowNanos() + span.toNanos();
        while (world.events().nowNanos() < endNanos) {
            pass(LOOK_NANOS);
            look.run();
        }
    }

    private void pass(long nanos) {
        world.events().pass(nanos, event -> {});
    }

    /** Of how many nodes for how many days somebody's verdicts were looked at while all were well. */
    double watchedNodeDays() {
        return watchedNodeDays;
    }

    /** How often somebody who was well began to be called Offline. */
    long falselyOffline() {
        return falselyOffline;
    }

    long falselyDegraded() {
        return falselyDegraded;
    }

    /** What the last measured span cost each node in a second: entries that it signed, messages and bytes that it sent. */
    double[] costPerNodeSecond() {
        double nodeSeconds = world.running().size() * (trafficNanos / (double) Events.SECOND);
        return new double[] {
            traffic.entries() / nodeSeconds, traffic.messages() / nodeSeconds, traffic.bytes() / nodeSeconds
        };
    }

    /** How long after each crash each of those who were asked said so. */
    List<Double> noticedSeconds() {
        return List.copyOf(noticedSeconds);
    }

    /** How much later than the first of those who were asked the last of them said so, at most. */
    double mostApartSeconds() {
        return mostApartSeconds;
    }
}
