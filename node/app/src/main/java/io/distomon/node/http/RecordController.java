package io.distomon.node.http;

import io.distomon.core.record.LinkMinute;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Uptime;
import io.distomon.core.store.EntryDate;
import io.distomon.node.record.Recorder;
import io.distomon.node.record.Wanted;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /events/{network_id}}, {@code /history/{network_id}} and {@code /uptime/{network_id}}: what this node's
 * flight recorder has of the past.
 */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class RecordController {
    private static final int EVENTS = 100;
    private static final int MOST_EVENTS = 1_000;
    private static final int MOST_EVENTS_WITH_ENTRIES = 100;
    private static final int MINUTES = 60;
    private static final int MOST_MINUTES = 360;
    private static final int MOST_LINKS = 200;
    private static final long FOREVER = Long.MAX_VALUE;
    private static final Map<String, Duration> WINDOWS = windows();

    private final Recorded records;

    RecordController(Recorded records) {
        this.records = records;
    }

    private static Map<String, Duration> windows() {
        Map<String, Duration> windows = new LinkedHashMap<>();
        windows.put("1h", Duration.ofHours(1));
        windows.put("24h", Duration.ofHours(24));
        windows.put("7d", Duration.ofDays(7));
        windows.put("30d", Duration.ofDays(30));
        return windows;
    }

    /** What this node's links did, the newest minute first; {@code next} as in {@link EventsAnswer}. */
    record History(
            String networkId,
            String nodeId,
            List<Minute> minutes,
            @Nullable String next) {}

    /** A minute, by when it began. */
    record Minute(String minute, List<Link> links) {}

    /** A {@link LinkMinute}. */
    record Link(
            String to,
            int sent,
            int lost,
            @Nullable Double p50Ms,
            @Nullable Double p95Ms,
            @Nullable Double maxMs,
            @Nullable Double offsetMs) {}

    /**
     * For how long each node was up, by its id, in each window, and each link that was broken in the last 30 days, the
     * longest first. All others were whole for as long as something is known of them, but for {@code links_left_out} that
     * would be too many to list.
     */
    record Uptimes(
            String networkId,
            String nodeId,
            Map<String, Map<String, Window>> nodes,
            List<LinkUptime> links,
            int linksLeftOut) {}

    /**
     * For how long {@code observer} had answers of {@code target}, in each window: offline is broken, degraded slow or lossy,
     * and unknown is also the time in which an end was down, or the observer's word did not count.
     */
    record LinkUptime(String observer, String target, Map<String, Window> windows) {}

    /** An {@link Uptime}; {@code ratio} is null when nothing is known of the window. */
    record Window(
            @Nullable Double ratio,
            double onlineSeconds,
            double degradedSeconds,
            double offlineSeconds,
            double plannedSeconds,
            double unknownSeconds) {}

    /** With {@code evidence=true} it adds the signed entries, which {@code verify-evidence} checks with the chain. */
    @Get("/events/{networkId}")
    @Operation(summary = "What happened in a network, the newest first")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "evidence",
            description = "Adds the signed entries; at most 100 events then.",
            schema = @Schema(implementation = Boolean.class))
    @TimeRange
    @Parameter(
            in = ParameterIn.QUERY,
            name = "node",
            description = "Only what concerns this member.",
            schema = @Schema(implementation = String.class))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            description = "At most so many, 1 to 1000; 100 by default.",
            schema = @Schema(implementation = Integer.class))
    @ApiResponse(
            responseCode = "200",
            description = "Events, each with the hash of the one before.",
            content = @Content(schema = @Schema(implementation = EventsAnswer.class)))
    @Refusals.OfQueries
    @Refusals.OfStrangers
    @Refusals.AboutThePast
    HttpResponse<?> events(String networkId, HttpRequest<?> request) {
        boolean evidence = Flag.of(request, "evidence");
        int most = evidence ? MOST_EVENTS_WITH_ENTRIES : MOST_EVENTS;
        int limit = QueryField.number(request, "limit", 1, most)
                .orElse((long) EVENTS)
                .intValue();
        long after = QueryField.number(request, "after", 1, Long.MAX_VALUE).orElse(FOREVER);
        Wanted wanted = new Wanted(
                after,
                QueryField.time(request, "since").orElse(null),
                QueryField.time(request, "until").orElse(null),
                QueryField.text(request, "node").orElse(null),
                limit);
        return records.answer(
                networkId,
                (network, recorder) -> EventsAnswer.of(
                        networkId, network.config().nodeId(), wanted, recorder.events(wanted, evidence)));
    }

    @Get("/history/{networkId}")
    @Operation(summary = "How the node's own links were in each minute, the newest first")
    @TimeRange
    @Parameter(
            in = ParameterIn.QUERY,
            name = "node",
            description = "Only the link to this member.",
            schema = @Schema(implementation = String.class))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            description = "At most so many minutes, 1 to 360; 60 by default.",
            schema = @Schema(implementation = Integer.class))
    @ApiResponse(
            responseCode = "200",
            description = "Minutes.",
            content = @Content(schema = @Schema(implementation = History.class)))
    @Refusals.OfQueries
    @Refusals.OfStrangers
    @Refusals.AboutThePast
    HttpResponse<?> history(String networkId, HttpRequest<?> request) {
        long since = QueryField.time(request, "since").orElse(0L);
        long until = QueryField.time(request, "until").orElse(FOREVER);
        Optional<String> node = QueryField.text(request, "node");
        int limit = QueryField.number(request, "limit", 1, MOST_MINUTES)
                .orElse((long) MINUTES)
                .intValue();
        long after = QueryField.time(request, "after").orElse(FOREVER);
        return records.answer(networkId, (network, recorder) -> {
            List<Minute> minutes = new ArrayList<>();
            recorder.minutes(since, Math.min(until, after), limit)
                    .forEach((minute, links) -> minutes.add(new Minute(
                            EntryDate.format(minute),
                            links.entrySet().stream()
                                    .filter(link ->
                                            node.isEmpty() || link.getKey().equals(node.get()))
                                    .map(link -> link(link.getKey(), link.getValue()))
                                    .toList())));
            return new History(
                    networkId,
                    network.config().nodeId(),
                    minutes,
                    minutes.size() == limit ? minutes.getLast().minute() : null);
        });
    }

    @Get("/uptime/{networkId}")
    @Operation(
            summary = "For how long each member, and each link that was broken, was up in the last 1h, 24h, 7d and 30d")
    @ApiResponse(
            responseCode = "200",
            description = "By member and window, and by link and window.",
            content = @Content(schema = @Schema(implementation = Uptimes.class)))
    @Refusals.OfStrangers
    @Refusals.AboutThePast
    HttpResponse<?> uptime(String networkId) {
        return records.answer(networkId, (network, recorder) -> {
            Recorder.Uptimes uptimes = recorder.uptimes(
                    List.copyOf(WINDOWS.values()), network.config().observers());
            Map<String, Map<String, Window>> nodes = new TreeMap<>();
            Map<Subject, Map<String, Window>> links = new TreeMap<>();
            WINDOWS.forEach((name, window) -> {
                uptimes.nodes()
                        .getOrDefault(window, Map.of())
                        .forEach((id, uptime) -> nodes.computeIfAbsent(id, any -> new LinkedHashMap<>())
                                .put(name, window(uptime)));
                uptimes.links()
                        .getOrDefault(window, Map.of())
                        .forEach((link, uptime) -> links.computeIfAbsent(link, any -> new LinkedHashMap<>())
                                .put(name, window(uptime)));
            });
            List<LinkUptime> longestFirst = links.entrySet().stream()
                    .filter(link -> link.getValue().values().stream().anyMatch(window -> window.offlineSeconds() > 0))
                    .sorted(Comparator.comparingDouble(RecordController::mostOffline)
                            .reversed())
                    .map(link -> new LinkUptime(
                            link.getKey().ends().getFirst(),
                            link.getKey().ends().getLast(),
                            link.getValue()))
                    .toList();
            List<LinkUptime> told = longestFirst.stream().limit(MOST_LINKS).toList();
            return new Uptimes(
                    networkId,
                    network.config().nodeId(),
                    nodes,
                    told,
                    longestFirst.size() - told.size() + uptimes.notCounted());
        });
    }

    private static double mostOffline(Map.Entry<Subject, Map<String, Window>> link) {
        return link.getValue().values().stream()
                .mapToDouble(Window::offlineSeconds)
                .max()
                .orElse(0);
    }

    private static Link link(String to, LinkMinute minute) {
        return new Link(
                to,
                minute.sent(),
                minute.lost(),
                minute.p50Millis(),
                minute.p95Millis(),
                minute.maxMillis(),
                minute.offsetMillis());
    }

    private static Window window(Uptime uptime) {
        return new Window(
                uptime.ratio(),
                uptime.online(),
                uptime.degraded(),
                uptime.offline(),
                uptime.planned(),
                uptime.unknown());
    }
}
