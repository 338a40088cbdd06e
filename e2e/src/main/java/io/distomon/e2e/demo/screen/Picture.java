package io.distomon.e2e.demo.screen;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.LinkStatus;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.NodeType;
import io.distomon.e2e.demo.network.NodeRun;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.network.Transition;
import io.distomon.e2e.demo.resource.CustomResourceSchema;
import io.distomon.operator.status.ConditionTypes;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The network as lines of text: the table of {@code kubectl get}, and under it what the mesh says of each node and link.
 * Immutable.
 */
public final class Picture {
    /** What is readable everywhere. */
    public static final int COLUMNS = 80;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int MAX_ID_COLUMNS = 20;
    private static final int MIN_COLUMNS = 40;
    private static final int MAX_LINKS = 6;
    private static final int MAX_REASONS = 4;
    private static final int MAX_NODES = 20;
    private static final int MAX_TRANSITIONS = 5;

    private final CustomResourceSchema crd = CustomResourceSchema.distomonNetwork();
    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final Path passwordFile;
    private final String commands;

    /**
     * @param passwordFile the file with the login's password
     * @param commands what one can type, in words
     */
    public Picture(Path passwordFile, String commands) {
        this.passwordFile = passwordFile;
        this.commands = commands;
    }

    /** A moment as it is shown: the time of the day here. */
    public static String time(Instant at) {
        return TIME.format(at);
    }

    /** The whole picture; of its lines only that with the password's path may be longer than {@code columns}. */
    public List<Line> of(Snapshot now, int columns) {
        int width = Math.max(MIN_COLUMNS, columns);
        List<Line> lines = new ArrayList<>(state(now, width));
        transitions(now).forEach(line -> lines.add(line.fit(width)));
        lines.addAll(hints(now, width));
        return lines;
    }

    /** How the network stands, without what led there. */
    public List<Line> state(Snapshot now, int columns) {
        int width = Math.max(MIN_COLUMNS, columns);
        List<Line> lines = new ArrayList<>(table(now));
        lines.add(Line.of(""));
        lines.addAll(nodes(now));
        lines.add(Line.of(""));
        lines.addAll(kinds(now, width));
        lines.addAll(mesh(now, width));
        lines.addAll(keys(now, width));
        lines.addAll(broken(now, width));
        lines.addAll(why(now, width));
        lines.replaceAll(line -> line.fit(width));
        return lines;
    }

    /** Where a node's own page is, the login, and what one can type. */
    public List<Line> hints(Snapshot now, int columns) {
        int width = Math.max(MIN_COLUMNS, columns);
        List<Line> lines = new ArrayList<>();
        lines.addAll(
                Line.wrapped("page   ", page(now) + " in a browser; any other node has it too", width, Tone.PLAIN));
        // A path is copied, so that it is better broken by the terminal than cut.
        lines.add(Line.of("login  ", Tone.FAINT).and("admin, password in " + passwordFile, Tone.PLAIN));
        lines.addAll(Line.wrapped("type   ", commands, width, Tone.PLAIN));
        return lines;
    }

    /** The page of the first node that answers, or of the first. */
    public static String page(Snapshot now) {
        String id = now.addresses().keySet().stream()
                .filter(node -> now.runs().get(node) == NodeRun.READY)
                .findFirst()
                .orElseGet(() -> now.addresses().keySet().iterator().next());
        return now.addresses().get(id) + "/";
    }

    private List<Line> table(Snapshot now) {
        JsonNode json = serialization.convertValue(now.resource(), JsonNode.class);
        List<String> table = Table.of(crd, json, now.at());
        Tone tone = now.holds(ConditionTypes.READY) && now.holds(ConditionTypes.MESH_HEALTHY) ? Tone.GOOD : Tone.WARN;
        return List.of(Line.of(table.getFirst(), Tone.STRONG), Line.of(table.getLast(), tone));
    }

    private static List<Line> nodes(Snapshot now) {
        List<NodeStatus> nodes = now.status().nodes();
        int longest = nodes.stream().mapToInt(node -> node.id().length()).max().orElse(0);
        int width = Math.min(MAX_ID_COLUMNS, longest);
        List<Line> lines = new ArrayList<>();
        // The troubled ones of a large network are worth more than its first ones.
        List<NodeStatus> shown = nodes.size() <= MAX_NODES
                ? nodes
                : nodes.stream()
                        .sorted((a, b) -> Boolean.compare(a.state() == NodeState.Online, b.state() == NodeState.Online))
                        .limit(MAX_NODES)
                        .toList();
        shown.forEach(node -> lines.add(node(now, node, width)));
        if (shown.size() < nodes.size()) {
            lines.add(Line.of("and %s more".formatted(nodes.size() - shown.size()), Tone.FAINT));
        }
        return lines;
    }

    /** {@code nyc   Offline  · 4 of 4 observers · since 12:03:07   not running}. */
    private static Line node(Snapshot now, NodeStatus node, int width) {
        String id = Line.of(node.id()).fit(width).text();
        String words = now.verdict(node.id()).map(Snapshot::agreeing).orElse("");
        Instant since = node.since();
        return Line.of(id + " ".repeat(width - id.length() + 2), Tone.STRONG)
                .and("%-8s".formatted(node.state()), tone(node.state()))
                .and(" · %-17s".formatted(words), Tone.PLAIN)
                .and(since == null ? " ".repeat(17) : " · since " + time(since), Tone.PLAIN)
                .and("  " + whereabouts(now, node.id()), Tone.FAINT);
    }

    private static String whereabouts(Snapshot now, String id) {
        NodeRun run = now.runs().get(id);
        URI address = now.addresses().get(id);
        if (run == null || address == null) {
            return "";
        }
        return run == NodeRun.READY ? address.getAuthority() : run.words();
    }

    private static Tone tone(NodeState state) {
        return switch (state) {
            case Online -> Tone.GOOD;
            case Offline -> Tone.BAD;
            case Degraded -> Tone.WARN;
            case Unknown -> Tone.FAINT;
        };
    }

    /** Which kind each node is, unless all are of the usual one. */
    private static List<Line> kinds(Snapshot now, int columns) {
        List<NodeSpec> others = now.resource().getSpec().nodes().stream()
                .filter(node -> node.type() != NodeType.Managed)
                .toList();
        if (others.isEmpty()) {
            return List.of();
        }
        List<String> kinds = new ArrayList<>();
        others.stream().limit(MAX_NODES).forEach(node -> kinds.add(kind(now, node)));
        if (others.size() > MAX_NODES) {
            kinds.add("%s more that are not Managed".formatted(others.size() - MAX_NODES));
        }
        if (others.size() < now.resource().getSpec().nodes().size()) {
            kinds.add("Managed: the others");
        }
        return Line.wrapped("kinds  ", String.join("; ", kinds), columns, Tone.PLAIN);
    }

    private static String kind(Snapshot now, NodeSpec node) {
        NodeRun workload = now.workloads().get(node.id());
        return node.type() + ": " + node.id()
                + (workload == null
                        ? ""
                        : " beside %s, which %s"
                                .formatted(
                                        Snapshot.workload(node.id()),
                                        workload == NodeRun.ENDED ? "does not run" : workload.words()));
    }

    private static List<Line> mesh(Snapshot now, int columns) {
        Condition mesh = now.condition(ConditionTypes.MESH_HEALTHY).orElse(null);
        return mesh == null || mesh.status() == ConditionStatus.True
                ? List.of()
                : Line.wrapped(
                        "mesh   ", mesh.reason() + " since " + time(mesh.lastTransitionTime()), columns, Tone.WARN);
    }

    /** Who changes its key, and who is waited for. */
    private static List<Line> keys(Snapshot now, int columns) {
        Condition keys = now.condition(ConditionTypes.KEYS_READY).orElse(null);
        boolean changing =
                now.status().nodes().stream().anyMatch(node -> node.publicKeys().size() > 1);
        return keys == null || !changing ? List.of() : Line.wrapped("keys   ", keys.message(), columns, Tone.WARN);
    }

    private static List<Line> broken(Snapshot now, int columns) {
        List<Line> lines = new ArrayList<>();
        List<LinkStatus> links = now.status().links();
        for (LinkStatus link : links.stream().limit(MAX_LINKS).toList()) {
            lines.add(Line.of("link   ", Tone.FAINT)
                    .and(link.from() + ">" + link.to() + " ", Tone.PLAIN)
                    .and(link.state().toString(), Tone.BAD)
                    .and(since(link.since()), Tone.PLAIN));
        }
        if (links.size() > MAX_LINKS) {
            lines.add(Line.of("       and %s more broken links".formatted(links.size() - MAX_LINKS), Tone.FAINT));
        }
        if (!now.status().partitions().isEmpty()) {
            lines.addAll(Line.wrapped("parts  ", Transition.groups(now.status().partitions()), columns, Tone.BAD));
        }
        if (!now.cut().isEmpty()) {
            String cut = now.cut().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
            lines.addAll(Line.wrapped("cut    ", cut + " (by you)", columns, Tone.PLAIN));
        }
        return lines;
    }

    /** {@code nyc: TCP: refused by 127.0.0.1:26001 (fra, ams)}: what those say of it who don't reach it. */
    private static List<Line> why(Snapshot now, int columns) {
        Map<String, List<String>> observers = new TreeMap<>();
        now.failures().forEach((link, words) -> {
            if (now.isTold(link)) {
                observers
                        .computeIfAbsent(link.to() + ": " + words, said -> new ArrayList<>())
                        .add(link.from());
            }
        });
        List<Line> lines = new ArrayList<>();
        observers.entrySet().stream()
                .limit(MAX_REASONS)
                .forEach(said -> lines.addAll(Line.wrapped(
                        lines.isEmpty() ? "why    " : "       ",
                        "%s (%s)".formatted(said.getKey(), String.join(", ", said.getValue())),
                        columns,
                        Tone.PLAIN)));
        if (observers.size() > MAX_REASONS) {
            lines.add(Line.of("       and %s more reasons".formatted(observers.size() - MAX_REASONS), Tone.FAINT));
        }
        return lines;
    }

    private static String since(@Nullable Instant since) {
        return since == null ? "" : " since " + time(since);
    }

    private static List<Line> transitions(Snapshot now) {
        List<Line> lines = new ArrayList<>();
        List<Transition> all = now.transitions();
        for (Transition transition : all.subList(Math.max(0, all.size() - MAX_TRANSITIONS), all.size())) {
            lines.add(Line.of(lines.isEmpty() ? "last   " : "       ", Tone.FAINT)
                    .and(time(transition.at()) + " " + transition.text(), Tone.PLAIN));
        }
        return lines;
    }
}
