package io.distomon.node.threads;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.monitor.PeerClient;
import io.distomon.core.topology.Member;
import io.distomon.node.polls.FailureWords;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when a peer begins to refuse what we send, and when it takes it again: such a peer is online all the while.
 * Safe for use by many threads.
 */
final class RefusalLog implements PeerClient {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final String networkId;
    private final PeerClient client;
    private final Function<String, Optional<ClockOffset>> clocks;

    /** The code with which a peer refused the last poll that it answered; those that accepted it are not in it. */
    private final Map<String, String> refusals = new ConcurrentHashMap<>();

    /** @param clocks how far a peer's clock is ahead, by its node id */
    RefusalLog(String networkId, PeerClient client, Function<String, Optional<ClockOffset>> clocks) {
        this.networkId = networkId;
        this.client = client;
        this.clocks = clocks;
    }

    @Override
    public PollResult poll(Member peer, Duration timeout) throws InterruptedException {
        PollResult result = client.poll(peer, timeout);
        if (result instanceof PollResult.Answered(var rtt, var outbound, @Nullable String refusal)) {
            String peerId = peer.nodeId();
            String before = refusal == null ? refusals.remove(peerId) : refusals.put(peerId, refusal);
            if ((before == null) != (refusal == null)) {
                tell(peerId, refusal);
            }
        }
        return result;
    }

    private void tell(String peerId, @Nullable String refusal) {
        if (refusal == null) {
            LOG.info("{}: {} takes our messages again", networkId, peerId);
            return;
        }
        String fact = FailureWords.ofRefusal(refusal, clocks.apply(peerId).orElse(null));
        LOG.warn(
                "{}: {} refuses our messages: {}{}", networkId, peerId, refusal, fact == null ? "" : " (" + fact + ")");
    }
}
