package io.distomon.core.sim;

import io.distomon.core.monitor.Monitor;
import io.distomon.core.topology.Member;
import io.distomon.core.view.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What goes wrong, when, and for how long. For one thread. */
final class Chaos {
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final List<Long> SMALL_JUMPS_MICROS = List.of(30_000_000L, -30_000_000L);
    private static final List<Long> JUMPS_MICROS =
            List.of(HOUR_MICROS, -HOUR_MICROS, 24 * HOUR_MICROS, -24 * HOUR_MICROS);
    private static final double HARMLESS_LOSS = 0.05;

    private static final List<Kind> LASTING = List.of(
            Kind.ONE_WAY_CUT,
            Kind.PARTITION,
            Kind.CRASH,
            Kind.CLOCK_JUMP,
            Kind.HALF_OPEN,
            Kind.SLANDER,
            Kind.MOST_CRASH,
            Kind.REBIRTH);

    /** If nothing else is wrong, something is promised of these. */
    private static final List<Kind> PROMISED =
            List.of(Kind.CRASH, Kind.PARTITION, Kind.HALF_OPEN, Kind.FREEZE, Kind.LONG_FREEZE);

    private static final int REBIRTH_ROUNDS = 9;

    /** Less wrong than what two nodes may differ by. */
    private static final long WRONG_MICROS = 90_000_000L;

    private static final long MOST_LATE_NANOS = 3 * Events.SECOND;

    private final World world;
    private final Random random;
    private final Rollout rollout;
    private final List<Long> rightSkews = new ArrayList<>();

    /** What may go wrong. */
    enum Kind {
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
        MEMBER_REMOVED,
        FREEZE,
        LONG_FREEZE,
        SLANDER,
        ACCUSATIONS,
        HALF_OPEN,
        WRONG_CLOCK,
        STARVED,
        BACKLOG,
        MOST_CRASH,
        REBIRTH
    }

    Chaos(World world, Random random) {
        this.world = world;
        this.random = random;
        this.rollout = new Rollout(world, random);
        world.nodes().forEach(node -> rightSkews.add(node.clock().skewMicros()));
    }

    /** Plans faults that begin and end within a span. */
    void plan(long spanNanos) {
        List<Kind> kinds = kinds(kind -> world.bug() == Bug.NONE || !LASTING.contains(kind));
        int faults = kinds.isEmpty() ? 0 : world.bug().kinds().isEmpty() ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < faults; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            // Where something is looked for, it begins when all that a start brings is over.
            long start = world.bug() == Bug.NONE ? random.nextLong(spanNanos * 3 / 4) : spanNanos * 3 / 4;
            long length = 1 + random.nextLong(spanNanos - start);
            world.events().in(start, null, "trouble begins", () -> begin(kind, length));
        }
    }

    /** Plans a fault that begins when all that a start brings is over, and ends long before the span does. */
    void planOne(long spanNanos) {
        Kind kind = PROMISED.get(random.nextInt(PROMISED.size()));
        world.events().in(spanNanos / 4, null, "trouble begins", () -> begin(kind, spanNanos / 2));
    }

    /** All that is wrong ends. */
    void heal() {
        world.disturb(0);
        world.wire().loss(0);
        world.wire().slowest(40 * Events.MILLI);
        for (int i = 0; i < rightSkews.size(); i++) {
            SimNode node = world.nodes().get(i);
            node.clock().skew(rightSkews.get(i));
            node.starve(0);
            restart(node);
        }
        world.tell("all is well again");
    }

    /**
     * Something may go wrong for good.
     *
     * @return in how many nanoseconds all of it has begun
     */
    long last() {
        List<Kind> kinds = kinds(LASTING::contains);
        boolean rebirth = false;
        int faults = kinds.isEmpty() ? 0 : world.bug() == Bug.NONE ? random.nextInt(3) : 1;
        for (int i = 0; i < faults; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            rebirth |= kind == Kind.REBIRTH;
            begin(kind, Long.MAX_VALUE / 4);
        }
        return rebirth ? REBIRTH_ROUNDS * world.roundNanos() : 0;
    }

    private List<Kind> kinds(Predicate<Kind> fits) {
        List<Kind> kinds = world.bug().kinds();
        return (kinds.isEmpty() ? List.of(Kind.values()) : kinds)
                .stream().filter(fits).toList();
    }

    private void begin(Kind kind, long nanos) {
        boolean quiet = world.isQuiet();
        world.disturb(nanos);
        switch (kind) {
            case SOME_LOSS -> lose(HARMLESS_LOSS * random.nextDouble(), nanos);
            case HEAVY_LOSS -> {
                lose(0.2 + 0.5 * random.nextDouble(), nanos);
                world.nodes().forEach(node -> world.troubled(node, nanos));
            }
            case SLOW_LINKS -> slow(nanos);
            case ONE_WAY_CUT -> cut(pair(), nanos);
            case PARTITION -> partition(nanos, quiet);
            case CRASH -> crash(nanos, quiet);
            case CLOCK_JUMP -> jump(JUMPS_MICROS, nanos);
            case SMALL_CLOCK_JUMP -> jump(SMALL_JUMPS_MICROS, nanos);
            case TAMPERED_LINK -> tamper(nanos);
            case REPLAYS -> replay(nanos);
            case LIES -> lie(nanos);
            case OTHER_RATES -> rollout.otherRates(nanos);
            case KEY_ROTATED -> rollout.rotate(nanos);
            case KEY_SWAPPED -> rollout.swap(nanos);
            case MEMBER_REMOVED -> rollout.removeForAWhile(nanos);
            case FREEZE -> freeze(quiet);
            case LONG_FREEZE -> freezeForLong(nanos, quiet);
            case SLANDER -> slander(nanos);
            case ACCUSATIONS -> accuse(nanos);
            case HALF_OPEN -> halfOpen(nanos, quiet);
            case WRONG_CLOCK -> wrongClock(nanos);
            case STARVED -> starve(nanos);
            case BACKLOG -> backlog(nanos);
            case MOST_CRASH -> crashMost(nanos);
            case REBIRTH -> rebirth(nanos);
        }
    }

    private void lose(double each, long nanos) {
        world.tell("%.1f %% of the messages are lost".formatted(100 * each));
        world.wire().loss(each);
        after(nanos, "loss ends", () -> world.wire().loss(0));
    }

    private void slow(long nanos) {
        world.tell("messages take up to 3 s");
        world.slowed();
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

    private void partition(long nanos, boolean quiet) {
        List<SimNode> one = new ArrayList<>();
        List<SimNode> other = new ArrayList<>();
        world.nodes().forEach(node -> (random.nextBoolean() ? one : other).add(node));
        if (quiet) {
            world.promises().parted(ids(one), ids(other));
        }
        for (SimNode a : one) {
            for (SimNode b : other) {
                cut(new Wire.Link(a.id(), b.id()), nanos);
                cut(new Wire.Link(b.id(), a.id()), nanos);
            }
        }
        long disturbances = world.disturbances();
        if (quiet && !one.isEmpty() && !other.isEmpty()) {
            world.events().in(nanos - 1, null, "a cut is about to heal", () -> {
                boolean alone = world.disturbances() == disturbances;
                world.events().in(2, null, "a cut has healed", () -> {
                    if (alone) {
                        world.promises().joined();
                    }
                });
            });
        }
    }

    private static Set<String> ids(List<SimNode> nodes) {
        return nodes.stream().map(SimNode::id).collect(Collectors.toSet());
    }

    private void crash(long nanos, boolean quiet) {
        SimNode node = world.anyNode(random);
        boolean keepStore = random.nextBoolean();
        boolean refuses = random.nextBoolean();
        world.tell("%s crashes, keeps its store: %s, refuses connections: %s".formatted(node.id(), keepStore, refuses));
        if (quiet && node.isRunning()) {
            world.promises().crashed(node);
        }
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
        long right = rightSkew(node);
        long jump = jumps.get(random.nextInt(jumps.size()));
        world.tell("the clock of %s is set %+d s".formatted(node.id(), jump / 1_000_000));
        node.clock().skew(right + jump);
        world.clockWasWrong();
        world.troubled(node, nanos);
        after(nanos, "a clock is set right", () -> {
            world.tell("the clock of %s is set right".formatted(node.id()));
            node.clock().skew(right);
        });
    }

    /** However wrong its clock is now: it may be set twice before it is set right. */
    private long rightSkew(SimNode node) {
        return rightSkews.get(world.nodes().indexOf(node));
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

    /** No longer than the node's retries forgive: nobody may find anything wrong. */
    private void freeze(boolean quiet) {
        SimNode node = world.anyNode(random);
        Member member = world.roster().members().get(node.id());
        if (!node.isRunning() || member == null) {
            return;
        }
        long nanos = (member.retry() + 1) * member.retrySpacing().toNanos() + 250 * Events.MILLI;
        world.tell("%s stands still for %d ms".formatted(node.id(), nanos / Events.MILLI));
        if (quiet) {
            world.promises().standsStill(node);
        } else {
            world.troubled(node, nanos);
        }
        node.freeze(nanos);
    }

    /** From just after it has polled somebody, whose answer it does not see in time. */
    private void freezeForLong(long nanos, boolean quiet) {
        SimNode node = world.anyNode(random);
        OptionalLong poll = node.process().stream()
                .flatMapToLong(process ->
                        process.watched().stream().flatMapToLong(peer -> process.nextPollNanos(peer).stream()))
                .min();
        if (poll.isEmpty()) {
            return;
        }
        long first = poll.getAsLong() - world.events().nowNanos() + 1;
        long length = Math.max(Monitor.MAX_TIMEOUT.toNanos() + 2 * Events.SECOND, Math.min(nanos, 60 * Events.SECOND));
        world.troubled(node, first + length);
        world.tell("%s stands still for %d s".formatted(node.id(), length / Events.SECOND));
        if (quiet) {
            world.promises().standsStill(node);
        }
        world.events().in(first, null, "stands still", () -> node.freeze(length));
    }

    private void slander(long nanos) {
        SimNode node = world.anyNode(random);
        SimNode victim = world.anyNode(random);
        world.tell("%s says that %s is offline".formatted(node.id(), victim.id()));
        behave(node, Conduct.slander(Set.of(victim.id()), node.clock().wallMicros()), nanos);
    }

    private void accuse(long nanos) {
        SimNode node = world.anyNode(random);
        world.tell(node.id() + " says every second anew that all are offline");
        behave(node, Conduct.accuse(ids(world.nodes())), nanos);
        for (int i = 0; i < nanos / Events.SECOND; i++) {
            world.events()
                    .in(i * Events.SECOND, node, "insists", () -> node.process().ifPresent(SimProcess::insists));
        }
    }

    private void behave(SimNode node, Conduct conduct, long nanos) {
        world.troubled(node, nanos);
        node.slander(true);
        node.conduct(conduct);
        after(nanos, "an end of lies", () -> {
            node.slander(false);
            node.conduct(Conduct.HONEST);
        });
    }

    /** Connections pass only into it, or only out of it; or out of it to only a few. */
    private void halfOpen(long nanos, boolean quiet) {
        SimNode node = world.anyNode(random);
        List<SimNode> others = new ArrayList<>(world.nodes());
        others.remove(node);
        Collections.shuffle(others, random);
        boolean inward = random.nextBoolean();
        int closed = inward || random.nextBoolean() ? others.size() : others.size() * 2 / 3 + 1;
        world.tell("%s: no connections %s, of %s"
                .formatted(node.id(), inward ? "to it" : "from it", ids(others.subList(0, closed))));
        world.troubled(node, nanos);
        for (SimNode other : others.subList(0, closed)) {
            Wire.Link link = inward ? new Wire.Link(other.id(), node.id()) : new Wire.Link(node.id(), other.id());
            world.wire().cut(link);
            after(nanos, "a firewall opens", () -> world.wire().mend(link));
        }
        if (quiet && (closed == others.size() || world.isEverybodyPolled())) {
            world.promises().halfOpen(node, inward ? Reason.INBOUND : Reason.OUTBOUND);
        }
    }

    /** So wrong that all others still believe it. */
    private void wrongClock(long nanos) {
        SimNode node = world.anyNode(random);
        long right = rightSkew(node);
        long wrong = random.nextBoolean() ? WRONG_MICROS : -WRONG_MICROS;
        world.tell("the clock of %s is wrong by %+d s".formatted(node.id(), wrong / 1_000_000));
        node.clock().skew(right + wrong);
        after(nanos, "a clock is set right", () -> node.clock().skew(right));
    }

    private void starve(long nanos) {
        SimNode node = world.anyNode(random);
        world.tell(node.id() + " is short of time");
        world.slowed();
        world.troubled(node, nanos);
        node.starve(MOST_LATE_NANOS);
        after(nanos, "there is time again", () -> node.starve(0));
    }

    /** Somebody who has died is quoted to somebody who has just been born. */
    private void backlog(long nanos) {
        List<SimNode> three = new ArrayList<>(world.nodes());
        Collections.shuffle(three, random);
        SimNode dead = three.get(0);
        SimNode born = three.get(1);
        SimNode liar = three.get(2);
        world.tell("%s crashes, and %s, which starts again; %s tells it what the other said"
                .formatted(dead.id(), born.id(), liar.id()));
        world.troubled(dead, nanos);
        world.troubled(born, nanos);
        world.troubled(liar, nanos);
        world.liars().add(liar.id());
        dead.crash(false, true);
        born.crash(random.nextBoolean(), true);
        after(Math.min(nanos / 4, 4 * world.roundNanos()), "starts again", () -> {
            restart(born);
            new Liar(world, liar, random).repeats(dead, born);
        });
        after(nanos, "restarts", () -> restart(dead));
    }

    private void crashMost(long nanos) {
        List<SimNode> nodes = new ArrayList<>(world.nodes());
        Collections.shuffle(nodes, random);
        List<SimNode> dead = nodes.subList(0, nodes.size() / 2 + 1);
        world.tell(ids(dead) + " crash");
        for (SimNode node : dead) {
            node.crash(random.nextBoolean(), random.nextBoolean());
            world.troubled(node, nanos);
            after(nanos, "restarts", () -> restart(node));
        }
    }

    /** All crash but one, for good; that one starts again much later, with what it held. */
    private void rebirth(long nanos) {
        SimNode born = world.anyNode(random);
        world.tell("all crash but %s, which starts again later".formatted(born.id()));
        for (SimNode node : world.nodes()) {
            world.troubled(node, nanos);
            if (node != born) {
                node.crash(false, true);
                after(nanos, "restarts", () -> restart(node));
            }
        }
        long late = Math.min(nanos / 2, (REBIRTH_ROUNDS - 1) * world.roundNanos());
        after(late, "is born again", () -> {
            born.crash(true, true);
            restart(born);
        });
    }

    private void after(long nanos, String what, Runnable action) {
        world.events().in(nanos, null, what, () -> {
            world.disturb(0);
            action.run();
        });
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
