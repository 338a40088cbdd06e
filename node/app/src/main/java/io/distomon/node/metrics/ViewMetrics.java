package io.distomon.node.metrics;

import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the entries that this node holds mean: the same as {@code /view}, in numbers. */
final class ViewMetrics {
    private static final String STOPPED = "Stopped";

    /** The states of the view, and that of a node that is offline because it was stopped on purpose. */
    private static final List<String> STATES = Stream.concat(
                    Arrays.stream(NodeState.values()).map(NodeState::word), Stream.of(STOPPED))
            .toList();

    private final List<NetworkSnapshot> networks;

    private ViewMetrics(List<NetworkSnapshot> networks) {
        this.networks = networks;
    }

    static List<MetricSnapshot> of(List<NetworkSnapshot> networks) {
        ViewMetrics metrics = new ViewMetrics(networks);
        return List.of(
                metrics.nodeState(),
                metrics.nodes(),
                metrics.each(
                        "distomon_links_down",
                        "Links on which polls fail though both ends report and neither is at fault, in this node's view.",
                        network -> network.view().brokenLinks().size()),
                metrics.strainedLinks(),
                metrics.each(
                        "distomon_partition_groups",
                        "Groups of nodes that reach each other but not another group, in this node's view; 0 when there"
                                + " is no division.",
                        network -> network.view().partitions().size()),
                metrics.each(
                        "distomon_view_minority",
                        "1 when this node hears from fewer than half of the members, so that it may be the one that is"
                                + " cut off and its view is to be taken with care.",
                        network -> network.view().minority() ? 1 : 0),
                metrics.each(
                        "distomon_store_entries",
                        "Members of which this node holds a signed entry, itself included.",
                        NetworkSnapshot::entries),
                metrics.each(
                        "distomon_equivocating_members",
                        "Members that signed two different entries with one date; this node holds the proof.",
                        NetworkSnapshot::equivocations),
                metrics.each(
                        "distomon_doubled_members",
                        "Members with whose key two processes sign at the same time.",
                        NetworkSnapshot::doubles));
    }

    private MetricSnapshot nodeState() {
        Series.Gauge states = Series.gauge(
                "distomon_node_state", "1 for the state that the node is in by this node's view, 0 for the others.");
        for (NetworkSnapshot network : networks) {
            network.view()
                    .nodes()
                    .forEach(verdict -> STATES.forEach(state -> states.add(
                            state(verdict).equals(state),
                            "network",
                            network.id(),
                            "node",
                            verdict.nodeId(),
                            "state",
                            state)));
        }
        return states.built().build();
    }

    private MetricSnapshot nodes() {
        Series.Gauge nodes = Series.gauge("distomon_nodes", "Members in each state by this node's view.");
        for (NetworkSnapshot network : networks) {
            STATES.forEach(state -> nodes.add(
                    (double) network.view().nodes().stream()
                            .filter(verdict -> state(verdict).equals(state))
                            .count(),
                    "network",
                    network.id(),
                    "state",
                    state));
        }
        return nodes.built().build();
    }

    private MetricSnapshot strainedLinks() {
        Series.Gauge links = Series.gauge(
                "distomon_links_strained",
                "Links that work, but lose more polls (lossy) or take longer (slow) than they may by the network's"
                        + " thresholds, in this node's view.");
        for (NetworkSnapshot network : networks) {
            for (Reason kind : List.of(Reason.LOSSY, Reason.SLOW)) {
                links.add(
                        (double) network.view().strainedLinks().stream()
                                .filter(link -> link.reason() == kind)
                                .count(),
                        "network",
                        network.id(),
                        "kind",
                        kind.word());
            }
        }
        return links.built().build();
    }

    /** What was stopped on purpose is not counted among what fails: nobody is to be woken for it. */
    private static String state(NodeVerdict verdict) {
        return verdict.state() == NodeState.OFFLINE && verdict.planned()
                ? STOPPED
                : verdict.state().word();
    }

    private MetricSnapshot each(String name, String help, ToDoubleFunction<NetworkSnapshot> value) {
        Series.Gauge gauge = Series.gauge(name, help);
        networks.forEach(network -> gauge.add(value.applyAsDouble(network), "network", network.id()));
        return gauge.built().build();
    }
}
