package io.distomon.node.polls;

import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.monitor.PeerClient;
import io.distomon.core.topology.Member;
import io.distomon.node.names.Reachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls the peers of one network over HTTP. Safe for use by many threads. */
public final class HttpPeerClient implements PeerClient {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPeerClient.class);

    /** After which part of the timeout another of a peer's addresses may be tried. */
    private static final int DOUBTS_IN_TIMEOUT = 4;

    private final PeerConnections connections;
    private final Requester requester;

    public HttpPeerClient(PeerConnections connections, Requester requester) {
        this.connections = connections;
        this.requester = requester;
    }

    @Override
    public PollResult poll(Member peer, Duration timeout) throws InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        boolean isNew = false;
        while (true) {
            // Signed anew, as every attempt is, so should one before have arrived after all it is none that was sent
            // twice.
            OutgoingRequest request = requester.prepareCoded(peer.nodeId()).orElse(null);
            if (request == null) {
                return gone(peer);
            }
            try {
                return ask(peer, request, timeout, endNanos, isNew);
            } catch (ClosedUnanswered closed) {
                LOG.debug(
                        "{} closed a kept connection, so it is asked on a new one: {}",
                        peer.nodeId(),
                        closed.toString());
                isNew = true;
            } catch (CodedInVain inVain) {
                LOG.debug("{} is asked without a coding, for a while: {}", peer.nodeId(), inVain.toString());
            }
        }
    }

    /** Removed, or passive now: its monitor is about to be stopped. */
    private static PollResult gone(Member peer) {
        LOG.debug("Did not poll {}: the config has no url of it any more", peer.nodeId());
        return new PollResult.Failed(PollError.CONNECT);
    }

    private PollResult ask(Member peer, OutgoingRequest first, Duration timeout, long endNanos, boolean isNew)
            throws InterruptedException, ClosedUnanswered, CodedInVain {
        OutgoingRequest request = first;
        Attempt attempt = null;
        try {
            HttpCall call = connections.routed(HttpCall.of(request));
            List<InetAddress> addresses = Addresses.of(call.nextHost(), left(endNanos));
            attempt = connections.begin(call, addresses.getFirst(), left(endNanos), isNew);
            if (call.proxy() == null
                    && addresses.size() > 1
                    && isInDoubt(attempt, timeout.dividedBy(DOUBTS_IN_TIMEOUT))) {
                Optional<InetAddress> other = otherAddress(attempt, endNanos);
                // Signed anew, as every attempt is.
                Optional<OutgoingRequest> another = other.flatMap(address -> requester.prepareCoded(peer.nodeId()));
                if (another.isPresent()) {
                    LOG.debug("{} is asked at its address {} instead", peer.nodeId(), other.get());
                    attempt.giveUp();
                    request = another.get();
                    attempt = connections.begin(HttpCall.of(request), other.get(), left(endNanos), true);
                }
            }
            return conclude(request, attempt.await());
        } catch (IOException e) {
            if (attempt != null && isClosedUnanswered(attempt, e)) {
                throw new ClosedUnanswered(e);
            }
            if (attempt != null && attempt.isConnected()) {
                requester.unanswered(request);
            }
            PollError error = PollError.of(e);
            URI uri = request.uri();
            return failed(
                    peer,
                    error,
                    error == PollError.TIMEOUT
                            ? FailureWords.timeout(uri, timeout)
                            : FailureWords.of(uri, attempt == null ? null : attempt.address(), e));
        } finally {
            if (attempt != null) {
                attempt.giveUp();
            }
        }
    }

    /** A connection that was kept is closed, as whoever kept it may at any time, and there is no answer on it. */
    private static final class ClosedUnanswered extends Exception {
        private static final long serialVersionUID = 1;

        ClosedUnanswered(IOException cause) {
            super(cause.toString(), cause, false, false);
        }
    }

    /** An answer does not count, for which the coding may be to blame: the next request has none. */
    private static final class CodedInVain extends Exception {
        private static final long serialVersionUID = 1;

        CodedInVain(String fact) {
            super(fact, null, false, false);
        }
    }

    private static boolean isClosedUnanswered(Attempt attempt, IOException failure) {
        return attempt.isKeptAndUnanswered()
                && switch (PollError.of(failure)) {
                    // With TLS too, which may say so that there was no farewell.
                    case CONNECT, TLS -> true;
                    case TIMEOUT, UNAUTHENTICATED, BAD_ANSWER -> false;
                };
    }

    /** Whether there is no answer yet, or no connection, for which one of the peer's addresses may be to blame. */
    private static boolean isInDoubt(Attempt attempt, Duration patience) throws InterruptedException {
        try {
            attempt.outcome().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof IOException io
                    && PollError.of(io) == PollError.CONNECT
                    && !isClosedUnanswered(attempt, io);
        }
    }

    /** Another of the peer's addresses, if one turns out to answer in the first's place before that does after all. */
    private static Optional<InetAddress> otherAddress(Attempt attempt, long endNanos) throws InterruptedException {
        Duration half = left(endNanos).dividedBy(2);
        CompletableFuture<Optional<InetAddress>> other =
                Reachable.insteadOfFirst(attempt.call().host(), attempt.call().port(), half);
        CompletableFuture<Object> answered = new CompletableFuture<>();
        var _ = attempt.outcome().thenAccept(answered::complete);
        try {
            CompletableFuture.anyOf(answered, other).get(half.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.trace("No other address of {} within {}", attempt.call().host(), half);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            other.cancel(true);
        }
        return answered.isDone() || other.isCancelled() ? Optional.empty() : other.join();
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
    }

    private PollResult conclude(OutgoingRequest request, Attempt.Arrival arrival) throws CodedInVain {
        HttpAnswer answer = arrival.answer();
        return switch (requester.conclude(request, answer, arrival.at())) {
            case Conclusion.Discarded(var result, var fault) -> {
                String fact = FailureWords.of(answer, fault);
                LOG.debug(
                        "Discarded an answer of {} as {}: {}",
                        request.peer(),
                        result.error().wireName(),
                        fact);
                if (Requester.isCoded(request, answer)) {
                    throw new CodedInVain(fact);
                }
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

    private static PollResult failed(Member peer, PollError error, String reason) {
        LOG.debug("Polling {} failed: {} ({})", peer.nodeId(), error.wireName(), reason);
        return new PollResult.Failed(error, reason);
    }
}
