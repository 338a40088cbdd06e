package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.config.PeerUrl;
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
import io.distomon.node.names.Reachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls the peers of one network over HTTP. Safe for use by many threads. */
final class HttpPeerClient implements PeerClient {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPeerClient.class);

    /** After which part of the timeout another of a peer's addresses may be tried. */
    private static final int DOUBTS_IN_TIMEOUT = 4;

    /** A thread for each: the system's resolver blocks. */
    private static final Executor LOOKUPS =
            command -> Thread.ofVirtual().name("lookup").start(command);

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
        long endNanos = System.nanoTime() + timeout.toNanos();
        Attempt attempt = send(request, timeout);
        try {
            if (isInDoubt(attempt, timeout.dividedBy(DOUBTS_IN_TIMEOUT))) {
                attempt = atAnotherAddress(peer, attempt, endNanos);
            }
            // The request's own timeout ends with the answer's head; this one is for all, trickling bodies included.
            HttpResponse<byte[]> response =
                    attempt.exchange().get(left(endNanos).toNanos(), TimeUnit.NANOSECONDS);
            return conclude(attempt.request(), response, Moment.now(clock));
        } catch (TimeoutException e) {
            return failed(
                    peer,
                    PollError.TIMEOUT,
                    FailureWords.timeout(attempt.request().uri(), timeout));
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case IOException io ->
                    failed(
                            peer,
                            PollError.of(io),
                            FailureWords.of(attempt.request().uri(), io));
                case RuntimeException bug -> throw bug;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e);
            };
        } finally {
            attempt.exchange().cancel(true);
        }
    }

    private record Attempt(OutgoingRequest request, CompletableFuture<HttpResponse<byte[]>> exchange) {}

    private Attempt send(OutgoingRequest request, Duration timeout) {
        return new Attempt(request, send(request.uri(), request, timeout));
    }

    private CompletableFuture<HttpResponse<byte[]>> send(URI uri, OutgoingRequest request, Duration timeout) {
        HttpResponse.BodyHandler<byte[]> body = head -> new BoundedBody(Limits.MAX_MESSAGE_BYTES);
        if (uri.getHost() != null && !uri.getHost().contains("%")) {
            return http.sendAsync(toHttp(uri, request, timeout).build(), body);
        }
        // The JDK takes no name with _ and sends a zone along, which means nothing elsewhere: ask by address.
        return CompletableFuture.supplyAsync(() -> byAddress(uri), LOOKUPS)
                .thenCompose(asked -> http.sendAsync(
                        toHttp(asked, request, timeout)
                                .header("Host", uri.getRawAuthority().replaceFirst("%[^]]*", ""))
                                .build(),
                        body));
    }

    private static URI byAddress(URI uri) {
        try {
            String address = InetAddress.getByName(PeerUrl.hostOf(uri)).getHostAddress();
            String host = address.contains(":") ? "[" + address + "]" : address;
            return URI.create(uri.getScheme() + "://" + host + ":" + PeerUrl.portOf(uri) + uri.getRawPath());
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }

    /** Whether there is no answer yet, or no connection, for which one of the peer's addresses may be to blame. */
    private static boolean isInDoubt(Attempt attempt, Duration patience) throws InterruptedException {
        try {
            attempt.exchange().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof IOException io && PollError.of(io) == PollError.CONNECT;
        }
    }

    /** The attempt as it is, unless meanwhile another of the peer's addresses turns out to answer in the first's place. */
    private Attempt atAnotherAddress(Member peer, Attempt attempt, long endNanos) throws InterruptedException {
        Duration half = left(endNanos).dividedBy(2);
        URI uri = attempt.request().uri();
        CompletableFuture<Optional<InetAddress>> other =
                Reachable.insteadOfFirst(PeerUrl.hostOf(uri), PeerUrl.portOf(uri), half);
        CompletableFuture<Object> answered = new CompletableFuture<>();
        var _ = attempt.exchange().thenAccept(answered::complete);
        try {
            CompletableFuture.anyOf(answered, other).get(half.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.trace("No other address of {} within {}", peer.nodeId(), half);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            other.cancel(true);
        }
        if (answered.isDone() || other.isCancelled() || other.join().isEmpty()) {
            return attempt;
        }
        // Signed anew, as every attempt is.
        Optional<OutgoingRequest> request = requester.prepare(peer.nodeId());
        if (request.isEmpty()) {
            return attempt;
        }
        LOG.debug(
                "{} is asked at its address {} instead",
                peer.nodeId(),
                other.join().get());
        attempt.exchange().cancel(true);
        return send(request.get(), left(endNanos));
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
    }

    private PollResult conclude(OutgoingRequest request, HttpResponse<byte[]> response, Moment arrived) {
        List<HttpFields.Field> lines = new ArrayList<>();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> lines.add(new HttpFields.Field(name, value))));
        HttpAnswer answer = new HttpAnswer(response.statusCode(), new HttpFields(lines), response.body());
        Conclusion conclusion = requester.conclude(request, answer, arrived);
        return switch (conclusion) {
            case Conclusion.Discarded(var result, var fault) -> {
                String fact = FailureWords.of(answer.status(), response.headers(), fault);
                LOG.debug(
                        "Discarded an answer of {} as {}: {}",
                        request.peer(),
                        result.error().wireName(),
                        fact);
                yield new PollResult.Failed(result.error(), fact);
            }
            case Conclusion.Counted counted -> {
                logOddities(request.peer(), counted);
                yield counted.result();
            }
        };
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

    private static HttpRequest.Builder toHttp(URI uri, OutgoingRequest request, Duration timeout) {
        HttpRequest.Builder http = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.fields().lines().forEach(line -> http.header(line.name(), line.value()));
        return http;
    }

    private static PollResult failed(Member peer, PollError error, String reason) {
        LOG.debug("Polling {} failed: {} ({})", peer.nodeId(), error.wireName(), reason);
        return new PollResult.Failed(error, reason);
    }
}
