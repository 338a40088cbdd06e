package io.distomon.node.metrics;

import io.distomon.node.connections.ConnectionCounts;
import io.distomon.node.security.LoginCounts;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.ToIntFunction;

/** Who comes to the node's ports and what it makes of them; how many, never who. */
final class AccessMetrics {
    private AccessMetrics() {}

    static List<MetricSnapshot> of(ConnectionCounts connections, LoginCounts logins, int streams) {
        return List.of(
                ofPorts(
                        "distomon_connections",
                        "Connections that are open now, by the port: api, management.",
                        connections,
                        ConnectionCounts.OfPort::open),
                ofPorts(
                        "distomon_connections_max",
                        "How many connections there may be at once to a port; of more, whoever has most loses one.",
                        connections,
                        ConnectionCounts.OfPort::max),
                closed(connections),
                pauses(connections),
                streams(streams),
                logins(logins));
    }

    private static MetricSnapshot streams(int count) {
        Series.Gauge streams = Series.gauge("distomon_streams", "Who listens now to what happens in a network.");
        streams.add((double) count);
        return streams.built().build();
    }

    private static MetricSnapshot ofPorts(
            String name, String help, ConnectionCounts counts, ToIntFunction<ConnectionCounts.OfPort> value) {
        Series.Gauge gauge = Series.gauge(name, help);
        gauge.add((double) value.applyAsInt(counts.api()), "port", "api");
        gauge.add((double) value.applyAsInt(counts.management()), "port", "management");
        return gauge.built().build();
    }

    private static MetricSnapshot pauses(ConnectionCounts counts) {
        Series.Counter pauses = Series.counter(
                "distomon_connection_pauses_total",
                "How often nothing was read from a connection for a moment, as whoever it belongs to had used its budget of"
                        + " requests and bytes up.");
        pauses.add(counts.pauses());
        return pauses.built().build();
    }

    private static MetricSnapshot closed(ConnectionCounts connections) {
        Series.Counter closed = Series.counter(
                "distomon_connections_closed_total",
                "Connections that the node closed, by the reason: too_many of them; a member or user had more than"
                        + " its share (over_share); unread answers took too much memory; too many requests without an"
                        + " answer yet (pipelined); a request's head or body took too long (head_late, body_late); one"
                        + " request was too_long; idle, which is nothing wrong.");
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
