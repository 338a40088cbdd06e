package io.distomon.e2e.demo;

import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.network.DemoNetwork;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.operator.status.ConditionTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What {@code --check} does: the demo's story without a person, one line for each step. */
final class Story {
    private static final int LEAST_NODES = 3;

    /** A machine that builds other things meanwhile gets more time than a person would have patience. */
    private static final int TIMES_PATIENCE = 3;

    private final DemoNetwork network;
    private final Consumer<String> out;

    Story(DemoNetwork network, Consumer<String> out) {
        this.network = network;
        this.out = out;
    }

    /** Whether everything up to the last step came as it should. The network still runs afterwards. */
    boolean holds() throws IOException, InterruptedException {
        List<String> ids = List.copyOf(network.snapshot().runs().keySet());
        if (ids.size() < LEAST_NODES) {
            out.accept("found %s nodes, expected at least %s for the story".formatted(ids.size(), LEAST_NODES));
            return false;
        }
        String first = ids.getFirst();
        String second = ids.get(1);
        String victim = network.snapshot().resource().getSpec().nodes().stream()
                .filter(node -> node.url() == null)
                .reduce((a, b) -> b)
                .map(node -> node.id())
                .orElse(ids.getLast());
        List<Link> links = List.of(new Link(first, second), new Link(second, first));
        return cameUp() && killed(victim) && started(victim) && cut(links) && joined(links) && rotated(victim);
    }

    /** Nothing is called wrong on the way there: what has never been online is unknown, not broken. */
    private boolean cameUp() throws InterruptedException {
        return step("all online", Story::isHealthy, now -> !now.everFalse().isEmpty(), Story::online);
    }

    private boolean killed(String id) throws IOException, InterruptedException {
        network.kill(id);
        return step(
                "kill " + id,
                now -> now.is(id, NodeState.Offline) && isAccusedByAll(now, id),
                now -> id + " Offline, " + now.verdict(id).orElseThrow().shownAs());
    }

    private boolean started(String id) throws IOException, InterruptedException {
        network.start(id);
        return step(
                "start " + id,
                now -> now.is(id, NodeState.Online) && isHealthy(now) && !isAccused(now, id),
                now -> id + " Online, " + now.verdict(id).orElseThrow().shownAs());
    }

    private boolean cut(List<Link> links) throws InterruptedException {
        Link link = links.getFirst();
        links.forEach(network::cut);
        return step(
                "cut %s %s".formatted(link.from(), link.to()),
                now -> links.stream().allMatch(now::isBroken)
                        && !now.is(link.from(), NodeState.Offline)
                        && !now.is(link.to(), NodeState.Offline),
                now -> "%s and %s Down, no node Offline".formatted(links.getFirst(), links.getLast()));
    }

    private boolean joined(List<Link> links) throws InterruptedException {
        links.forEach(network::join);
        return step(
                "join %s %s".formatted(links.getFirst().from(), links.getFirst().to()),
                Story::isHealthy,
                now -> "no broken link, " + online(now));
    }

    private boolean rotated(String id) throws IOException, InterruptedException {
        int next = network.snapshot().askedKey(id) + 1;
        network.askForKey(id, next);
        return step(
                "rotate " + id,
                now -> now.isSettled() && now.hasOnlyKey(id, next) && isHealthy(now),
                now -> "%s signs with key %s, %s".formatted(id, next, online(now)));
    }

    private static String online(Snapshot now) {
        Summary summary = now.status().summary();
        return summary == null ? "" : summary.onlineOfNodes() + " online";
    }

    private static boolean isHealthy(Snapshot now) {
        return now.holds(ConditionTypes.READY) && now.holds(ConditionTypes.MESH_HEALTHY) && now.isWhole();
    }

    /** Whether all who observe a node say that they don't reach it. */
    private static boolean isAccusedByAll(Snapshot now, String id) {
        return now.verdict(id)
                .filter(verdict -> verdict.offlineObservers() > 0
                        && verdict.offlineObservers() == verdict.observers()
                        && !verdict.witnesses().isEmpty())
                .isPresent();
    }

    /** Whether somebody has not reached a node yet that answers others. */
    private static boolean isAccused(Snapshot now, String id) {
        return now.verdict(id).filter(verdict -> verdict.offlineObservers() > 0).isPresent();
    }

    private boolean step(String name, Predicate<Snapshot> expected, Function<Snapshot, String> words)
            throws InterruptedException {
        return step(name, expected, now -> false, words);
    }

    /** @param spoilt whether the step has failed, however it goes on */
    private boolean step(
            String name, Predicate<Snapshot> expected, Predicate<Snapshot> spoilt, Function<Snapshot, String> words)
            throws InterruptedException {
        long begun = System.nanoTime();
        Duration limit = network.patience().multipliedBy(TIMES_PATIENCE);
        Optional<Snapshot> found = network.await(expected.or(spoilt), limit).filter(spoilt.negate());
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        if (found.isPresent()) {
            out.accept(line("ok", name, words.apply(found.get()), taken));
            return true;
        }
        Snapshot now = network.snapshot();
        out.accept(line(
                "failed",
                name,
                "nodes %s, links %s, mesh %s; False since the start: %s"
                        .formatted(
                                now.status().nodes().stream()
                                        .map(node -> node.id() + " " + node.state())
                                        .toList(),
                                now.status().links().stream()
                                        .map(link -> link.from() + ">" + link.to())
                                        .toList(),
                                now.condition(ConditionTypes.MESH_HEALTHY)
                                        .map(condition -> condition.message())
                                        .orElse("unknown"),
                                now.everFalse()),
                taken));
        return false;
    }

    static String line(String result, String name, String words, Duration taken) {
        return String.format(Locale.ROOT, "%-6s %-14s %5.1f s  %s", result, name, taken.toMillis() / 1000.0, words);
    }
}
