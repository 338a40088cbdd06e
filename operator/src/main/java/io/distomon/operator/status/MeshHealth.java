package io.distomon.operator.status;

import io.distomon.core.text.ForeignText;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.StrainedLink;
import io.distomon.operator.mirror.MemberReports.Misuse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Whether the nodes see each other, and if not, who does not see whom since when. A link that has failed only just now is
 * told, and is no fault yet: its end may be what has failed, or have restarted. A slow or lossy one is told, and is none.
 */
final class MeshHealth {
    private static final int MAX_ERROR_CHARS = 40;

    private final NetworkView view;
    private final List<String> misuses = new ArrayList<>();
    private final List<String> divided = new ArrayList<>();
    private final List<String> offline = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private final List<String> passing = new ArrayList<>();
    private final List<String> degraded = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> planned = new ArrayList<>();
    private int online;

    private MeshHealth(NetworkView view, Map<String, Misuse> misused) {
        this.view = view;
        new TreeMap<>(misused).forEach((node, how) -> misuses.add(sentence(node, how)));
        view.nodes().forEach(this::sort);
        view.brokenLinks().forEach(link -> (link.standing() ? links : passing).add(sentence(link)));
        if (!view.partitions().isEmpty()) {
            divided.add("the network is divided into "
                    + Sentences.list(view.partitions().stream()
                            .map(group -> "(" + Sentences.names(group) + ")")
                            .toList()));
        }
    }

    /**
     * What the nodes' words come to.
     *
     * @param view of exactly the network's members
     * @param misused whose keys do not speak for one node alone
     */
    static Judgement of(NetworkView view, Map<String, Misuse> misused) {
        return new MeshHealth(view, misused).judgement();
    }

    private void sort(NodeVerdict node) {
        String id = node.nodeId();
        String since = Sentences.since(Sentences.moment(node.sinceMicros()));
        if (node.planned()) {
            planned.add(id + " was stopped on purpose" + since);
            return;
        }
        switch (node.state()) {
            case NodeState.ONLINE -> online++;
            case NodeState.OFFLINE -> offline.add(id + " is offline: " + node.shownAs() + " say so" + since);
            case NodeState.UNKNOWN ->
                unknown.add(
                        node.reason() == Reason.UNREPORTED
                                ? id + " has not reported yet, though " + node.shownAs() + " reach it"
                                : id + " is unknown: it does not report, and nobody who does has polled it");
            case NodeState.DEGRADED -> degraded.add(id + " " + degraded(node, since));
        }
    }

    private static String degraded(NodeVerdict node, String since) {
        return switch (Objects.requireNonNull(node.reason(), "a Degraded node has a reason")) {
            case SILENT -> "does not report" + since + ", though " + node.shownAs() + " reach it";
            case ISOLATED -> "reaches nobody" + since + ", and nobody who reports reaches it";
            case PARTITION -> "is in a group that is cut off from the others" + since;
            case OUTBOUND ->
                "gets no answer from most of those whom others reach" + since + ": the fault is on its side";
            case INBOUND ->
                "reports, but %s of %s get no answer from it%s: its way in is broken"
                        .formatted(node.offlineObservers(), node.observers(), since);
            case LOSSY, SLOW ->
                "is %s: %s say so%s"
                        .formatted(Objects.requireNonNull(node.reason()).word(), node.shownAs(), since);
            case UNOBSERVED, UNREPORTED -> throw new IllegalArgumentException("a node that is Degraded has reported");
        };
    }

    private static String sentence(LinkFault link) {
        return "%s does not reach %s%s%s%s"
                .formatted(
                        link.from(),
                        link.to(),
                        Sentences.since(Sentences.moment(link.sinceMicros())),
                        link.error() == null ? "" : " (" + ForeignText.plain(link.error(), MAX_ERROR_CHARS) + ")",
                        link.oneWay() ? ", though the other way works" : "");
    }

    private static String sentence(StrainedLink link) {
        return "%s finds %s %s%s"
                .formatted(
                        link.from(),
                        link.to(),
                        link.reason().word(),
                        Sentences.since(Sentences.moment(link.sinceMicros())));
    }

    private static String sentence(String node, Misuse how) {
        return switch (how) {
            case TWO_PROCESSES -> "two processes sign as " + node + ": stop one, or give each a key of its own";
            case TWO_ENTRIES -> node + " has signed two different entries of one date: its word can't be relied on";
        };
    }

    private Judgement judgement() {
        List<String> faults = new ArrayList<>(misuses);
        faults.addAll(divided);
        faults.addAll(offline);
        faults.addAll(degraded);
        faults.addAll(links);
        if (!faults.isEmpty()) {
            return Judgement.no(reason(), Sentences.list(faults));
        }
        if (!view.settlingLinks().isEmpty()) {
            return Judgement.unknown(
                    "Settling",
                    "a changed config has not reached every node yet: "
                            + Sentences.list(view.settlingLinks().stream()
                                    .map(link -> link.to() + " refuses " + link.from())
                                    .toList()));
        }
        if (!unknown.isEmpty()) {
            return Judgement.unknown("NodesUnknown", Sentences.list(unknown));
        }
        List<String> healthy = new ArrayList<>();
        healthy.add("%s of %s nodes are online".formatted(online, view.nodes().size()));
        healthy.addAll(planned);
        passing.forEach(link -> healthy.add("perhaps only for a moment, " + link));
        view.strainedLinks().forEach(link -> healthy.add(sentence(link)));
        return Judgement.yes(planned.isEmpty() ? "AllOnline" : "StoppedOnPurpose", Sentences.list(healthy));
    }

    private String reason() {
        if (!misuses.isEmpty()) {
            return "KeyMisused";
        }
        if (!divided.isEmpty()) {
            return "Partitioned";
        }
        if (!offline.isEmpty()) {
            return "NodesOffline";
        }
        return degraded.isEmpty() ? "LinksDown" : "NodesDegraded";
    }
}
