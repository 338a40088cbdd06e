package io.distomon.node.http;

import io.distomon.core.login.SourceAddress;
import io.distomon.core.text.ForeignText;
import io.distomon.node.connections.Closure;
import io.distomon.node.connections.ConnectionLimits;
import io.distomon.node.proxies.Proxies;
import io.distomon.node.record.Bookmark;
import io.distomon.node.record.Recorder;
import io.distomon.node.streams.Listening;
import io.distomon.node.streams.Streams;
import io.distomon.node.streams.Told;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.JsonMapper;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.token.Claims;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** {@code GET /stream/{network_id}}: what happens, as it is recorded, by server-sent events. */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class StreamController {
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final String LAST_EVENT_ID_FIELD = "last_event_id";

    /** Until who was sent away should ask again. */
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Recorded records;
    private final Streams streams;
    private final ConnectionLimits connections;
    private final Proxies proxies;
    private final JsonMapper json;

    StreamController(
            Recorded records, Streams streams, ConnectionLimits connections, Proxies proxies, JsonMapper json) {
        this.records = records;
        this.streams = streams;
        this.connections = connections;
        this.proxies = proxies;
        this.json = json;
    }

    @Get(value = "/stream/{networkId}", produces = MediaType.ALL)
    @Operation(
            summary = "What happens in a network, as it is recorded",
            description =
                    "Server-sent events. `transition`: something that was recorded, as it stands in `events` of GET"
                            + " /events/{networkId}. `view`: the view says something else now, apart from times and"
                            + " measures; `{\"digest\"}`, also at the beginning. `gap`: something that was recorded is not told,"
                            + " `{\"reason\", \"in_words\", \"asked\"}`, with reason too_old, too_many or other_chain; it is to be had"
                            + " of GET /events/{networkId}, as far as it is kept. `end`: nothing comes any more,"
                            + " `{\"in_words\"}`: the token has expired, tokens are made with another key, the node stops, has left the"
                            + " network, or its flight recorder begins anew. Ask nothing else on its connection. A comment comes"
                            + " when nothing else does for 15 s.")
    @Parameter(
            in = ParameterIn.HEADER,
            name = LAST_EVENT_ID,
            description = "The `id` of the last event that was heard: what happened since comes first, up to 1000"
                    + " transitions. Without it the stream begins now.",
            schema = @Schema(implementation = String.class))
    @Parameter(
            in = ParameterIn.QUERY,
            name = LAST_EVENT_ID_FIELD,
            description = "The same, for who can't set a header; the header goes before it.",
            schema = @Schema(implementation = String.class))
    @ApiResponse(
            responseCode = "200",
            description = "Events, until the token expires.",
            content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM, schema = @Schema(type = "string")))
    @ApiResponse(
            responseCode = "429",
            description = "As many streams come from there as may; Retry-After says when to ask again.",
            headers = @Header(name = HttpHeaders.RETRY_AFTER, schema = @Schema(type = "integer")),
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @Refusals.OfQueries
    @Refusals.OfStrangers
    @Refusals.AboutThePast
    HttpResponse<?> stream(String networkId, HttpRequest<?> request, Authentication authentication) {
        Optional<Bookmark> after = after(request);
        return records.respond(
                networkId,
                (network, recorder) -> HeadAsGet.wasHead(request)
                        ? opened(null)
                        : open(
                                network,
                                recorder,
                                new Listening(
                                        SourceAddress.of(proxies.client(request)),
                                        expiresMicros(authentication),
                                        after.orElse(null),
                                        () -> connections.close(request, Closure.UNREAD))));
    }

    private HttpResponse<?> open(RunningNetwork network, Recorder recorder, Listening wish)
            throws Recorder.UnavailableException {
        return switch (streams.open(wish, network, recorder)) {
            case Streams.Outcome.Open(Publisher<Told> told) ->
                opened(Flux.from(told).map(each -> ServerSentEvent.of(each, json)));
            case Streams.Outcome.OverShare(int most) ->
                later(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "found %s streams that come from there already, as many as may: end one, or ask again in %s s"
                                .formatted(most, LATER.toSeconds()));
            case Streams.Outcome.TooMany(int most) ->
                later(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "found %s streams already, as many as there may be: ask again in %s s"
                                .formatted(most, LATER.toSeconds()));
            case Streams.Outcome.Closing closing -> later(HttpStatus.SERVICE_UNAVAILABLE, "the node stops");
        };
    }

    private static HttpResponse<?> opened(@Nullable Publisher<ServerSentEvent> events) {
        return HttpResponse.ok(events)
                .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                // nginx would keep what comes until it has a buffer full of it.
                .header("X-Accel-Buffering", "no");
    }

    private static HttpResponse<?> later(HttpStatus status, String detail) {
        return Problem.of(status, detail).response().header(HttpHeaders.RETRY_AFTER, String.valueOf(LATER.toSeconds()));
    }

    private static Optional<Bookmark> after(HttpRequest<?> request) {
        Optional<String> field = QueryField.text(request, LAST_EVENT_ID_FIELD);
        Optional<String> header = Optional.ofNullable(request.getHeaders().get(LAST_EVENT_ID));
        return header.map(text -> bookmark(LAST_EVENT_ID, text))
                .or(() -> field.map(text -> bookmark(LAST_EVENT_ID_FIELD, text)));
    }

    private static Bookmark bookmark(String name, String text) {
        return Bookmark.parse(text).orElseThrow(() -> QueryField.wrong(name, ForeignText.quoted(text), Bookmark.RULE));
    }

    /** Every token has one: see {@code ExpiryRequired}. */
    private static long expiresMicros(Authentication authentication) {
        return switch (authentication.getAttributes().get(Claims.EXPIRATION_TIME)) {
            case Date date -> ChronoUnit.MICROS.between(Instant.EPOCH, date.toInstant());
            case null, default ->
                throw new IllegalStateException("a token was accepted that does not say when it expires");
        };
    }
}
