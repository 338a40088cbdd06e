package io.distomon.operator.metrics;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.operator.reconcile.KnownNetwork;
import io.distomon.operator.status.ConditionTypes;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How each network stands: mostly the numbers of its status. */
final class NetworkMetrics {
    private static final double MILLIS_IN_SECOND = 1_000;

    private final Collection<KnownNetwork> networks;

    private NetworkMetrics(Collection<KnownNetwork> networks) {
        this.networks = networks;
    }

    static List<MetricSnapshot> of(Collection<KnownNetwork> networks) {
        NetworkMetrics metrics = new NetworkMetrics(networks);
        return List.of(
                metrics.conditions(),
                metrics.summed(
                        "distomon_operator_network_members",
                        "Members of the network, wherever they run.",
                        Summary::nodes),
                metrics.summed(
                        "distomon_operator_network_members_online",
                        "Members that are online by what the operator has from the nodes.",
                        Summary::online),
                metrics.summed(
                        "distomon_operator_network_managed",
                        "Members that the operator runs, without sidecars.",
                        Summary::managed),
                metrics.summed(
                        "distomon_operator_network_managed_available",
                        "Of the members that the operator runs, those with an available pod.",
                        Summary::available),
                metrics.each(
                        "distomon_operator_network_generation_lag",
                        "By how many generations the spec is ahead of the one that the status speaks of.",
                        NetworkMetrics::generationLag),
                metrics.each(
                        "distomon_operator_network_failing",
                        "1 when the last pass over the network failed, in whole or in part.",
                        network -> network.isFailing() ? 1.0 : 0.0),
                metrics.each(
                        "distomon_operator_network_mirror_age_seconds",
                        "How long ago one of the nodes last answered the operator; while none has, since when they are asked.",
                        network -> network.sinceAnswer() == null
                                ? null
                                : network.sinceAnswer().toMillis() / MILLIS_IN_SECOND),
                metrics.each(
                        "distomon_operator_network_oldest_key_timestamp_seconds",
                        "When the oldest of the keys was made that the nodes here run with, seconds since the epoch.",
                        network -> network.oldestKey() == null
                                ? null
                                : (double) network.oldestKey().getEpochSecond()),
                metrics.each(
                        "distomon_operator_network_alert_senders_up",
                        "Nodes that are to tell of alerts and are not down: Online or Degraded; none while that is not known, or nobody is told.",
                        NetworkMetrics::sendersUp));
    }

    private MetricSnapshot conditions() {
        Series conditions = new Series(
                "distomon_operator_network_condition",
                "A condition of the network's status: 1 True, 0 False, -1 Unknown.");
        for (KnownNetwork network : networks) {
            DistomonNetworkStatus status = network.resource().getStatus();
            if (status != null) {
                status.conditions()
                        .forEach(condition -> conditions.add(
                                value(condition.status()),
                                "namespace",
                                network.resource().getMetadata().getNamespace(),
                                "name",
                                network.resource().getMetadata().getName(),
                                "type",
                                condition.type()));
            }
        }
        return conditions.built();
    }

    private static int value(ConditionStatus status) {
        return switch (status) {
            case True -> 1;
            case False -> 0;
            case Unknown -> -1;
        };
    }

    private MetricSnapshot summed(String name, String help, Function<Summary, Integer> value) {
        return each(name, help, network -> {
            DistomonNetworkStatus status = network.resource().getStatus();
            Summary summary = status == null ? null : status.summary();
            return summary == null ? null : value.apply(summary).doubleValue();
        });
    }

    /** @param value null of what is not known, which has no series */
    private MetricSnapshot each(String name, String help, Function<KnownNetwork, @Nullable Double> value) {
        Series series = new Series(name, help);
        for (KnownNetwork network : networks) {
            Double known = value.apply(network);
            if (known != null) {
                series.add(
                        known,
                        "namespace",
                        network.resource().getMetadata().getNamespace(),
                        "name",
                        network.resource().getMetadata().getName());
            }
        }
        return series.built();
    }

    private static Double generationLag(KnownNetwork network) {
        DistomonNetworkStatus status = network.resource().getStatus();
        Long observed = status == null ? null : status.observedGeneration();
        Long generation = network.resource().getMetadata().getGeneration();
        return generation == null ? 0.0 : (double) (generation - Math.max(0, observed == null ? 0 : observed));
    }

    /** Of nodes that are too many for the status nobody knows better than that they are up. */
    private static @Nullable Double sendersUp(KnownNetwork network) {
        DistomonNetworkStatus status = network.resource().getStatus();
        if (network.alertSenders().isEmpty() || status == null || !isFresh(status)) {
            return null;
        }
        Set<String> down = status.nodes().stream()
                .filter(node -> node.state() != NodeState.Online && node.state() != NodeState.Degraded)
                .map(NodeStatus::id)
                .collect(Collectors.toSet());
        return (double) network.alertSenders().stream()
                .filter(sender -> !down.contains(sender))
                .count();
    }

    /** What no node has told lately says nothing of now. */
    private static boolean isFresh(DistomonNetworkStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(ConditionTypes.MIRROR_FRESH))
                .map(Condition::status)
                .anyMatch(ConditionStatus.True::equals);
    }
}
