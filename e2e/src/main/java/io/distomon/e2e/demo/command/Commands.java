package io.distomon.e2e.demo.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.e2e.demo.link.Link;
import io.distomon.e2e.demo.network.DemoNetwork;
import io.distomon.e2e.demo.network.NodeRun;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.resource.Mistake;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Carries out commands, one after the other. */
public final class Commands {
    /** What one can type, in a line or two. */
    public static final String SUMMARY =
            "kill|freeze|thaw|start|add|remove|rotate|open ID, cut A B, cut A>B, join A B, help, quit";

    /** What came of a line. */
    public enum Outcome {
        /** Something was said, and all is as before. */
        SAID,
        /** The network may be another one than before. */
        DONE,
        /** No more commands are wanted. */
        QUIT
    }

    private final DemoNetwork network;
    private final Consumer<String> out;

    /**
     * Commands for a network.
     *
     * @param out takes what there is to say, line by line
     */
    public Commands(DemoNetwork network, Consumer<String> out) {
        this.network = network;
        this.out = out;
    }

    /** The words that a command may begin with. */
    public static List<String> words() {
        return Arrays.stream(Verb.values()).map(Verb::word).toList();
    }

    /** Carries out what a line says. What can't be done is said, as is what came of it. An empty line does nothing. */
    public Outcome run(String line) throws InterruptedException {
        List<String> words = Stream.of(line.replace(">", " > ").strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
        if (words.isEmpty()) {
            return Outcome.SAID;
        }
        Verb verb = Verb.of(words.getFirst()).orElse(null);
        if (verb == null) {
            out.accept("found the command \"%s\", expected one of: %s".formatted(words.getFirst(), Verb.all()));
            return Outcome.SAID;
        }
        try {
            return run(verb, words.subList(1, words.size()));
        } catch (RefusedException e) {
            String.valueOf(e.getMessage()).lines().forEach(out);
        } catch (IOException e) {
            out.accept("%s did not work: %s".formatted(line.strip(), e.getMessage()));
        }
        return Outcome.SAID;
    }

    private Outcome run(Verb verb, List<String> arguments) throws RefusedException, IOException, InterruptedException {
        switch (verb) {
            case KILL -> kill(nodeOrWorkload(verb, arguments));
            case FREEZE -> freeze(node(verb, arguments));
            case THAW -> thaw(node(verb, arguments));
            case START -> start(nodeOrWorkload(verb, arguments));
            case CUT -> cut(links(verb, arguments));
            case JOIN -> join(links(verb, arguments));
            case ADD -> add(single(verb, arguments));
            case REMOVE -> remove(node(verb, arguments));
            case ROTATE -> rotate(node(verb, arguments));
            case OPEN -> {
                open(node(verb, arguments));
                return Outcome.SAID;
            }
            case HELP -> {
                help();
                return Outcome.SAID;
            }
            case QUIT -> {
                return Outcome.QUIT;
            }
        }
        return Outcome.DONE;
    }

    private void kill(String id) throws RefusedException, InterruptedException {
        String sidecar = besideWhich(id);
        if (sidecar != null) {
            killWorkload(sidecar);
            return;
        }
        expectProcess(id);
        long begun = System.nanoTime();
        network.kill(id);
        out.accept("killed " + id + " (SIGKILL)");
        concludeGone(id, begun);
    }

    private void freeze(String id) throws RefusedException, IOException, InterruptedException {
        expectProcess(id);
        if (runOf(id) == NodeRun.FROZEN) {
            throw new RefusedException(id + " is frozen already; thaw " + id + " lets it go on");
        }
        long begun = System.nanoTime();
        network.freeze(id);
        out.accept("froze " + id + " (SIGSTOP)");
        concludeGone(id, begun);
    }

    private void thaw(String id) throws RefusedException, IOException, InterruptedException {
        if (runOf(id) != NodeRun.FROZEN) {
            throw new RefusedException(id + " is not frozen");
        }
        long begun = System.nanoTime();
        network.thaw(id);
        out.accept("let " + id + " go on (SIGCONT)");
        conclude(begun, now -> isBack(now, id), now -> Words.node(now, id));
    }

    private void killWorkload(String sidecar) throws RefusedException, InterruptedException {
        String name = Snapshot.workload(sidecar);
        if (workloadOf(sidecar) == NodeRun.ENDED) {
            throw new RefusedException(name + " does not run; start " + name + " starts it");
        }
        network.killWorkload(sidecar);
        out.accept("killed %s (SIGKILL), and not the node beside it; %s"
                .formatted(name, Words.node(network.snapshot(), sidecar)));
    }

    private void startWorkload(String sidecar) throws RefusedException, IOException {
        String name = Snapshot.workload(sidecar);
        if (workloadOf(sidecar) != NodeRun.ENDED) {
            throw new RefusedException(name + " runs already");
        }
        network.startWorkload(sidecar);
        out.accept("started " + name);
    }

    private NodeRun workloadOf(String sidecar) {
        return Objects.requireNonNull(network.snapshot().workloads().get(sidecar));
    }

    private void start(String id) throws RefusedException, IOException, InterruptedException {
        String sidecar = besideWhich(id);
        if (sidecar != null) {
            startWorkload(sidecar);
            return;
        }
        if (runOf(id) != NodeRun.ENDED) {
            throw new RefusedException(id + " runs already" + (runOf(id) == NodeRun.FROZEN ? ", but is frozen" : ""));
        }
        long begun = System.nanoTime();
        network.start(id);
        out.accept("started " + id);
        conclude(
                begun,
                now -> isBack(now, id) || now.runs().get(id) == NodeRun.ENDED,
                now -> now.runs().get(id) == NodeRun.ENDED ? id + " has ended again" : Words.node(now, id));
    }

    private void cut(List<Link> links) throws InterruptedException {
        long begun = System.nanoTime();
        links.forEach(network::cut);
        out.accept("cut " + Words.links(links));
        Snapshot before = network.snapshot();
        List<String> silent = Stream.of(
                        links.getFirst().from(), links.getFirst().to())
                .filter(id -> before.runs().get(id) != NodeRun.READY)
                .toList();
        if (!silent.isEmpty()) {
            out.accept("%s %s: nobody can tell by that link"
                    .formatted(String.join(" and ", silent), silent.size() == 1 ? "does not answer" : "do not answer"));
            return;
        }
        conclude(begun, now -> links.stream().allMatch(now::isTold), now -> Words.linksAndEnds(now, links));
    }

    private void join(List<Link> links) throws InterruptedException {
        long begun = System.nanoTime();
        links.forEach(network::join);
        out.accept("joined " + Words.links(links));
        conclude(
                begun,
                now -> links.stream()
                        .noneMatch(link -> now.fails(link) && now.runs().get(link.to()) == NodeRun.READY),
                now -> Words.linksAndEnds(now, links));
    }

    private void add(String id) throws RefusedException, IOException, InterruptedException {
        long begun = System.nanoTime();
        edit(json -> nodes(json).addObject().put("id", id));
        out.accept("added " + id + " to the spec: a key, config for all, and a process");
        conclude(begun, now -> now.isSettled() && isBack(now, id), now -> Words.node(now, id));
    }

    private void remove(String id) throws RefusedException, IOException, InterruptedException {
        long begun = System.nanoTime();
        edit(json -> {
            ArrayNode nodes = nodes(json);
            for (int i = nodes.size() - 1; i >= 0; i--) {
                if (nodes.get(i).path("id").asText().equals(id)) {
                    nodes.remove(i);
                }
            }
        });
        out.accept("took " + id + " out of the spec");
        conclude(
                begun,
                now -> now.isSettled() && now.node(id).isEmpty(),
                now -> "%s members, none of them knows %s any more"
                        .formatted(now.status().nodes().size(), id));
    }

    private void rotate(String id) throws RefusedException, IOException, InterruptedException {
        long begun = System.nanoTime();
        Snapshot before = network.snapshot();
        int next = before.askedKey(id) + 1;
        expectNone(network.askForKey(id, next));
        out.accept("set keyGeneration of %s to %s: a new key, made known beside the old one".formatted(id, next));
        List<String> silent = before.runs().entrySet().stream()
                .filter(node -> !node.getKey().equals(id) && node.getValue() != NodeRun.READY)
                .map(Map.Entry::getKey)
                .toList();
        if (!silent.isEmpty()) {
            out.accept("%s restarts with it when all others have it; nothing is heard of %s"
                    .formatted(id, String.join(", ", silent)));
            return;
        }
        conclude(
                begun,
                now -> now.isSettled() && isBack(now, id) && now.hasOnlyKey(id, next),
                now -> Words.key(now, id));
    }

    private static ArrayNode nodes(ObjectNode json) {
        return json.withObjectProperty("spec").withArrayProperty("nodes");
    }

    private void edit(Consumer<ObjectNode> change) throws RefusedException, IOException, InterruptedException {
        expectNone(network.edit(change));
    }

    private static void expectNone(List<Mistake> mistakes) throws RefusedException {
        if (!mistakes.isEmpty()) {
            throw new RefusedException(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
        }
    }

    private void open(String id) {
        String url = String.valueOf(network.snapshot().addresses().get(id));
        String networkId = String.valueOf(network.snapshot().status().networkId());
        out.accept("%s answers at %s (/info, /view/%s, /store/%s), log %s"
                .formatted(id, url, networkId, networkId, network.logFile(id)));
        out.accept("%s/ is its page; log in as admin, whose password is in %s".formatted(url, network.passwordFile()));
        network.workloadAddress(id)
                .ifPresent(beside ->
                        out.accept("%s, which it is beside, answers at %s/".formatted(Snapshot.workload(id), beside)));
        out.accept("or without a browser:");
        out.accept(
                "curl -s --netrc-file %s -X POST %s/login | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/Authorization: Bearer \\1/' | curl -s -H @- %s/view/%s"
                        .formatted(network.netrcFile(), url, url, networkId));
    }

    private void help() {
        for (Verb verb : Verb.values()) {
            out.accept("%-11s %s".formatted(verb.usage(), verb.help()));
        }
    }

    /** A node that is gone is Offline; Unknown when no other is left who could tell. */
    private void concludeGone(String id, long begun) throws InterruptedException {
        boolean last = network.snapshot().runs().entrySet().stream()
                .noneMatch(node -> (node.getValue() == NodeRun.READY || node.getValue() == NodeRun.STARTING)
                        && !node.getKey().equals(id));
        if (last) {
            out.accept("no other node is left that could tell");
            return;
        }
        conclude(begun, now -> now.is(id, NodeState.Offline), now -> Words.node(now, id));
    }

    /** A node that answers is Online; where links of it are cut, it may be Degraded. */
    private static boolean isBack(Snapshot now, String id) {
        boolean whole = now.cut().stream()
                .noneMatch(link -> link.from().equals(id) || link.to().equals(id));
        return now.runs().get(id) == NodeRun.READY
                && now.verdict(id).filter(verdict -> verdict.fresh()).isPresent()
                && (now.is(id, NodeState.Online) || (!whole && now.is(id, NodeState.Degraded)));
    }

    private void conclude(long begun, Predicate<Snapshot> wanted, Conclusion words) throws InterruptedException {
        Duration patience = network.patience();
        Optional<Snapshot> concluded = network.await(wanted, patience);
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        if (concluded.isPresent()) {
            out.accept("%s (after %s)".formatted(words.of(concluded.get()), Words.seconds(taken)));
        } else {
            out.accept("no conclusion within %s s; so far: %s"
                    .formatted(patience.toSeconds(), words.of(network.snapshot())));
        }
    }

    /** What the network says, in words. */
    private interface Conclusion {
        String of(Snapshot now);
    }

    private NodeRun runOf(String id) {
        return Objects.requireNonNull(network.snapshot().runs().get(id));
    }

    private void expectProcess(String id) throws RefusedException {
        if (runOf(id) == NodeRun.ENDED) {
            throw new RefusedException(id + " does not run; start " + id + " starts it");
        }
    }

    private String node(Verb verb, List<String> arguments) throws RefusedException {
        return known(single(verb, arguments));
    }

    private String nodeOrWorkload(Verb verb, List<String> arguments) throws RefusedException {
        String name = single(verb, arguments);
        return besideWhich(name) == null ? known(name) : name;
    }

    /** The sidecar that is beside what has this name; null of any other name. */
    private @Nullable String besideWhich(String name) {
        return network.snapshot().workloads().keySet().stream()
                .filter(sidecar -> Snapshot.workload(sidecar).equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String single(Verb verb, List<String> arguments) throws RefusedException {
        if (arguments.size() != 1) {
            throw unexpected(verb, arguments);
        }
        return arguments.getFirst();
    }

    private List<Link> links(Verb verb, List<String> arguments) throws RefusedException {
        List<String> ids = new ArrayList<>(arguments);
        boolean oneWay = ids.size() == 3 && ids.get(1).equals(">");
        if (oneWay) {
            ids.remove(1);
        }
        if (ids.size() != 2 || ids.contains(">")) {
            throw unexpected(verb, arguments);
        }
        String from = known(ids.getFirst());
        String to = known(ids.getLast());
        if (from.equals(to)) {
            throw new RefusedException("found %s twice, expected two nodes".formatted(from));
        }
        Link link = new Link(from, to);
        return oneWay ? List.of(link) : List.of(link, new Link(to, from));
    }

    private String known(String id) throws RefusedException {
        List<String> ids = List.copyOf(network.snapshot().runs().keySet());
        if (!ids.contains(id)) {
            throw new RefusedException(
                    "found no node \"%s\", expected one of: %s".formatted(id, String.join(", ", ids)));
        }
        return id;
    }

    private static RefusedException unexpected(Verb verb, List<String> arguments) {
        String found = arguments.isEmpty() ? "nothing" : String.join(" ", arguments);
        return new RefusedException(
                "found %s after %s, expected %s: %s".formatted(found, verb.word(), verb.usage(), verb.help()));
    }

    /** A command that can't be carried out; the message is for the person who typed it. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
