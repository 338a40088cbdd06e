package io.distomon.core.sim;

import io.distomon.core.config.Member;
import io.distomon.core.config.Observers;
import io.distomon.core.store.SharedStore;
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
import org.jspecify.annotations.Nullable;

/**
 * What a node must say when the world has been as it is for long enough: exchange.md's table, applied to which processes
 * run, which links work and which clocks agree, rather than to what anybody signed.
 */
final class Truth {
    private static final long AGREE_MICROS = SharedStore.MAX_AHEAD_SECONDS * 1_000_000L;

    private static final int STAND_INS = 4;

    private final World world;
    private final SimNode asker;
    private final Set<String> heard;
    private final Set<String> suspects = new TreeSet<>();

    /** @param observers how many are counted, and how many of them find it offline */
    private record Verdict(NodeState state, @Nullable Reason reason, long observers, long offlineObservers) {}

    private Truth(World world, SimNode asker) {
        this.world = world;
        this.asker = asker;
        this.heard = heard(world, asker);
        heard.stream().filter(this::isSuspect).forEach(suspects::add);
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
        for (NodeVerdict said : view.nodes()) {
            Verdict expected = truth.of(said.nodeId());
            if (!expected.equals(new Verdict(said.state(), said.reason(), said.observers(), said.offlineObservers()))) {
                throw new AssertionError("%s says %s, expected %s".formatted(asker.id(), said, expected));
            }
        }
        if (view.minority() != truth.isMinority()) {
            throw new AssertionError("%s says minority: %s".formatted(asker.id(), view.minority()));
        }
        Set<String> broken = new TreeSet<>();
        view.brokenLinks().forEach(fault -> broken.add(fault.from() + ">" + fault.to()));
        if (!broken.equals(truth.brokenLinks())) {
            throw new AssertionError("%s says that the links %s are broken, expected %s"
                    .formatted(asker.id(), broken, truth.brokenLinks()));
        }
    }

    /**
     * Whether {@code asker} has noticed by now who is down: stand-ins, who may only just have begun, change nothing in
     * that, as nobody can find otherwise.
     */
    static void checkNoticed(World world, SimNode asker) {
        Truth truth = new Truth(world, asker);
        Set<String> heardAnyway = heard(world, asker, truth::observesAnyway);
        for (NodeVerdict said : asker.process().orElseThrow().view().nodes()) {
            String target = said.nodeId();
            if (world.node(target).isRunning()) {
                continue;
            }
            boolean isSeen = heardAnyway.stream()
                    .anyMatch(from -> truth.observesAnyway(from, target) && truth.isAnsweredByAnybody(from));
            if (said.state() != NodeState.OFFLINE && (isSeen || said.state() != NodeState.UNKNOWN)) {
                throw new AssertionError("%s has not noticed that %s is down: %s".formatted(asker.id(), target, said));
            }
        }
    }

    /** Whether everybody polls whom they should, and nobody stands in any longer than needed. */
    static boolean isSettled(World world) {
        return world.running().stream().allMatch(node -> watched(node).equals(new Truth(world, node).toWatch()));
    }

    /** Compares whom {@code node} polls with whom it should, when nobody stands in any longer than needed. */
    static void checkWatched(World world, SimNode node) {
        Set<String> expected = new Truth(world, node).toWatch();
        if (!watched(node).equals(expected)) {
            throw new AssertionError("%s polls %s, expected %s".formatted(node.id(), watched(node), expected));
        }
    }

    private static Set<String> watched(SimNode node) {
        return new TreeSet<>(node.process().orElseThrow().watched());
    }

    private static Set<String> ids(List<Member> members) {
        return members.stream().map(Member::nodeId).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Whom the topology gives the asker, those in question for whom it is to stand in, and those for whom it stands in
     * and whom none of those sees who should, or who are heard because of that alone.
     */
    private Set<String> toWatch() {
        Observers observers = world.roster().observers();
        Set<String> toWatch = ids(observers.polledBy(asker.id()));
        Set<String> inQuestion = inQuestion();
        inQuestion.stream()
                .filter(world.roster()::isPolled)
                .filter(id -> observers
                        .standIns(id, other -> !inQuestion.contains(other), STAND_INS)
                        .contains(asker.id()))
                .forEach(toWatch::add);
        Set<String> heardAnyway = heard(world, asker, this::observesAnyway);
        watched(asker).stream()
                .filter(id -> !observersOf(id).isEmpty()
                        && (!heardAnyway.contains(id)
                                || observersOf(id).stream().noneMatch(from -> observers.polls(from, id))))
                .forEach(toWatch::add);
        return toWatch;
    }

    /** Those whom a poll fails to reach, and those who were heard of once and of whom nobody knows anything now. */
    private Set<String> inQuestion() {
        SharedStore store = asker.process().orElseThrow().store();
        Set<String> inQuestion = new TreeSet<>();
        for (String id : world.roster().members().keySet()) {
            Verdict verdict = of(id);
            if (verdict.offlineObservers() > 0
                    || (verdict.state() == NodeState.UNKNOWN && store.entry(id).isPresent())) {
                inQuestion.add(id);
            }
        }
        return inQuestion;
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
                if ((exchanges(world, from, to, polls) || exchanges(world, to, from, polls)) && heard.add(to.id())) {
                    next.add(to);
                }
            }
        }
        return heard;
    }

    private static boolean exchanges(World world, SimNode from, SimNode to, BiPredicate<String, String> polls) {
        return polls.test(from.id(), to.id())
                && isAnswered(world, from.id(), to.id())
                && Math.abs(from.clock().skewMicros() - to.clock().skewMicros()) <= AGREE_MICROS;
    }

    private static boolean isAnswered(World world, String from, String to) {
        return world.node(to).isRunning()
                && world.roster().isPolled(to)
                && !world.wire().isCut(new Wire.Link(from, to));
    }

    private Verdict of(String target) {
        List<String> observers = observersOf(target);
        long n = observers.size();
        long d = observers.stream().filter(id -> !isAnswered(world, id, target)).count();
        if (!heard.contains(target)) {
            if (n == 0) {
                return new Verdict(NodeState.UNKNOWN, Reason.UNOBSERVED, n, d);
            }
            return 2 * d > n
                    ? new Verdict(NodeState.OFFLINE, null, n, d)
                    : new Verdict(NodeState.DEGRADED, Reason.SILENT, n, d);
        }
        if (suspects.contains(target)) {
            return new Verdict(NodeState.DEGRADED, Reason.ISOLATED, n, d);
        }
        boolean broken = heard.stream().anyMatch(id -> isBroken(id, target) || isBroken(target, id));
        return broken ? new Verdict(NodeState.DEGRADED, Reason.LINKS, n, d) : new Verdict(NodeState.ONLINE, null, n, d);
    }

    private List<String> observersOf(String target) {
        return heard.stream()
                .filter(id -> observes(id, target) && !suspects.contains(id))
                .toList();
    }

    private Set<String> brokenLinks() {
        Set<String> broken = new TreeSet<>();
        for (String from : heard) {
            heard.stream().filter(to -> isBroken(from, to)).forEach(to -> broken.add(from + ">" + to));
        }
        return broken;
    }

    private boolean isMinority() {
        List<String> pollable = world.roster().members().keySet().stream()
                .filter(world.roster()::isPolled)
                .toList();
        return 2 * pollable.stream().filter(heard::contains).count() <= pollable.size();
    }

    private boolean isSuspect(String id) {
        List<String> targets = world.roster().members().keySet().stream()
                .filter(to -> observes(id, to))
                .toList();
        return targets.size() >= 2
                && targets.stream().noneMatch(to -> isAnswered(world, id, to))
                && (heard.size() == 1
                        || targets.stream()
                                .anyMatch(to -> heard.stream()
                                        .anyMatch(other -> observes(other, to) && isAnswered(world, other, to))));
    }

    private boolean isBroken(String from, String to) {
        return observes(from, to) && !isAnswered(world, from, to) && !suspects.contains(from) && !suspects.contains(to);
    }

    private boolean observes(String from, String to) {
        return observes(world, from, to);
    }

    /** Whether it polls it, and not because it stands in. */
    private boolean observesAnyway(String from, String to) {
        return observes(from, to) && world.roster().observers().polls(from, to);
    }

    private boolean isAnsweredByAnybody(String from) {
        return world.roster().members().keySet().stream()
                .anyMatch(to -> observesAnyway(from, to) && isAnswered(world, from, to));
    }

    /** Whether it polls it at present; whom it should poll, {@link #checkWatched} says. */
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
