package io.distomon.node.metrics;

import io.distomon.node.alerts.AlertCounts;
import io.distomon.node.alerts.Alerting;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the node's own alerts are at, and whether those who are to be told of them are. */
final class AlertMetrics {
    private static final double MICROS_IN_SECOND = 1e6;

    private AlertMetrics() {}

    static List<MetricSnapshot> of(Alerting alerting) {
        Series.Gauge firing = Series.gauge(
                "distomon_alerts_firing",
                "Alerts of this node that fire, of a network of which somebody is told. Who tells it may be another node.");
        Series.Gauge silenced =
                Series.gauge("distomon_alerts_silenced", "Of the alerts that fire, those that are silenced.");
        alerting.firing().forEach((network, count) -> {
            firing.add((double) count.firing(), "network", network);
            silenced.add((double) count.silenced(), "network", network);
        });
        Series.Gauge untold = Series.gauge(
                "distomon_alerts_untold",
                "Alerts that this node is to tell a receiver of and that it has not taken yet, or refuses while they fire.");
        alerting.untold().forEach((receiver, count) -> untold.add((double) count, "receiver", receiver));
        Map<String, AlertCounts> receivers = alerting.receivers();
        Series.Counter sent = Series.counter(
                "distomon_alerts_sent_total",
                "Messages to a receiver by what became of them: ok; refused, for good; failed, to be tried again; lost:"
                        + " alerts that were over for a day, or were too many, before it took them.");
        Series.Gauge success = Series.gauge(
                "distomon_alerts_last_success_timestamp_seconds",
                "When a receiver last took a message, seconds since the epoch.");
        receivers.forEach((receiver, counts) -> {
            for (AlertCounts.Result result : AlertCounts.Result.values()) {
                sent.add(
                        counts.messages().getOrDefault(result, 0L),
                        "receiver",
                        receiver,
                        "result",
                        result.name().toLowerCase(Locale.ROOT));
            }
            Long last = counts.lastSuccessMicros();
            if (last != null) {
                success.add(last / MICROS_IN_SECOND, "receiver", receiver);
            }
        });
        return List.of(
                firing.built().build(),
                silenced.built().build(),
                untold.built().build(),
                sent.built().build(),
                success.built().build());
    }
}
