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
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final HttpClient kept;
    private final Requester requester;
    private final Clock clock;

    /** To whom (host and port) there may be a connection, as the last poll was answered. */
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    /** @param kept keeps connections from one poll to the next */
    HttpPeerClient(HttpClient kept, Requester requester, Clock clock) {
        this.kept = kept;
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
            return isGone(peer);
        }
        long endNanos = System.nanoTime() + timeout.toNanos();
        boolean mayBeKept = answered.contains(request.uri().getRawAuthority());
        try {
            return ask(kept, peer, request, timeout, endNanos, mayBeKept);
        } catch (ClosedUnanswered closed) {
            LOG.debug("{} closed a kept connection, so it is asked on a new one: {}", peer.nodeId(), closed.toString());
        }
        // Signed anew, as every attempt is, so should the first have arrived after all it is none that was sent twice.
        OutgoingRequest another = requester.prepare(peer.nodeId()).orElse(null);
        if (another == null) {
            return isGone(peer);
        }
        HttpClient withoutConnections = withoutConnections();
        try {
            return ask(withoutConnections, peer, another, timeout, endNanos, false);
        } catch (ClosedUnanswered e) {
            throw new IllegalStateException(e);
        } finally {
            withoutConnections.shutdownNow();
        }
    }

    /** Removed, or passive now: its monitor is about to be stopped. */
    private static PollResult isGone(Member peer) {
        LOG.debug("Did not poll {}: the config has no url of it any more", peer.nodeId());
        return new PollResult.Failed(PollError.CONNECT);
    }

    /** @param mayBeKept whether it may have gone out on a connection that was there already */
    private PollResult ask(
            HttpClient http, Member peer, OutgoingRequest request, Duration timeout, long endNanos, boolean mayBeKept)
            throws InterruptedException, ClosedUnanswered {
        Attempt attempt = send(http, request, left(endNanos));
        try {
            if (isInDoubt(attempt, timeout.dividedBy(DOUBTS_IN_TIMEOUT), mayBeKept)) {
                attempt = atAnotherAddress(http, peer, attempt, endNanos);
            }
            // The request's own timeout ends with the answer's head; this one is for all, trickling bodies included.
            HttpResponse<byte[]> response =
                    attempt.exchange().get(left(endNanos).toNanos(), TimeUnit.NANOSECONDS);
            answered.add(attempt.request().uri().getRawAuthority());
            return conclude(attempt.request(), response, Moment.now(clock));
        } catch (TimeoutException e) {
            return failed(
                    peer,
                    PollError.TIMEOUT,
                    FailureWords.timeout(attempt.request().uri(), timeout));
        } catch (ExecutionException e) {
            URI uri = attempt.request().uri();
            answered.remove(uri.getRawAuthority());
            boolean mayBeClosed = mayBeKept && attempt.isUnanswered();
            return switch (e.getCause()) {
                case IOException io when mayBeClosed && isClosed(io) -> throw new ClosedUnanswered(io);
                case IOException io -> failed(peer, PollError.of(io), FailureWords.of(uri, io));
                case RuntimeException bug -> throw bug;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e);
            };
        } finally {
            attempt.exchange().cancel(true);
        }
    }

    /** A connection that was kept is closed, as whoever kept it may at any time, and there is no answer on it. */
    private static final class ClosedUnanswered extends Exception {
        private static final long serialVersionUID = 1;

        ClosedUnanswered(IOException cause) {
            super(cause.toString(), cause, false, false);
        }
    }

    /** @param head true once the head of an answer has come */
    private record Attempt(
            OutgoingRequest request, CompletableFuture<HttpResponse<byte[]>> exchange, AtomicBoolean head) {
        boolean isUnanswered() {
            return !head.get();
        }
    }

    private HttpClient withoutConnections() {
        HttpClient.Builder another = http().sslContext(kept.sslContext());
        kept.executor().ifPresent(another::executor);
        return another.build();
    }

    /** Whether a connection ended that there had been. */
    private static boolean isClosed(IOException failure) {
        return switch (PollError.of(failure)) {
            case CONNECT ->
                !FailureWords.has(failure, ConnectException.class)
                        && !FailureWords.has(failure, UnresolvedAddressException.class)
                        && !FailureWords.has(failure, UnknownHostException.class);
            // What a connection with TLS says that ends without a farewell.
            case TLS -> !FailureWords.has(failure, CertificateException.class);
            case TIMEOUT, UNAUTHENTICATED, BAD_ANSWER -> false;
        };
    }

    private static Attempt send(HttpClient http, OutgoingRequest request, Duration timeout) {
        URI uri = request.uri();
        AtomicBoolean head = new AtomicBoolean();
        HttpResponse.BodyHandler<byte[]> body = info -> {
            head.set(true);
            return new BoundedBody(Limits.MAX_MESSAGE_BYTES);
        };
        if (uri.getHost() != null && !uri.getHost().contains("%")) {
            return new Attempt(
                    request, http.sendAsync(toHttp(uri, request, timeout).build(), body), head);
        }
        // The JDK takes no name with _ and sends a zone along, which means nothing elsewhere: ask by address.
        return new Attempt(
                request,
                CompletableFuture.supplyAsync(() -> byAddress(uri), LOOKUPS)
                        .thenCompose(asked -> http.sendAsync(
                                toHttp(asked, request, timeout)
                                        .header("Host", uri.getRawAuthority().replaceFirst("%[^]]*", ""))
                                        .build(),
                                body)),
                head);
    }

    static URI byAddress(URI uri) {
        try {
            String address = InetAddress.getByName(PeerUrl.hostOf(uri)).getHostAddress();
            String host = address.contains(":") ? "[" + address + "]" : address;
            return URI.create(uri.getScheme() + "://" + host + ":" + PeerUrl.portOf(uri) + uri.getRawPath());
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }

    /** Whether there is no answer yet, or no connection, for which one of the peer's addresses may be to blame. */
    private static boolean isInDoubt(Attempt attempt, Duration patience, boolean mayBeKept)
            throws InterruptedException {
        try {
            attempt.exchange().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof IOException io
                    && PollError.of(io) == PollError.CONNECT
                    && !(mayBeKept && attempt.isUnanswered() && isClosed(io));
        }
    }

    /** The attempt as it is, unless meanwhile another of the peer's addresses turns out to answer in the first's place. */
    private Attempt atAnotherAddress(HttpClient http, Member peer, Attempt attempt, long endNanos)
            throws InterruptedException {
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
        return send(http, request.get(), left(endNanos));
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
