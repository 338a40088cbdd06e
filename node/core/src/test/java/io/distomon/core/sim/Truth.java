package io.distomon.core.sim;

import io.distomon.core.monitor.Monitor;
import io.distomon.core.store.SharedStore;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * What nobody may say wrongly when the world has been as it is for long enough. It knows only what really happens: which
 * processes run, who polls whom, which of these polls are answered, and which clocks agree; nothing of what anybody signed,
 * and none of the view's rules, so that it finds a wrong one too.
 */
final class Truth {
    private static final long AGREE_MICROS = SharedStore.MAX_AHEAD_SECONDS * 1_000_000L;

    private final World world;
    private final SimNode asker;
    private final Set<String> heard;

    private Truth(World world, SimNode asker) {
        this.world = world;
        this.asker = asker;
        this.heard = heard(world, asker);
    }

    /** Compares whom {@code asker} polls, and what it says, with the truth. */
    static void check(World world, SimNode asker) {
        Set<String> regular = ids(world.roster().observers().polledBy(asker.id()));
        if (!watched(asker).containsAll(regular)) {
            throw new AssertionError(
                    "%s polls %s, expected %s among them".formatted(asker.id(), watched(asker), regular));
        }
        Truth truth = new Truth(world, asker);
        NetworkView view = asker.process().orElseThrow().view();
        view.nodes().forEach(truth::check);
        view.brokenLinks().forEach(fault -> {
            if (isAnswered(world, fault.from(), fault.to()) && !world.isGuilty(fault.from())) {
                throw new AssertionError("%s says that the link from %s to %s is broken, which works"
                        .formatted(asker.id(), fault.from(), fault.to()));
            }
        });
    }

    private void check(NodeVerdict said) {
        String target = said.nodeId();
        boolean runs = world.node(target).isRunning();
        boolean saysAlive = said.state() == NodeState.ONLINE
                || (said.state() == NodeState.DEGRADED && said.reason() != Reason.SILENT);
        if (!heard.contains(target)) {
            require(!saysAlive, said, "whose news do not come here" + (runs ? "" : ", as it is down"));
            require(said.state() == NodeState.OFFLINE || !isMissed(target), said, "whom nobody reaches");
        } else {
            require(saysAlive, said, "whose news come here");
            require(said.state() == NodeState.ONLINE || !isWell(target), said, "who works and is reached by most");
        }
    }

    private void require(boolean is, NodeVerdict said, String what) {
        if (!is) {
            throw new AssertionError("%s, who hears %s, says of one %s: %s".formatted(asker.id(), heard, what, said));
        }
    }

    /** Somebody who is heard and reaches others polls it, and nobody who is heard gets an answer. */
    private boolean isMissed(String target) {
        return world.roster().isPolled(target)
                && !isStarting(target)
                && heard.stream().noneMatch(from -> observes(from, target) && isAnswered(world, from, target))
                && heard.stream()
                        .anyMatch(from -> world.roster().observers().polls(from, target) && isReachingMost(from));
    }

    /** Nobody has ever met it, nor had the time to. */
    private boolean isStarting(String target) {
        SimProcess process = asker.process().orElseThrow();
        return process.store().entry(target).isEmpty()
                && world.events().nowNanos() - process.startedNanos() < Monitor.STARTING.toNanos();
    }

    /** It reaches most of those whom it polls, and most of those who poll it reach it. */
    private boolean isWell(String id) {
        List<String> observers =
                heard.stream().filter(from -> observes(from, id)).toList();
        long reaching = observers.stream()
                .filter(from -> isAnswered(world, from, id) && !world.node(from).isSlandering())
                .count();
        return isReachingMost(id) && (observers.isEmpty() || 2 * reaching > observers.size());
    }

    private boolean isReachingMost(String id) {
        List<String> targets = world.running().stream()
                .map(SimNode::id)
                .filter(to -> observes(id, to))
                .toList();
        return 2 * targets.stream().filter(to -> isAnswered(world, id, to)).count() > targets.size();
    }

    /** Whether {@code asker} has noticed by now who is down, if somebody can tell it. */
    static void checkNoticed(World world, SimNode asker) {
        Truth truth = new Truth(world, asker);
        for (NodeVerdict said : asker.process().orElseThrow().view().nodes()) {
            if (!world.node(said.nodeId()).isRunning()) {
                truth.check(said);
            }
        }
    }

    /** Whether nobody polls another besides whom the topology gives it, unless that one is in trouble. */
    static boolean isSettled(World world) {
        return world.running().stream().allMatch(node -> needless(world, node).isEmpty());
    }

    /** Nobody stands in any longer than needed, and everybody who is down is looked at by others than usual. */
    static void checkWatched(World world, SimNode node) {
        Set<String> needless = needless(world, node);
        if (!needless.isEmpty()) {
            throw new AssertionError("%s polls %s, though nothing is wrong with %s and others poll it"
                    .formatted(node.id(), watched(node), needless));
        }
        Observers observers = world.roster().observers();
        Set<String> heard = heard(world, node);
        for (String target : world.roster().members().keySet()) {
            boolean isKnown = heard.stream().anyMatch(from -> observers.polls(from, target))
                    && world.roster().isPolled(target);
            List<String> able = heard.stream()
                    .filter(from -> observers.counts(from, target) && !observers.polls(from, target))
                    .toList();
            if (!world.node(target).isRunning()
                    && isKnown
                    && !able.isEmpty()
                    && able.stream().noneMatch(from -> observes(world, from, target))) {
                throw new AssertionError("%s is down, and nobody polls [it] besides whom the topology gives it, of %s"
                        .formatted(target, able));
            }
        }
    }

    private static Set<String> needless(World world, SimNode node) {
        if (world.isAnybodySlandering()) {
            return Set.of(); // whom he speaks of is in question for as long
        }
        Set<String> extra = watched(node);
        extra.removeAll(ids(world.roster().observers().polledBy(node.id())));
        extra.removeIf(target -> isInTrouble(world, target));
        Set<String> heardAnyway =
                heard(world, node, (from, to) -> world.roster().observers().polls(from, to));
        extra.retainAll(heardAnyway); // whom a node hears of by looking itself alone, it may go on to look at
        return extra;
    }

    /** Something is wrong with it, or with a link of its. */
    private static boolean isInTrouble(World world, String target) {
        SimNode node = world.node(target);
        return world.nodes().stream()
                .filter(other -> other != node)
                .anyMatch(other -> (other.isRunning() && !isAnswered(world, other.id(), target))
                        || (world.roster().isPolled(other.id()) && !isAnswered(world, target, other.id()))
                        || Math.abs(other.clock().skewMicros() - node.clock().skewMicros()) > AGREE_MICROS);
    }

    private static Set<String> watched(SimNode node) {
        return new TreeSet<>(node.process().orElseThrow().watched());
    }

    private static Set<String> ids(List<Member> members) {
        return members.stream().map(Member::nodeId).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whose entries reach {@code node}, its own included: over any number of exchanges, whoever asks whom. */
    static Set<String> heard(World world, SimNode node) {
        return heard(world, node, (from, to) -> observes(world, from, to));
    }

    private static Set<String> heard(World world, SimNode node, BiPredicate<String, String> polls) {
        Set<String> heard = new TreeSet<>(Set.of(node.id()));
        Deque<SimNode> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            SimNode from = next.remove();
            for (SimNode to : world.running()) {
                boolean asks = polls.test(from.id(), to.id()) && isAccepted(world, from, to);
                boolean isAsked = polls.test(to.id(), from.id()) && isAccepted(world, to, from);
                if ((asks || isAsked) && heard.add(to.id())) {
                    next.add(to);
                }
            }
        }
        return heard;
    }

    private static boolean isAccepted(World world, SimNode from, SimNode to) {
        return isAnswered(world, from.id(), to.id())
                && Math.abs(from.clock().skewMicros() - to.clock().skewMicros()) <= AGREE_MICROS;
    }

    private static boolean isAnswered(World world, String from, String to) {
        return world.node(to).isRunning()
                && world.roster().isPolled(to)
                && !world.wire().isCut(new Wire.Link(from, to));
    }

    private boolean observes(String from, String to) {
        return observes(world, from, to);
    }

    /** Whether it polls it at present. */
    private static boolean observes(World world, String from, String to) {
        return world.node(from)
                .process()
                .filter(process -> process.watched().contains(to))
                .isPresent();
    }

    @Override
    public String toString() {
        return asker.id() + " hears " + heard;
    }
}
