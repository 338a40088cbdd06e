package io.distomon.core.sim;

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
import org.jspecify.annotations.Nullable;

/**
 * What a node must say when the world has been as it is for long enough: exchange.md's table, applied to which processes
 * run, which links work and which clocks agree, rather than to what anybody signed.
 */
final class Truth {
    private static final long AGREE_MICROS = SharedStore.MAX_AHEAD_SECONDS * 1_000_000L;

    private final World world;
    private final SimNode asker;
    private final Set<String> heard;
    private final Set<String> suspects = new TreeSet<>();

    private record Verdict(NodeState state, @Nullable Reason reason) {}

    private Truth(World world, SimNode asker) {
        this.world = world;
        this.asker = asker;
        this.heard = heard(world, asker);
        heard.stream().filter(this::isSuspect).forEach(suspects::add);
    }

    /** Compares what {@code asker} says with the truth. */
    static void check(World world, SimNode asker) {
        Truth truth = new Truth(world, asker);
        NetworkView view = asker.process().orElseThrow().view();
        for (NodeVerdict said : view.nodes()) {
            Verdict expected = truth.of(said.nodeId());
            if (!expected.equals(new Verdict(said.state(), said.reason()))) {
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

    /** Whose entries reach {@code node}, its own included: over any number of exchanges, whoever asks whom. */
    static Set<String> heard(World world, SimNode node) {
        Set<String> heard = new TreeSet<>(Set.of(node.id()));
        Deque<SimNode> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            SimNode from = next.remove();
            for (SimNode to : world.running()) {
                if ((exchanges(world, from, to) || exchanges(world, to, from)) && heard.add(to.id())) {
                    next.add(to);
                }
            }
        }
        return heard;
    }

    private static boolean exchanges(World world, SimNode from, SimNode to) {
        return isAnswered(world, from.id(), to.id())
                && Math.abs(from.clock().skewMicros() - to.clock().skewMicros()) <= AGREE_MICROS;
    }

    private static boolean isAnswered(World world, String from, String to) {
        return world.node(to).isRunning()
                && world.roster().isPolled(to)
                && !world.wire().isCut(new Wire.Link(from, to));
    }

    private Verdict of(String target) {
        List<String> observers = heard.stream()
                .filter(id -> observes(id, target) && !suspects.contains(id))
                .toList();
        long n = observers.size();
        long d = observers.stream().filter(id -> !isAnswered(world, id, target)).count();
        if (!heard.contains(target)) {
            if (n == 0) {
                return new Verdict(NodeState.UNKNOWN, Reason.UNOBSERVED);
            }
            return 2 * d > n ? new Verdict(NodeState.OFFLINE, null) : new Verdict(NodeState.DEGRADED, Reason.SILENT);
        }
        if (suspects.contains(target)) {
            return new Verdict(NodeState.DEGRADED, Reason.ISOLATED);
        }
        boolean broken = heard.stream().anyMatch(id -> isBroken(id, target) || isBroken(target, id));
        return broken ? new Verdict(NodeState.DEGRADED, Reason.LINKS) : new Verdict(NodeState.ONLINE, null);
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
        return !from.equals(to) && world.roster().isPolled(to);
    }

    @Override
    public String toString() {
        return asker.id() + " hears " + heard;
    }
}
