package io.distomon.node.threads;

import io.distomon.core.Clock;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.monitor.Effect;
import io.distomon.core.monitor.Monitor;
import io.distomon.core.monitor.PeerClient;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import io.distomon.node.supervised.SupervisedThread;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives the monitor of one peer on a thread of its own. Safe for use by many threads. */
final class PeerMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMonitor.class);

    private final String networkId;
    private final String observerId;
    private final Clock clock;
    private final PeerClient client;
    private final BiConsumer<String, PingData> record;
    private final PollTally polls = new PollTally();
    private final SupervisedThread thread;

    // Guarded by this, all of these. The monitor is replaced after a failure.
    private double turn;
    private LinkLimits limits;
    private Monitor monitor;

    /**
     * Starts to watch a peer.
     *
     * @param turn when in its poll interval it is polled
     * @param limits what the link to it may be like
     * @param record told what is known of the peer after each poll
     */
    PeerMonitor(
            String networkId,
            String observerId,
            Member peer,
            double turn,
            LinkLimits limits,
            Clock clock,
            PeerClient client,
            BiConsumer<String, PingData> record) {
        this.networkId = networkId;
        this.observerId = observerId;
        this.clock = clock;
        this.client = client;
        this.record = record;
        this.turn = turn;
        this.limits = limits;
        this.monitor = new Monitor(peer, turn, limits, clock);
        this.thread =
                SupervisedThread.start("The monitor of %s in %s".formatted(peer.nodeId(), networkId), this::watch);
    }

    /** The monitor as it is now. */
    synchronized Monitor monitor() {
        return monitor;
    }

    /** What is to be told of it. */
    PeerReport report() {
        Monitor now = monitor();
        return new PeerReport(now.state(), now.ping().status(), polls.counts());
    }

    /** Goes on with changed settings of the peer; when nothing has changed it is not disturbed. */
    void reconfigure(Member peer, double changedTurn, LinkLimits changedLimits) {
        synchronized (this) {
            if (!limits.equals(changedLimits)) {
                limits = changedLimits;
                monitor.holdAgainst(changedLimits);
            }
            if (turn == changedTurn && monitor.peer().equals(peer)) {
                return;
            }
            turn = changedTurn;
            monitor.reconfigure(peer, changedTurn);
        }
        thread.wake();
    }

    /** Somebody has had an entry of the peer. */
    void met() {
        monitor().met();
    }

    /** The peer is to be polled as soon as it may be. */
    void hasten() {
        if (monitor().hasten()) {
            wake();
        }
    }

    /** The monitor's next poll may be due earlier than it was. */
    void wake() {
        thread.wake();
    }

    void stop() {
        monitor().stop();
        thread.stop();
    }

    private void watch() throws InterruptedException {
        try {
            drive(monitor());
        } catch (RuntimeException | Error e) {
            // What it knew can't be trusted, and must not stand in our entry as if somebody still looked.
            record.accept(beginAnew().nodeId(), PingData.UNKNOWN);
            throw e;
        }
    }

    private synchronized Member beginAnew() {
        Member peer = monitor.peer();
        monitor = new Monitor(peer, turn, limits, clock);
        return peer;
    }

    private void drive(Monitor running) throws InterruptedException {
        running.start();
        Effect effect = running.step();
        PingStatus status = PingStatus.UNKNOWN;
        while (true) {
            switch (effect) {
                case Effect.SendRequest(Member peer, var timeout) -> {
                    PollResult result = client.poll(peer, timeout);
                    polls.count(result);
                    effect = running.polled(result);
                }
                case Effect.UpdateStore(String peerId, PingData ping) -> {
                    if (ping.status() != status) {
                        log(peerId, ping);
                        status = ping.status();
                    }
                    record.accept(peerId, ping);
                    effect = running.step();
                }
                case Effect.WaitUntil(long dueNanos) -> {
                    LockSupport.parkNanos(this, Math.max(1, dueNanos - clock.monotonicNanos()));
                    effect = running.step();
                }
                case Effect.Done() -> {
                    return;
                }
            }
        }
    }

    private void log(String peerId, PingData ping) {
        switch (ping.status()) {
            case ONLINE ->
                LOG.info(
                        "{}: {} sees {} online, round trip {} ms",
                        networkId,
                        observerId,
                        peerId,
                        Math.round(ping.reqTimeRtt()));
            case OFFLINE -> {
                String fact = monitor().measures().lastFact();
                LOG.warn(
                        "{}: {} sees {} offline: {}{}",
                        networkId,
                        observerId,
                        peerId,
                        ping.error(),
                        fact == null ? "" : " (" + fact + ")");
            }
            case UNKNOWN -> LOG.info("{}: {} does not know about {}", networkId, observerId, peerId);
        }
    }
}
