package io.distomon.core.monitor;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.topology.Member;
import java.time.Duration;

/** A port: carries out one signed exchange with a peer. Safe for use by many threads. */
@FunctionalInterface
public interface PeerClient {
    /**
     * Asks a peer and waits for the outcome.
     *
     * @param peer a member with a url
     * @param timeout the longest the whole exchange may take, connecting included
     * @return how it ended; every failure to get an answer is a result, none an exception
     * @throws InterruptedException when the calling thread is told to stop
     */
    PollResult poll(Member peer, Duration timeout) throws InterruptedException;
}
