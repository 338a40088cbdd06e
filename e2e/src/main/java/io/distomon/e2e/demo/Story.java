package io.distomon.e2e.demo;

import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.network.DemoNetwork;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.receiver.Told;
import io.distomon.e2e.demo.screen.Picture;
import io.distomon.operator.status.ConditionTypes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    private static final Duration ASK_INTERVAL = Duration.ofMillis(250);
    private static final String ONLINE = NodeState.Online.name();
    private static final String OFFLINE = NodeState.Offline.name();

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
        return cameUp()
                && killed(victim, first)
                && told(victim, "firing")
                && started(victim)
                && told(victim, "resolved")
                && cut(links)
                && joined(links)
                && rotated(victim);
    }

    /** Nothing is called wrong on the way there: what has never been online is unknown, not broken. */
    private boolean cameUp() throws InterruptedException {
        return step(
                "all online", limit(), Story::isHealthy, now -> !now.everFalse().isEmpty(), Story::online);
    }

    /** What another node has recorded of it, and how it saw the moment before and the one after, are asked for too. */
    private boolean killed(String id, String asked) throws InterruptedException {
        Instant before = recordedOnline(id, asked);
        network.kill(id);
        return step(
                        "kill " + id,
                        now -> now.is(id, NodeState.Offline) && isAccusedByAll(now, id),
                        now -> id + " Offline, " + now.verdict(id).orElseThrow().shownAs())
                && recorded(id, asked)
                && rewound(id, asked, before);
    }

    /** A moment of which a node has recorded that another was online; the last one that was tried, if it records nothing. */
    private Instant recordedOnline(String id, String asked) throws InterruptedException {
        long end = System.nanoTime() + network.patience().toNanos();
        Instant moment = Instant.now();
        while (!recordedState(id, asked, moment).equals(ONLINE) && System.nanoTime() < end) {
            Thread.sleep(ASK_INTERVAL);
            moment = Instant.now();
        }
        return moment;
    }

    private boolean recorded(String id, String asked) throws InterruptedException {
        String path = "/events/%s?node=%s&limit=20"
                .formatted(network.snapshot().status().networkId(), id);
        return stepOfAnswer(
                "event",
                () -> network.ask(asked, path)
                        .flatMap(answer -> answer.path("events")
                                .valueStream()
                                .filter(event -> event.path("subject").asText().equals(id)
                                        && event.path("to").asText().equals(OFFLINE))
                                .findFirst())
                        .map(event -> "%s recorded at %s: %s"
                                .formatted(
                                        asked,
                                        Picture.time(
                                                Instant.parse(event.path("time").asText())),
                                        event.path("in_words").asText())));
    }

    private boolean rewound(String id, String asked, Instant before) throws InterruptedException {
        Instant after = Instant.now();
        return stepOfAnswer("rewind", () -> {
            String then = recordedState(id, asked, before);
            String now = recordedState(id, asked, after);
            return then.equals(ONLINE) && now.equals(OFFLINE)
                    ? Optional.of("to %s, %s was %s at %s, and %s at %s"
                            .formatted(asked, id, then, Picture.time(before), now, Picture.time(after)))
                    : Optional.empty();
        });
    }

    /** How a node was at a moment, by what another has recorded; empty when it has not. */
    private String recordedState(String id, String asked, Instant at) throws InterruptedException {
        String path =
                "/view/%s?at=%s".formatted(network.snapshot().status().networkId(), at.truncatedTo(ChronoUnit.MICROS));
        return network.ask(asked, path)
                .flatMap(view -> view.path("nodes")
                        .valueStream()
                        .filter(node -> node.path("node_id").asText().equals(id))
                        .findFirst())
                .map(node -> node.path("state").asText())
                .orElse("");
    }

    /** Of a network that tells somebody, and this too: whoever is told hears of it. */
    private boolean told(String id, String state) throws InterruptedException {
        Optional<Duration> delay = network.alertDelay(id);
        return delay.isEmpty()
                || step(
                        "webhook",
                        limit().plus(delay.get()),
                        now -> message(now, id, state).isPresent(),
                        now -> false,
                        now -> message(now, id, state).orElseThrow().words());
    }

    private static Optional<Told> message(Snapshot now, String id, String state) {
        return now.told().stream()
                .filter(told -> told.subject().equals(id) && told.state().equals(state))
                .findFirst();
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
        return step(name, limit(), expected, now -> false, words);
    }

    private Duration limit() {
        return network.patience().multipliedBy(TIMES_PATIENCE);
    }

    /** @param spoilt whether the step has failed, however it goes on */
    private boolean step(
            String name,
            Duration limit,
            Predicate<Snapshot> expected,
            Predicate<Snapshot> spoilt,
            Function<Snapshot, String> words)
            throws InterruptedException {
        long begun = System.nanoTime();
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

    /** A step that holds once a node answers as it should. */
    private boolean stepOfAnswer(String name, Answer answer) throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + limit().toNanos();
        Optional<String> words = answer.ask();
        while (words.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(ASK_INTERVAL);
            words = answer.ask();
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        out.accept(line(words.isPresent() ? "ok" : "failed", name, words.orElse("no node has answered so"), taken));
        return words.isPresent();
    }

    /** What a node answers, in words; empty while it is not as it should be. */
    private interface Answer {
        Optional<String> ask() throws InterruptedException;
    }

    static String line(String result, String name, String words, Duration taken) {
        return String.format(Locale.ROOT, "%-6s %-14s %5.1f s  %s", result, name, taken.toMillis() / 1000.0, words);
    }
}
