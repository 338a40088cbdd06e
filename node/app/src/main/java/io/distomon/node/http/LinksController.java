package io.distomon.node.http;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.monitor.LinkMeasures;
import io.distomon.core.monitor.RoundTripHistogram;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.PingData;
import io.distomon.node.threads.LinkReport;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /links/{network_id}}: what this node measured of its own links. What the others measured is in the
 * witnesses of {@code /view}, as far as they sign it, and whole in their {@code /links}.
 */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class LinksController {
    private final MonitorManager monitors;

    LinksController(MonitorManager monitors) {
        this.monitors = monitors;
    }

    /** All links from {@code nodeId}. */
    record Links(String networkId, String nodeId, List<Link> links) {}

    /**
     * A link, as its polls show it.
     *
     * @param status online, offline or unknown, since {@code since}
     * @param lastSuccess when the last poll was answered
     * @param error how the last poll failed, or the code of a signed refusal; null when all is well
     * @param detail the stage and the fact of {@code error}; null where nothing more is known
     * @param jitterMs how much round trips differ from one to the next, as RFC 3550 smooths it; null before the second
     * @param clock null before the first exchange
     * @param oneWay of the last exchange that was answered; null when none was
     */
    record Link(
            String to,
            String status,
            @Nullable String since,
            @Nullable String lastSuccess,
            @Nullable String error,
            @Nullable String detail,
            RoundTrips roundTrip,
            Loss loss,
            @Nullable Double jitterMs,
            @Nullable Offset clock,
            @Nullable OneWay oneWay) {}

    /**
     * Round trips without the peer's own time, milliseconds; all but the last one of the last one to two hours.
     *
     * @param histogram counts by the number of the bucket, see {@link RoundTripHistogram}; those of many links and nodes
     *     may be added up
     */
    record RoundTrips(
            @Nullable Double lastMs,
            @Nullable Double p50Ms,
            @Nullable Double p95Ms,
            @Nullable Double p99Ms,
            long count,
            Map<Integer, Long> histogram) {}

    /** How many of the last polls, 100 at most, got no answer that counts. */
    record Loss(@Nullable Double ratio, int lost, int polls) {}

    /** How far the peer's clock is ahead of ours; the truth is no farther from it than {@code errorMs}. */
    record Offset(double aheadMs, double errorMs) {}

    /** Times each way, corrected by the clock; the truth is no farther from them than {@code errorMs}. */
    record OneWay(double outboundMs, double inboundMs, double errorMs) {}

    @Get("/links/{networkId}")
    @Operation(summary = "What the node measured of its own links")
    @ApiResponse(
            responseCode = "200",
            description = "Its links.",
            content = @Content(schema = @Schema(implementation = Links.class)))
    @Refusals.OfStrangers
    @Refusals.AboutNetworks
    HttpResponse<?> links(String networkId) {
        return monitors.network(networkId)
                .<HttpResponse<?>>map(network -> HttpResponse.ok(links(network)))
                .orElseGet(() -> Problem.unknownNetwork(networkId).response());
    }

    private static Links links(RunningNetwork network) {
        return new Links(
                network.config().networkId(),
                network.config().nodeId(),
                network.links().stream().map(LinksController::link).toList());
    }

    private static Link link(LinkReport report) {
        LinkMeasures measures = report.measures();
        PingData ping = measures.ping();
        ClockOffset clock = report.clock();
        LinkMeasures.OneWay oneWay = report.oneWay();
        return new Link(
                measures.peerId(),
                ping.status().name().toLowerCase(Locale.ROOT),
                EntryDate.formatOrNull(ping.sinceMicros()),
                EntryDate.formatOrNull(measures.lastSuccessMicros()),
                measures.lastError(),
                report.detail(),
                roundTrips(measures),
                new Loss(ping.loss(), measures.lost(), measures.polls()),
                ping.jitter(),
                clock == null ? null : new Offset(clock.millis(), clock.errorMillis()),
                oneWay == null
                        ? null
                        : new OneWay(oneWay.outboundMillis(), oneWay.inboundMillis(), oneWay.errorMillis()));
    }

    private static RoundTrips roundTrips(LinkMeasures measures) {
        RoundTripHistogram roundTrips = measures.roundTrips();
        return new RoundTrips(
                measures.lastSuccessMicros() == null
                        ? null
                        : (Double) measures.ping().reqTimeRtt(),
                percentile(roundTrips, 0.5),
                percentile(roundTrips, 0.95),
                percentile(roundTrips, 0.99),
                roundTrips.total(),
                roundTrips.counts());
    }

    private static @Nullable Double percentile(RoundTripHistogram roundTrips, double share) {
        OptionalDouble millis = roundTrips.percentileMillis(share);
        return millis.isEmpty() ? null : (Double) millis.getAsDouble();
    }
}
