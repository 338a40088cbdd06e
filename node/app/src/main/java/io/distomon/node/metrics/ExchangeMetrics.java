package io.distomon.node.metrics;

import io.distomon.core.exchange.Receiver;
import io.distomon.core.store.PingStatus;
import io.distomon.node.threads.PollCounts;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.stream.Stream;

/** What this node hears when it polls its peers, and what it makes of their requests. */
final class ExchangeMetrics {
    private static final double MILLIS_IN_SECOND = 1_000;
    private static final String OK = "ok";

    /** What round trips are told apart by, milliseconds: the same rack, a region, a continent, an ocean, trouble. */
    private static final List<Double> BOUNDS_MILLIS = List.of(1.0, 5.0, 25.0, 100.0, 250.0, 500.0, 1000.0);

    private static final List<Double> UPPER_BOUNDS = Stream.concat(
                    BOUNDS_MILLIS.stream().map(millis -> millis / MILLIS_IN_SECOND),
                    Stream.of(Double.POSITIVE_INFINITY))
            .toList();

    private final List<NetworkSnapshot> networks;

    private ExchangeMetrics(List<NetworkSnapshot> networks) {
        this.networks = networks;
    }

    static List<MetricSnapshot> of(Receiver receiver, List<NetworkSnapshot> networks) {
        ExchangeMetrics metrics = new ExchangeMetrics(networks);
        return List.of(
                metrics.linkUp(),
                metrics.polls(),
                metrics.roundTrips(),
                metrics.clockOffsets(),
                requests(receiver),
                busy(receiver));
    }

    private MetricSnapshot linkUp() {
        Series.Gauge links = Series.gauge(
                "distomon_link_up",
                "1 when the peer answers this node's polls, 0 when more of them failed in a row than its retry allows;"
                        + " none before that is known.");
        for (NetworkSnapshot network : networks) {
            network.peers().forEach((peer, report) -> {
                if (report.status() != PingStatus.UNKNOWN) {
                    links.add(report.status() == PingStatus.ONLINE, "network", network.id(), "peer", peer);
                }
            });
        }
        return links.built().build();
    }

    private MetricSnapshot polls() {
        Series.Counter polls = Series.counter(
                "distomon_polls_total",
                "This node's polls of a peer by their result: ok, refused by a signed answer, or no answer that counts:"
                        + " timeout, connect, tls, unauthenticated, bad_answer.");
        for (NetworkSnapshot network : networks) {
            network.peers().forEach((peer, report) -> {
                PollCounts counts = report.polls();
                polls.add(counts.accepted(), "network", network.id(), "peer", peer, "result", OK);
                polls.add(counts.refused(), "network", network.id(), "peer", peer, "result", "refused");
                counts.failed()
                        .forEach((error, count) ->
                                polls.add(count, "network", network.id(), "peer", peer, "result", error.wireName()));
            });
        }
        return polls.built().build();
    }

    private MetricSnapshot roundTrips() {
        HistogramSnapshot.Builder roundTrips = HistogramSnapshot.builder()
                .name("distomon_poll_round_trip_seconds")
                .help("Round trips of the polls that were answered, without the peer's own time.");
        for (NetworkSnapshot network : networks) {
            network.peers()
                    .forEach((peer, report) -> roundTrips.dataPoint(HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(ClassicHistogramBuckets.of(
                                    UPPER_BOUNDS, report.polls().roundTrips().countsWithin(BOUNDS_MILLIS)))
                            .sum(report.polls().roundTripMillis() / MILLIS_IN_SECOND)
                            .labels(Labels.of("network", network.id(), "peer", peer))
                            .build()));
        }
        return roundTrips.build();
    }

    private MetricSnapshot clockOffsets() {
        Series.Gauge offsets = Series.gauge(
                "distomon_peer_clock_offset_seconds",
                "How far the peer's clock is ahead of this node's, by the quickest of the last exchanges.");
        for (NetworkSnapshot network : networks) {
            network.clockOffsets()
                    .forEach((peer, offset) ->
                            offsets.add(offset.millis() / MILLIS_IN_SECOND, "network", network.id(), "peer", peer));
        }
        return offsets.built().build();
    }

    private static MetricSnapshot requests(Receiver receiver) {
        Series.Counter requests = Series.counter(
                "distomon_mon_requests_total",
                "Requests at POST /mon by their result: ok, or why they were refused. Of unauthenticated ones anybody may"
                        + " be the sender.");
        requests.add(receiver.accepted(), "result", OK);
        receiver.refused().forEach((code, count) -> requests.add(count, "result", code.wireName()));
        return requests.built().build();
    }

    private static MetricSnapshot busy(Receiver receiver) {
        Series.Counter busy = Series.counter(
                "distomon_mon_busy_total",
                "Requests at POST /mon that were refused as busy, by which limit of their sender they reached: at_once,"
                        + " copies of one head, nonces, requests a second, bytes a second, memory for bodies.");
        receiver.busy().forEach((why, count) -> busy.add(count, "reason", why.wireName()));
        return busy.built().build();
    }
}
