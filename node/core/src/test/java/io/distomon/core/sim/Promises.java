package io.distomon.core.sim;

import io.distomon.core.monitor.Monitor;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a network promises to whoever asks: whom it never blames, what it never takes back, and how soon it notices. As in
 * {@link Truth}, judged by what really happened, and by none of the view's rules. For one thread.
 */
final class Promises {
    /** Until an entry that is out of turn has been signed, brought, and led to a poll. */
    private static final long TOLD_NANOS = 2_500 * Events.MILLI;

    private static final long MARGIN_NANOS = Events.SECOND;
    private static final double SHORTEST_GRACE_SECONDS = 2.5;

    /** In a network of so many, whoever tells others tells all. */
    private static final int ALL_ARE_TOLD = 5;

    /** Whoever can fail to reach one alone is behind no firewall that anybody could tell from that one's. */
    private static final int FEWEST_TO_FAIL = 2;

    /** Who has not run for so many polls is alive to nobody, whatever is still told of it. */
    private static final int FORGOTTEN_ROUNDS = 7;

    private static final String ONLOOKER = "the onlooker";

    private static final String STOOD_STILL = "who stood still blames nobody";
    private static final String CRASHED = "who crashed is noticed";
    private static final String CRASHED_TO_ONLOOKERS = "an onlooker has noticed";
    private static final String PARTED = "an onlooker names a partition";
    private static final String PARTED_TO_MOST = "the larger side of a cut calls the other Offline";
    private static final String JOINED = "all is well after a cut";
    private static final String HALF_OPEN = "a firewall is named";

    /** What is promised of certain events, as in {@link #kept()}. */
    static final Set<String> OF_EVENTS =
            Set.of(STOOD_STILL, CRASHED, CRASHED_TO_ONLOOKERS, PARTED, PARTED_TO_MOST, JOINED, HALF_OPEN);

    private final World world;
    private final Onlooker onlooker;

    /** What a process, or the onlooker, has said of whom it called Offline that does not run. */
    private final Map<Object, Map<String, NodeVerdict>> calledOffline = new WeakHashMap<>();

    /** The larger side of a cut that is all that is wrong; empty when there is none. */
    private Set<String> majority = Set.of();

    /** Who stands still, or has, if that is all that is wrong, and how many disturbances there had been. */
    private @Nullable String stoodStill;

    private long stoodStillAt;

    /** When that was told, at or before its beginning. */
    private long stoodStillNanos;

    /** How often each promise that is made of a certain event was looked at. */
    private final Map<String, Integer> kept = new TreeMap<>();

    Promises(World world, Onlooker onlooker) {
        this.world = world;
        this.onlooker = onlooker;
    }

    /** How often each promise of {@link #OF_EVENTS} was looked at and kept. */
    Map<String, Integer> kept() {
        return Map.copyOf(kept);
    }

    /** Looks at what everybody says now. */
    void look() {
        onlooker.asks();
        for (SimNode asker : world.running()) {
            if (!asker.isFrozen()) {
                SimProcess process = asker.process().orElseThrow();
                NetworkView view = process.view();
                checkDead(process, asker.id(), view);
                if (!world.isTroubled(asker)) {
                    checkBlameless(asker.id(), view);
                } else if (majority.contains(asker.id())) {
                    checkOwnSide(asker.id(), view);
                }
            }
        }
        checkDead(onlooker, ONLOOKER, onlooker.view());
        checkBlameless(ONLOOKER, onlooker.view());
    }

    /**
     * Who was called Offline and is down stays so, or is called silent, unless the asker hears what no asker can tell from
     * life: something that it said before it died, or that somebody who runs reaches it.
     */
    private void checkDead(Object who, String asker, NetworkView view) {
        Map<String, NodeVerdict> offline = calledOffline.computeIfAbsent(who, any -> new HashMap<>());
        offline.keySet().removeIf(id -> world.node(id).isRunning());
        if (2 * world.running().size() < world.nodes().size()) {
            // What most said last, of whom nobody can tell for four intervals that they are dead, outvotes who lives.
            offline.clear();
        }
        for (NodeVerdict said : view.nodes()) {
            boolean alive = said.state() == NodeState.ONLINE
                    || (said.state() == NodeState.DEGRADED && said.reason() != Reason.SILENT);
            SimNode node = world.node(said.nodeId());
            if (alive
                    && !node.isRunning()
                    && world.liars().isEmpty()
                    && !world.wasAnyClockWrong()
                    && world.events().nowNanos() - node.downSinceNanos() > FORGOTTEN_ROUNDS * world.roundNanos()) {
                throw new AssertionError(
                        "%s takes %s for alive, which has been down for long: %s".formatted(asker, node.id(), said));
            }
            if (alive && isAllTheSame(offline.get(said.nodeId()), said) && !isVouchedFor(said)) {
                throw new AssertionError("%s has called %s offline, which is down, and takes it for alive now: %s"
                        .formatted(asker, said.nodeId(), said));
            }
            if (said.state() == NodeState.OFFLINE && !node.isRunning()) {
                offline.put(said.nodeId(), said);
            }
        }
    }

    /**
     * Whether it rests on no other entry of the node, and on no fewer words, unless there are none left: the fewer accuse a
     * node, the longer it has to answer.
     */
    private static boolean isAllTheSame(@Nullable NodeVerdict before, NodeVerdict said) {
        return before != null
                && Objects.equals(before.recordDateMicros(), said.recordDateMicros())
                && (said.observers() == 0 || before.observers() <= said.observers());
    }

    private boolean isVouchedFor(NodeVerdict said) {
        return said.witnesses().stream()
                .anyMatch(witness -> witness.status() == PingStatus.ONLINE
                        && witness.standing() == Standing.COUNTED
                        && world.node(witness.observer()).isRunning());
    }

    /** Nobody who is well is Offline; and where nothing is wrong but with one other, nobody is anything but Online. */
    private void checkBlameless(String asker, NetworkView view) {
        boolean oneIsGuilty = world.troubledNodes().size() <= 1 && !world.wire().isLossy();
        for (NodeVerdict said : view.nodes()) {
            SimNode node = world.node(said.nodeId());
            if (node.isRunning() && !world.isTroubled(node) && !isOlderThanItsRecord(node, said)) {
                if (said.state() == NodeState.OFFLINE) {
                    throw new AssertionError(
                            "%s calls the healthy %s offline: %s".formatted(asker, said.nodeId(), said));
                }
                if (oneIsGuilty && said.state() != NodeState.ONLINE && isReachedByMost(node)) {
                    throw new AssertionError("%s blames %s, though nothing is wrong but with %s: %s"
                            .formatted(asker, said.nodeId(), world.troubledNodes(), said));
                }
            }
        }
    }

    /**
     * What it said while its clock was ahead is held by nobody who could tell it, so that what it says is dated before that
     * until its clock gets there: R9 bounds this by two minutes.
     */
    private boolean isOlderThanItsRecord(SimNode node, NodeVerdict said) {
        Long record = said.recordDateMicros();
        return record != null
                && record > node.clock().wallMicros()
                && world.running().stream()
                        .flatMap(other -> other.process().orElseThrow().store().entry(node.id()).stream())
                        .noneMatch(held -> held.entry().data().dateMicros() >= record);
    }

    private boolean isReachedByMost(SimNode node) {
        List<SimNode> observers = world.running().stream()
                .filter(other -> other.process().orElseThrow().watched().contains(node.id()))
                .toList();
        long well = observers.stream().filter(other -> !world.isTroubled(other)).count();
        return observers.isEmpty() || (well > 0 && 2 * well >= observers.size());
    }

    private void checkOwnSide(String asker, NetworkView view) {
        for (NodeVerdict said : view.nodes()) {
            if (majority.contains(said.nodeId()) && said.state() != NodeState.ONLINE) {
                throw new AssertionError("%s blames %s, which is on the same, larger side of a cut: %s"
                        .formatted(asker, said.nodeId(), said));
            }
        }
    }

    /** A node says something: that it stood still itself it blames on nobody. */
    void said(SimNode node, NodeData entry) {
        if (node.id().equals(stoodStill) && world.disturbances() == stoodStillAt) {
            if (node.frozenUntilNanos() > stoodStillNanos) {
                kept.merge(STOOD_STILL, 1, Integer::sum);
            }
            entry.pingData().forEach((target, ping) -> {
                if (ping.isOffline() || ping.isToldOf()) {
                    throw new AssertionError(
                            "%s stood still itself, and says of %s: %s".formatted(node.id(), target, ping));
                }
            });
        }
    }

    /** A node begins to stand still, and nothing else is wrong. */
    void standsStill(SimNode node) {
        stoodStill = node.id();
        stoodStillAt = world.disturbances();
        stoodStillNanos = world.events().nowNanos();
    }

    /** A node has died, and nothing else is wrong: from a moment on everybody calls it Offline. */
    void crashed(SimNode node) {
        if (!isPolled(node)) {
            return;
        }
        inQuiet(noticedAfterNanos(node), CRASHED, () -> {
            for (SimNode asker : world.running()) {
                require(asker.id(), asker.process().orElseThrow().view(), node.id(), NodeState.OFFLINE, "is down");
            }
        });
        inQuiet(noticedAfterNanos(node) + world.roundNanos(), CRASHED_TO_ONLOOKERS, () -> {
            require(ONLOOKER, onlooker.view(), node.id(), NodeState.OFFLINE, "is down");
        });
    }

    private long othersPolled(SimNode node) {
        return world.roster().members().keySet().stream()
                .filter(id -> !id.equals(node.id()) && world.roster().isPolled(id))
                .count();
    }

    private boolean isPolled(SimNode node) {
        return world.roster().members().containsKey(node.id()) && world.roster().isPolled(node.id());
    }

    /** Until the first who polls it anyway has told the others, they have all failed, and it would have answered. */
    private long noticedAfterNanos(SimNode node) {
        List<Long> polls = world.running().stream()
                .flatMapToLong(other -> other.process().orElseThrow().nextPollNanos(node.id()).stream())
                .mapToObj(nanos -> nanos - world.events().nowNanos())
                .sorted()
                .toList();
        Member member = world.roster().member(node.id());
        long interval = world.roundNanos();
        long grace = Math.max(
                (long) (SHORTEST_GRACE_SECONDS * Events.SECOND),
                Events.SECOND + (long) (interval * Math.min(1, 2.0 / Math.max(1, polls.size()))));
        boolean first = world.isFirstDisturbance();
        long timeout = first
                ? member.retrySpacing().toNanos()
                : Math.max(member.retrySpacing().toNanos(), Monitor.MAX_TIMEOUT.toNanos());
        long poll = polls.isEmpty() ? interval : first ? polls.getFirst() : polls.getLast();
        long spread = world.nodes().size() <= ALL_ARE_TOLD ? TOLD_NANOS : interval;
        return poll + 2 * (timeout + TOLD_NANOS) + (member.retry() + 1) * timeout + grace + spread + MARGIN_NANOS;
    }

    /** Nobody passes from one side to the other, and nothing else is wrong. */
    void parted(Set<String> one, Set<String> other) {
        if (one.isEmpty() || other.isEmpty() || !isConnected(one) || !isConnected(other)) {
            return;
        }
        Set<Set<String>> sides = Set.of(Set.copyOf(one), Set.copyOf(other));
        majority = one.size() > other.size() ? one : other.size() > one.size() ? other : Set.of();
        inQuiet(failedNanos() + 2 * world.roundNanos(), PARTED, () -> {
            Set<Set<String>> named = new HashSet<>();
            onlooker.view().partitions().forEach(side -> named.add(new TreeSet<>(side)));
            if (!named.equals(sides)) {
                throw new AssertionError("the onlooker names the partitions %s, expected %s".formatted(named, sides));
            }
        });
        Set<String> larger = majority;
        inQuiet(failedNanos() + 5 * world.roundNanos(), PARTED_TO_MOST, () -> {
            for (SimNode asker : world.running()) {
                if (larger.contains(asker.id())) {
                    world.roster().members().keySet().stream()
                            .filter(id -> !larger.contains(id) && world.roster().isPolled(id))
                            .forEach(id -> require(
                                    asker.id(),
                                    asker.process().orElseThrow().view(),
                                    id,
                                    NodeState.OFFLINE,
                                    "is cut off"));
                }
            }
        });
    }

    /** All that was wrong was a cut, which is over. */
    void joined() {
        inQuiet(Monitor.MAX_TIMEOUT.toNanos() + 3 * world.roundNanos(), JOINED, () -> {
            if (!onlooker.view().partitions().isEmpty()) {
                throw new AssertionError(
                        "the onlooker still names " + onlooker.view().partitions());
            }
            for (SimNode asker : world.running()) {
                NetworkView view = asker.process().orElseThrow().view();
                world.nodes().forEach(node -> require(asker.id(), view, node.id(), NodeState.ONLINE, "is well"));
            }
        });
    }

    /** Something other than a cut is wrong from here on, or it is over. */
    void disturbed() {
        majority = Set.of();
    }

    /** All that is wrong is that nobody reaches a node, or that it reaches hardly anybody. */
    void halfOpen(SimNode node, Reason reason) {
        if (isPolled(node) && othersPolled(node) >= FEWEST_TO_FAIL) {
            inQuiet(failedNanos() + 3 * world.roundNanos(), HALF_OPEN, () -> {
                for (SimNode asker : world.running()) {
                    NetworkView view = asker.process().orElseThrow().view();
                    NodeVerdict said = view.node(node.id()).orElseThrow();
                    if (said.state() != NodeState.DEGRADED || said.reason() != reason) {
                        throw new AssertionError("%s, which is behind a firewall, is said to be %s by %s, expected %s"
                                .formatted(node.id(), said, asker.id(), reason));
                    }
                }
            });
        }
    }

    /** Until everybody who polls somebody in vain has said so. */
    private long failedNanos() {
        return world.roundNanos()
                + (world.roster().mostRetries() + 1)
                        * Math.max(
                                (world.wasSlow() ? Monitor.MAX_TIMEOUT : Duration.ofSeconds(1)).toNanos(),
                                world.roundNanos() / 8)
                + TOLD_NANOS;
    }

    /** Looks in so long whether something is so, unless something else has happened meanwhile. */
    private void inQuiet(long nanos, String what, Runnable check) {
        long disturbances = world.disturbances();
        world.events().in(nanos, null, what, () -> {
            if (world.disturbances() == disturbances && world.isPublishing()) {
                onlooker.asks();
                check.run();
                kept.merge(what, 1, Integer::sum);
            }
        });
    }

    private boolean isConnected(Set<String> side) {
        Predicate<String> inside = side::contains;
        Set<String> reached = new HashSet<>();
        Set<String> next = new HashSet<>(Set.of(side.iterator().next()));
        while (reached.addAll(next)) {
            for (String from : Set.copyOf(next)) {
                side.stream()
                        .filter(to -> world.roster().observers().polls(from, to)
                                || world.roster().observers().polls(to, from))
                        .filter(inside)
                        .forEach(next::add);
            }
        }
        return reached.containsAll(side);
    }

    private static void require(String asker, NetworkView view, String id, NodeState expected, String fact) {
        NodeVerdict said = view.node(id).orElseThrow();
        if (said.state() != expected) {
            throw new AssertionError(
                    "%s does not say %s of %s, which %s: %s".formatted(asker, expected, id, fact, said));
        }
    }
}
