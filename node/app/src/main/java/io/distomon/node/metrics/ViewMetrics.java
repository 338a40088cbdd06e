package io.distomon.node.metrics;

import io.distomon.core.view.NodeState;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the entries that this node holds mean: the same as {@code /view}, in numbers. */
final class ViewMetrics {
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
                        NetworkSnapshot::equivocations));
    }

    private MetricSnapshot nodeState() {
        Series.Gauge states = Series.gauge(
                "distomon_node_state", "1 for the state that the node is in by this node's view, 0 for the others.");
        for (NetworkSnapshot network : networks) {
            network.view().nodes().forEach(verdict -> {
                for (NodeState state : NodeState.values()) {
                    states.add(
                            verdict.state() == state,
                            "network",
                            network.id(),
                            "node",
                            verdict.nodeId(),
                            "state",
                            state.word());
                }
            });
        }
        return states.built().build();
    }

    private MetricSnapshot nodes() {
        Series.Gauge nodes = Series.gauge("distomon_nodes", "Members in each state by this node's view.");
        for (NetworkSnapshot network : networks) {
            for (NodeState state : NodeState.values()) {
                long count = network.view().nodes().stream()
                        .filter(verdict -> verdict.state() == state)
                        .count();
                nodes.add((double) count, "network", network.id(), "state", state.word());
            }
        }
        return nodes.built().build();
    }

    private MetricSnapshot each(String name, String help, ToDoubleFunction<NetworkSnapshot> value) {
        Series.Gauge gauge = Series.gauge(name, help);
        networks.forEach(network -> gauge.add(value.applyAsDouble(network), "network", network.id()));
        return gauge.built().build();
    }
}
