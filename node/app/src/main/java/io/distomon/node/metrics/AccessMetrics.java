package io.distomon.node.metrics;

import io.distomon.node.connections.ConnectionCounts;
import io.distomon.node.security.LoginCounts;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** Who comes to the node's ports and what it makes of them; how many, never who. */
final class AccessMetrics {
    private AccessMetrics() {}

    static List<MetricSnapshot> of(ConnectionCounts connections, LoginCounts logins) {
        return List.of(
                number("distomon_connections", "Connections that are open now, to all ports.", connections.open()),
                number(
                        "distomon_connections_max",
                        "How many connections there may be at once; of more, strangers' are closed.",
                        connections.max()),
                closed(connections),
                logins(logins));
    }

    private static MetricSnapshot number(String name, String help, int value) {
        Series.Gauge gauge = Series.gauge(name, help);
        gauge.add((double) value);
        return gauge.built().build();
    }

    private static MetricSnapshot closed(ConnectionCounts connections) {
        Series.Counter closed = Series.counter(
                "distomon_connections_closed_total",
                "Connections that the node closed, by the reason: too_many of them; a request's head or body took too long"
                        + " (head_late, body_late); one request was too_long; idle, which is nothing wrong.");
        connections.closed().forEach((reason, count) -> closed.add(count, "reason", reason.wireName()));
        return closed.built().build();
    }

    private static MetricSnapshot logins(LoginCounts counts) {
        Series.Counter logins = Series.counter(
                "distomon_logins_total",
                "Logins with a name and a password by their result: ok, refused since one of the two is wrong, limited: not"
                        + " looked at, after too many that were refused or at once.");
        logins.add(counts.accepted(), "result", "ok");
        logins.add(counts.refused(), "result", "refused");
        logins.add(counts.limited(), "result", "limited");
        return logins.built().build();
    }
}
