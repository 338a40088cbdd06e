package io.distomon.core.view;

import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Observers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a store means. Every verdict rests on signed entries that it names. Immutable.
 *
 * @param networkId the network
 * @param nodes one verdict for each member, in the order of the config
 * @param brokenLinks links on which polls fail though both ends report and neither is suspect, sorted
 * @param strainedLinks links that work, but are slower or lose more than they may by the word of who polls, sorted
 * @param settlingLinks links refused as unauthenticated between nodes with different configs, sorted; they count for
 *     nothing until the configs agree, for three minutes at most
 * @param partitions groups of nodes that reach each other but not another group, the largest first, each sorted; empty
 *     when there is no division that somebody has seen for a while. Only who hears both sides can name one
 * @param minority whether the asker hears from fewer than half of the pollable members, and so may be the one cut off.
 *     When it is exactly half, both sides of a division alert
 * @param staysNanos for how long all this stays as it is if nothing new is heard
 */
public record NetworkView(
        String networkId,
        List<NodeVerdict> nodes,
        List<LinkFault> brokenLinks,
        List<StrainedLink> strainedLinks,
        List<LinkFault> settlingLinks,
        List<List<String>> partitions,
        boolean minority,
        long staysNanos) {
    public NetworkView {
        nodes = List.copyOf(nodes);
        brokenLinks = List.copyOf(brokenLinks);
        strainedLinks = List.copyOf(strainedLinks);
        settlingLinks = List.copyOf(settlingLinks);
        partitions = partitions.stream().map(List::copyOf).toList();
    }

    /** One of a network whose links are as good as they have to be, or broken. */
    public NetworkView(
            String networkId,
            List<NodeVerdict> nodes,
            List<LinkFault> brokenLinks,
            List<LinkFault> settlingLinks,
            List<List<String>> partitions,
            boolean minority,
            long staysNanos) {
        this(networkId, nodes, brokenLinks, List.of(), settlingLinks, partitions, minority, staysNanos);
    }

    /** Folds entries into verdicts. */
    public static NetworkView of(ViewInput input) {
        return new ViewFold(input).view();
    }

    /**
     * The ids of nodes at which more should look: a poll of theirs fails for somebody, or they have become silent and
     * nobody polls them. Whoever stopped on purpose is none of them.
     */
    public Set<String> inQuestion() {
        return ids(node -> !node.planned()
                && (node.offlineObservers() > 0
                        || (node.state() == NodeState.UNKNOWN && node.recordDateMicros() != null)));
    }

    /**
     * The ids of nodes that somebody observes, and of which nothing would be known without those who stand in: nobody
     * who should observes them, or their news come to the asker over links alone that are polled by those.
     *
     * @param observers who should
     * @param asker whose view this is
     */
    public Set<String> leftToStandIns(Observers observers, String asker) {
        Set<String> heard = heardWithoutStandIns(observers, asker);
        return ids(node -> node.observers() > 0
                && (!heard.contains(node.nodeId())
                        || node.witnesses().stream()
                                .filter(witness ->
                                        witness.standing() == Standing.COUNTED || witness.standing() == Standing.ACROSS)
                                .noneMatch(witness -> observers.polls(witness.observer(), node.nodeId()))));
    }

    /** Whose news would reach the asker: entries pass both ways over a link whose polls are accepted. */
    private Set<String> heardWithoutStandIns(Observers observers, String asker) {
        Map<String, Set<String>> links = new HashMap<>();
        for (NodeVerdict node : nodes) {
            for (Witness witness : node.witnesses()) {
                if (witness.status() == PingStatus.ONLINE
                        && witness.error() == null
                        && observers.polls(witness.observer(), node.nodeId())) {
                    links.computeIfAbsent(witness.observer(), id -> new HashSet<>())
                            .add(node.nodeId());
                    links.computeIfAbsent(node.nodeId(), id -> new HashSet<>()).add(witness.observer());
                }
            }
        }
        Set<String> heard = new HashSet<>(Set.of(asker));
        Deque<String> next = new ArrayDeque<>(heard);
        while (!next.isEmpty()) {
            links.getOrDefault(next.remove(), Set.of()).stream()
                    .filter(heard::add)
                    .forEach(next::add);
        }
        return heard;
    }

    private Set<String> ids(Predicate<NodeVerdict> fits) {
        return nodes.stream().filter(fits).map(NodeVerdict::nodeId).collect(Collectors.toUnmodifiableSet());
    }

    /** The verdict on a member. */
    public Optional<NodeVerdict> node(String nodeId) {
        return nodes.stream().filter(node -> node.nodeId().equals(nodeId)).findFirst();
    }
}
