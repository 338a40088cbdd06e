package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.Limits;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.monitor.PeerClient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls the peers of one network over HTTP. Safe for use by many threads. */
final class HttpPeerClient implements PeerClient {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPeerClient.class);

    private final HttpClient http;
    private final Requester requester;
    private final Clock clock;

    HttpPeerClient(HttpClient http, Requester requester, Clock clock) {
        this.http = http;
        this.requester = requester;
        this.clock = clock;
    }

    /** HTTP as peers are asked by it. A redirect is not followed: who is asked is what the config says. */
    static HttpClient.Builder http() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
    }

    @Override
    public PollResult poll(Member peer, Duration timeout) throws InterruptedException {
        OutgoingRequest request = requester.prepare(peer.nodeId()).orElse(null);
        if (request == null) {
            // Removed, or passive now: its monitor is about to be stopped.
            LOG.debug("Did not poll {}: the config has no url of it any more", peer.nodeId());
            return new PollResult.Failed(PollError.CONNECT);
        }
        // The request's own timeout ends with the answer's head; this one is for all of it, trickling bodies included.
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(toHttp(request, timeout), head -> new BoundedBody(Limits.MAX_MESSAGE_BYTES));
        try {
            HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return conclude(request, response, Moment.now(clock));
        } catch (TimeoutException e) {
            return failed(peer, PollError.TIMEOUT, "no whole answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case IOException io -> failed(peer, PollError.of(io), io.toString());
                case RuntimeException bug -> throw bug;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e);
            };
        } finally {
            exchange.cancel(true);
        }
    }

    private PollResult conclude(OutgoingRequest request, HttpResponse<byte[]> response, Moment arrived) {
        List<HttpFields.Field> lines = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> lines.add(new HttpFields.Field(name, value))));
        HttpAnswer answer = new HttpAnswer(response.statusCode(), new HttpFields(lines), response.body());
        Conclusion conclusion = requester.conclude(request, answer, arrived);
        switch (conclusion) {
            case Conclusion.Discarded(var result, var fault) ->
                LOG.debug(
                        "Discarded an answer {} of {} as {}: {}",
                        answer.status(),
                        request.peer(),
                        result.error().wireName(),
                        fault.reason());
            case Conclusion.Counted counted -> logOddities(request.peer(), counted);
        }
        return conclusion.result();
    }

    private static void logOddities(String peer, Conclusion.Counted counted) {
        if (!counted.refused().isEmpty() || !counted.merged().refused().isEmpty()) {
            LOG.debug(
                    "{} did not take {}; of what it sent we did not take {}",
                    peer,
                    counted.refused(),
                    counted.merged().refused());
        }
    }

    private static HttpRequest toHttp(OutgoingRequest request, Duration timeout) {
        HttpRequest.Builder http = HttpRequest.newBuilder(request.uri())
                .timeout(timeout)
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.fields().lines().forEach(line -> http.header(line.name(), line.value()));
        return http.build();
    }

    private static PollResult failed(Member peer, PollError error, String reason) {
        LOG.debug("Polling {} failed: {} ({})", peer.nodeId(), error.wireName(), reason);
        return new PollResult.Failed(error);
    }
}
