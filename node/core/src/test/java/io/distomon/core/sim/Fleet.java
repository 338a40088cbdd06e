package io.distomon.core.sim;

import io.distomon.core.config.Member;
import io.distomon.core.config.Topology;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network of any size in which nothing goes wrong but that messages get lost, until nodes crash: what it costs, what it
 * says that is not so, and how long it takes to notice. For one thread.
 */
final class Fleet {
    private static final Duration POLL_RATE = Duration.ofSeconds(10);
    private static final int RETRY = 2;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int ASKERS = 10;
    private static final long LOOK_NANOS = Events.SECOND / 2;

    private final Random random;
    private final World world;
    private final double loss;
    private long looks;
    private long falselyOffline;
    private long falselyDegraded;
    private double bytesPerNodeSecond;
    private final List<Double> detectionSeconds = new ArrayList<>();

    Fleet(long seed, int size, Topology topology, double loss) {
        this.random = new Random(seed);
        this.world = new World(seed, Bug.NONE, any -> roster(size, topology));
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
    void start() {
        for (SimNode node : world.nodes()) {
            world.events().in(random.nextLong(POLL_RATE.toNanos()), node, "starts", node::start);
        }
        pass(2 * POLL_RATE.toNanos());
        world.wire().loss(loss);
        pass(WARM_UP_ROUNDS * POLL_RATE.toNanos());
    }

    /** Lets time pass in which all are well, counts bytes, and looks ten times a poll interval at somebody's view. */
    void live(Duration span) {
        long bytes = world.wire().bytes();
        for (long nanos = 0; nanos < span.toNanos(); nanos += POLL_RATE.toNanos() / ASKERS) {
            pass(POLL_RATE.toNanos() / ASKERS);
            for (NodeVerdict verdict :
                    world.anyNode(random).process().orElseThrow().view().nodes()) {
                looks++;
                if (verdict.state() == NodeState.OFFLINE) {
                    falselyOffline++;
                } else if (verdict.state() != NodeState.ONLINE) {
                    falselyDegraded++;
                }
            }
        }
        bytesPerNodeSecond =
                (double) (world.wire().bytes() - bytes) / world.nodes().size() / span.toSeconds();
    }

    /** Lets nodes crash, one a second, without a word and without refusing connections, until all others say so. */
    void crash(int count) {
        Map<String, Long> crashed = new HashMap<>();
        List<SimNode> askers = new ArrayList<>();
        while (crashed.size() < count) {
            SimNode node = world.anyNode(random);
            if (node.isRunning()) {
                node.crash(false, false);
                crashed.put(node.id(), world.events().nowNanos());
                pass(random.nextLong(2 * Events.SECOND));
            }
        }
        while (askers.size() < Math.min(ASKERS, world.running().size())) {
            SimNode node = world.anyNode(random);
            if (node.isRunning() && !askers.contains(node)) {
                askers.add(node);
            }
        }
        Set<String> noticed = new HashSet<>();
        while (noticed.size() < count * askers.size()) {
            pass(LOOK_NANOS);
            for (SimNode asker : askers) {
                for (NodeVerdict verdict : asker.process().orElseThrow().view().nodes()) {
                    Long since = crashed.get(verdict.nodeId());
                    if (since != null
                            && verdict.state() == NodeState.OFFLINE
                            && noticed.add(asker.id() + " " + verdict.nodeId())) {
                        detectionSeconds.add((world.events().nowNanos() - since) / (double) Events.SECOND);
                    }
                }
            }
        }
    }

    private void pass(long nanos) {
        world.events().pass(nanos, event -> {});
    }

    long looks() {
        return looks;
    }

    long falselyOffline() {
        return falselyOffline;
    }

    long falselyDegraded() {
        return falselyDegraded;
    }

    double bytesPerNodeSecond() {
        return bytesPerNodeSecond;
    }

    List<Double> detectionSeconds() {
        return List.copyOf(detectionSeconds);
    }
}
