package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches one peer, as a state machine without threads or I/O; {@link MonitorState} has the table of transitions. It is
 * driven so, by one thread or one simulation:
 *
 * <pre>
 * monitor.start();
 * Effect effect = monitor.step();
 * loop: switch (effect) {
 *     SendRequest → effect = monitor.polled(client.poll(peer, timeout))
 *     UpdateStore → ownRecord.update(…); effect = monitor.step()
 *     WaitUntil   → wait, or be woken after reconfigure or stop; effect = monitor.step()
 *     Done        → end
 * }
 * </pre>
 *
 * <p>More failures in a row than the peer's {@code retry} mean offline; until then its status stays what it was, unknown
 * before the first answer. A signed refusal is an answer: the link works. A peer that counts as offline and is heard of is
 * polled at once, so that nobody calls a node offline for longer than it takes to ask it.
 *
 * <p>Safe for use by many threads: all state is guarded by the monitor's own lock, so that others may reconfigure it,
 * stop it and look at it at any time. A call that fits no transition is a bug of the caller's, an
 * {@link IllegalStateException}.
 */
public final class Monitor {
    /** No exchange is given more time than this, however rarely the peer is polled. */
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(5);

    /** A peer that is heard of again is polled at once, but for this long after its last poll began. */
    private static final Duration MIN_SPACING = Duration.ofSeconds(1);

    private final String observerId;
    private final Clock clock;
    private final LinkMeter meter;

    // Guarded by this, all of these, and the meter.
    private MonitorState state = MonitorState.INITIALIZED;
    private Member peer;
    private @Nullable Schedule schedule;
    private long dueNanos;
    private long lastPollNanos;
    private int failuresInARow;
    private PingData ping = PingData.UNKNOWN;

    /**
     * A monitor that is yet to be started.
     *
     * @param observerId who watches
     * @param peer whom it watches: a member with a url
     */
    public Monitor(String observerId, Member peer, Clock clock) {
        this.observerId = observerId;
        this.peer = checked(peer);
        this.clock = clock;
        this.meter = new LinkMeter(clock);
    }

    /** Whom it watches, by the latest config. */
    public synchronized Member peer() {
        return peer;
    }

    public synchronized MonitorState state() {
        return state;
    }

    /** What is known of the peer. */
    public synchronized PingData ping() {
        return ping;
    }

    /** What is known of the link to the peer, of one moment. */
    public synchronized LinkMeasures measures() {
        return new LinkMeasures(
                peer.nodeId(), ping, meter.lastSuccessMicros(), meter.polls(), meter.lost(), meter.roundTrips());
    }

    /** How many polls have failed since the last one that was answered. */
    public synchronized int failuresInARow() {
        return failuresInARow;
    }

    /** Begins: the first poll comes within the first poll interval. */
    public synchronized void start() {
        enter(MonitorState.RUNNING);
        reschedule();
    }

    /** Goes on, and says what is to be done next. */
    public synchronized Effect step() {
        return switch (state) {
            case RUNNING, WAITING -> pollWhenDue();
            case UPDATING_STORE -> {
                enter(MonitorState.WAITING);
                yield pollWhenDue();
            }
            case STOPPED -> new Effect.Done();
            case INITIALIZED, MONITORING, SENDING_REQUEST, PROCESSING_RESPONSE, HANDLE_ERROR ->
                throw new IllegalStateException("no step leads on from " + state);
        };
    }

    /** Takes in how the poll ended that {@link Effect.SendRequest} asked for. After a stop it no longer matters. */
    public synchronized Effect polled(PollResult result) {
        if (state == MonitorState.STOPPED) {
            return new Effect.Done();
        }
        enter(MonitorState.PROCESSING_RESPONSE);
        switch (result) {
            case PollResult.Answered answered -> answered(answered);
            case PollResult.Failed(PollError error) -> {
                enter(MonitorState.HANDLE_ERROR);
                failed(error);
            }
        }
        enter(MonitorState.UPDATING_STORE);
        return new Effect.UpdateStore(peer.nodeId(), ping);
    }

    /**
     * Goes on with changed settings of the same peer; what was counted and concluded stays. A request that is under way
     * ends as it began. The driver has to be woken if it waits.
     */
    public synchronized void reconfigure(Member changed) {
        if (!changed.nodeId().equals(peer.nodeId())) {
            throw new IllegalArgumentException(
                    "found the node %s, expected %s".formatted(changed.nodeId(), peer.nodeId()));
        }
        boolean otherRate = !changed.pollRate().equals(peer.pollRate());
        peer = checked(changed);
        if (otherRate && schedule != null) {
            reschedule();
        }
    }

    /**
     * Takes in that the peer has said something new, to us or to others: it is alive. If it counts as offline, and no poll
     * is under way, the next poll is due at once.
     *
     * @return whether the driver, which waits, has to be woken
     */
    public synchronized boolean heard() {
        if (state != MonitorState.WAITING || ping.status() != PingStatus.OFFLINE) {
            return false;
        }
        long earliest = Math.max(clock.monotonicNanos(), lastPollNanos + MIN_SPACING.toNanos());
        if (dueNanos - earliest <= 0) {
            return false;
        }
        dueNanos = earliest;
        return true;
    }

    /** Ends it for good; a second time does nothing. The driver has to be woken if it waits. */
    public synchronized void stop() {
        if (state != MonitorState.STOPPED) {
            enter(MonitorState.STOPPED);
        }
    }

    private Effect pollWhenDue() {
        if (schedule == null) {
            throw new IllegalStateException("a monitor that runs has a schedule");
        }
        long now = clock.monotonicNanos();
        if (dueNanos - now > 0) {
            return new Effect.WaitUntil(dueNanos);
        }
        enter(MonitorState.MONITORING);
        lastPollNanos = now;
        dueNanos = schedule.after(now);
        enter(MonitorState.SENDING_REQUEST);
        Duration timeout = peer.pollRate().compareTo(MAX_TIMEOUT) < 0 ? peer.pollRate() : MAX_TIMEOUT;
        return new Effect.SendRequest(peer, timeout);
    }

    private void reschedule() {
        schedule = Schedule.spread(observerId, peer.nodeId(), clock.monotonicNanos(), peer.pollRate());
        dueNanos = schedule.phaseNanos();
    }

    private void answered(PollResult.Answered answer) {
        failuresInARow = 0;
        meter.answered(answer.rttMillis());
        ping = ping(PingStatus.ONLINE, rounded(answer.outboundMillis()), rounded(answer.rttMillis()), answer.refusal());
    }

    private void failed(PollError error) {
        failuresInARow++;
        meter.failed();
        PingStatus status = failuresInARow > peer.retry() ? PingStatus.OFFLINE : ping.status();
        ping = ping(status, ping.reqTimeOutbound(), ping.reqTimeRtt(), error.wireName());
    }

    private PingData ping(PingStatus status, double outboundMillis, double rttMillis, @Nullable String error) {
        return new PingData(
                status,
                outboundMillis,
                rttMillis,
                since(status),
                error,
                rounded(meter.loss()),
                rounded(meter.jitterMillis()));
    }

    /** To three decimals, microseconds: entries go to everybody, and more digits are noise. */
    private static double rounded(double value) {
        return Math.rint(value * 1_000) / 1_000;
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : (Double) rounded(value.doubleValue());
    }

    private @Nullable Long since(PingStatus status) {
        return status == ping.status() ? ping.sinceMicros() : (Long) clock.wallMicros();
    }

    private void enter(MonitorState next) {
        if (!state.next().contains(next)) {
            throw new IllegalStateException(
                    "found a step from %s to %s, expected one to any of %s".formatted(state, next, state.next()));
        }
        state = next;
    }

    private static Member checked(Member peer) {
        if (peer.url() == null) {
            throw new IllegalArgumentException(
                    "found the passive member %s, expected one with a url".formatted(peer.nodeId()));
        }
        return peer;
    }
}
