package io.distomon.core.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What goes wrong, when, and for how long. For one thread. */
final class Chaos {
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final List<Long> SMALL_JUMPS_MICROS = List.of(30_000_000L, -30_000_000L);
    private static final List<Long> JUMPS_MICROS =
            List.of(HOUR_MICROS, -HOUR_MICROS, 24 * HOUR_MICROS, -24 * HOUR_MICROS);
    private static final double HARMLESS_LOSS = 0.05;

    private final World world;
    private final Random random;
    private final Rollout rollout;
    private final List<Long> rightSkews = new ArrayList<>();

    private enum Kind {
        SOME_LOSS,
        HEAVY_LOSS,
        SLOW_LINKS,
        ONE_WAY_CUT,
        PARTITION,
        CRASH,
        CLOCK_JUMP,
        SMALL_CLOCK_JUMP,
        TAMPERED_LINK,
        REPLAYS,
        LIES,
        OTHER_RATES,
        KEY_ROTATED,
        KEY_SWAPPED,
        MEMBER_REMOVED
    }

    Chaos(World world, Random random) {
        this.world = world;
        this.random = random;
        this.rollout = new Rollout(world, random);
        world.nodes().forEach(node -> rightSkews.add(node.clock().skewMicros()));
    }

    /** Plans faults that begin and end within a span. */
    void plan(long spanNanos) {
        int faults = 1 + random.nextInt(4);
        for (int i = 0; i < faults; i++) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            long start = random.nextLong(spanNanos * 3 / 4);
            long length = 1 + random.nextLong(spanNanos - start);
            world.events().in(start, null, "trouble begins", () -> begin(kind, length));
        }
    }

    /** All that is wrong ends. */
    void heal() {
        world.wire().loss(0);
        world.wire().slowest(40 * Events.MILLI);
        for (int i = 0; i < rightSkews.size(); i++) {
            SimNode node = world.nodes().get(i);
            node.clock().skew(rightSkews.get(i));
            restart(node);
        }
        world.tell("all is well again");
    }

    /** Something may go wrong for good. */
    void last() {
        int faults = random.nextInt(3);
        for (int i = 0; i < faults; i++) {
            switch (random.nextInt(4)) {
                case 0 -> begin(Kind.ONE_WAY_CUT, Long.MAX_VALUE / 4);
                case 1 -> begin(Kind.PARTITION, Long.MAX_VALUE / 4);
                case 2 -> begin(Kind.CRASH, Long.MAX_VALUE / 4);
                default -> begin(Kind.CLOCK_JUMP, Long.MAX_VALUE / 4);
            }
        }
    }

    private void begin(Kind kind, long nanos) {
        switch (kind) {
            case SOME_LOSS -> lose(HARMLESS_LOSS * random.nextDouble(), nanos);
            case HEAVY_LOSS -> {
                lose(0.2 + 0.5 * random.nextDouble(), nanos);
                world.nodes().forEach(node -> world.troubled(node, nanos));
            }
            case SLOW_LINKS -> slow(nanos);
            case ONE_WAY_CUT -> cut(pair(), nanos);
            case PARTITION -> partition(nanos);
            case CRASH -> crash(nanos);
            case CLOCK_JUMP -> jump(JUMPS_MICROS, nanos);
            case SMALL_CLOCK_JUMP -> jump(SMALL_JUMPS_MICROS, nanos);
            case TAMPERED_LINK -> tamper(nanos);
            case REPLAYS -> replay(nanos);
            case LIES -> lie(nanos);
            case OTHER_RATES -> rollout.otherRates(nanos);
            case KEY_ROTATED -> rollout.rotate(nanos);
            case KEY_SWAPPED -> rollout.swap(nanos);
            case MEMBER_REMOVED -> rollout.removeForAWhile(nanos);
        }
    }

    private void lose(double each, long nanos) {
        world.tell("%.1f %% of the messages are lost".formatted(100 * each));
        world.wire().loss(each);
        after(nanos, "loss ends", () -> world.wire().loss(0));
    }

    private void slow(long nanos) {
        world.tell("messages take up to 3 s");
        world.wire().slowest(3 * Events.SECOND);
        world.nodes().forEach(node -> world.troubled(node, nanos));
        after(nanos, "links are fast again", () -> world.wire().slowest(40 * Events.MILLI));
    }

    private void cut(Wire.Link link, long nanos) {
        world.tell("no connections from %s to %s".formatted(link.from(), link.to()));
        world.wire().cut(link);
        world.troubled(world.node(link.from()), nanos);
        world.troubled(world.node(link.to()), nanos);
        after(nanos, "a link heals", () -> world.wire().mend(link));
    }

    private void partition(long nanos) {
        List<SimNode> one = new ArrayList<>();
        List<SimNode> other = new ArrayList<>();
        world.nodes().forEach(node -> (random.nextBoolean() ? one : other).add(node));
        for (SimNode a : one) {
            for (SimNode b : other) {
                cut(new Wire.Link(a.id(), b.id()), nanos);
                cut(new Wire.Link(b.id(), a.id()), nanos);
            }
        }
    }

    private void crash(long nanos) {
        SimNode node = world.anyNode(random);
        boolean keepStore = random.nextBoolean();
        boolean refuses = random.nextBoolean();
        world.tell("%s crashes, keeps its store: %s, refuses connections: %s".formatted(node.id(), keepStore, refuses));
        node.crash(keepStore, refuses);
        world.troubled(node, nanos);
        after(Math.max(nanos, Events.SECOND), "restarts", () -> restart(node));
    }

    private void restart(SimNode node) {
        if (!node.isRunning()) {
            world.tell(node.id() + " starts again");
            world.troubled(node, 0);
            node.start();
        }
    }

    private void jump(List<Long> jumps, long nanos) {
        SimNode node = world.anyNode(random);
        long right = node.clock().skewMicros();
        long jump = jumps.get(random.nextInt(jumps.size()));
        world.tell("the clock of %s is set %+d s".formatted(node.id(), jump / 1_000_000));
        node.clock().skew(right + jump);
        world.troubled(node, nanos);
        after(nanos, "a clock is set right", () -> {
            world.tell("the clock of %s is set right".formatted(node.id()));
            node.clock().skew(right);
        });
    }

    private void tamper(long nanos) {
        Wire.Link link = pair();
        world.tell("somebody changes what passes from %s to %s".formatted(link.from(), link.to()));
        world.wire().tamper(link, true);
        world.troubled(world.node(link.from()), nanos);
        world.troubled(world.node(link.to()), nanos);
        after(nanos, "nobody tampers any more", () -> world.wire().tamper(link, false));
    }

    private void replay(long nanos) {
        world.tell("somebody sends old messages again");
        int times = 1 + random.nextInt(20);
        for (int i = 0; i < times; i++) {
            after(random.nextLong(nanos), "old messages", world.attacker()::replays);
        }
    }

    private void lie(long nanos) {
        SimNode node = world.anyNode(random);
        Liar liar = new Liar(world, node, random);
        world.tell(node.id() + " lies");
        world.liars().add(node.id());
        world.troubled(node, nanos);
        int times = 1 + random.nextInt(20);
        for (int i = 0; i < times; i++) {
            after(random.nextLong(nanos), "a lie", liar::lies);
        }
    }

    private void after(long nanos, String what, Runnable action) {
        world.events().in(nanos, null, what, action);
    }

    private Wire.Link pair() {
        SimNode from = world.anyNode(random);
        SimNode to = world.anyNode(random);
        while (to == from) {
            to = world.anyNode(random);
        }
        return new Wire.Link(from.id(), to.id());
    }
}
