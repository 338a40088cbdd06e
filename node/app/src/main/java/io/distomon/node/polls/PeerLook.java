package io.distomon.node.polls;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.AnswerFault;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One look at a node from outside of one, for whoever wants to know why it is down: with a key a signed exchange, as a
 * node polls it, of which nothing is kept here (the peer sends all that it holds, now and with its next answer to the node
 * itself); without one a request that every node refuses in its own way.
 *
 * @param isWell whether nothing is wrong
 * @param words the stage and the fact, see {@link FailureWords}; how it answered, when all is well
 */
public record PeerLook(boolean isWell, String words) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int UNAUTHORIZED = 401;

    /**
     * Polls a peer of ours once.
     *
     * @param trust whose certificate it may have
     */
    public static PeerLook signed(NetworkConfig config, Signer signer, Member peer, PeerTrust trust)
            throws InterruptedException {
        Clock clock = Clock.system();
        NetworkExchange exchange = new NetworkExchange(
                config, signer, new SharedStore(config.networkId(), config.nodeId(), config.keys(), clock), news -> {});
        try (PeerConnections connections = PeerConnections.alone(trust::context, clock)) {
            PollResult result = new HttpPeerClient(connections, new Requester(exchange, clock, new SecureRandom()))
                    .poll(peer, TIMEOUT);
            return switch (result) {
                case PollResult.Answered(double rttMillis, var outbound, @Nullable String refusal) -> {
                    String clocks = exchange.clockOffset(peer.nodeId())
                            .map(FailureWords::clock)
                            .orElse("");
                    yield refusal == null
                            ? new PeerLook(true, "answers within %s ms, %s".formatted(Math.round(rttMillis), clocks))
                            : new PeerLook(false, "HTTP: it refuses us (%s), %s".formatted(refusal, clocks));
                }
                case PollResult.Failed(var error, @Nullable String fact) ->
                    new PeerLook(false, fact == null ? error.wireName() : fact);
            };
        }
    }

    /**
     * Asks at a url that leads to a node, without being anybody.
     *
     * @param trust whose certificate it may have
     */
    public static PeerLook unsigned(URI url, PeerTrust trust) throws InterruptedException {
        URI uri = URI.create(url.toString().replaceFirst("/+$", "") + "/info");
        Attempt attempt = null;
        try (PeerConnections connections = PeerConnections.alone(trust::context, Clock.system())) {
            HttpCall call = connections.routed(HttpCall.get(uri));
            InetAddress address = Addresses.of(call.nextHost(), TIMEOUT).getFirst();
            attempt = connections.begin(call, address, TIMEOUT, true);
            return look(attempt.await().answer());
        } catch (IOException e) {
            return new PeerLook(false, FailureWords.of(uri, attempt == null ? null : attempt.address(), e));
        }
    }

    private static PeerLook look(HttpAnswer answer) {
        if (answer.status() != UNAUTHORIZED) {
            return new PeerLook(false, FailureWords.of(answer, AnswerFault.UNSIGNED));
        }
        return answer.fields().all("Content-Type").contains("application/problem+json")
                ? new PeerLook(true, "answers as a node does")
                : new PeerLook(false, "HTTP: 401, but not as a node says it");
    }
}
