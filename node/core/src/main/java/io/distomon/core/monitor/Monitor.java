package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;
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
 *     WaitUntil   → wait, or be woken after reconfigure, stop, heard, doubted or hasten; effect = monitor.step()
 *     Done        → end
 * }
 * </pre>
 *
 * <p>More failures in a row than the peer's {@code retry} mean offline; until then its status stays what it was, unknown
 * before the first answer. Failures follow each other at the peer's {@link Member#retrySpacing()}, and the first of them
 * is told to others at once, so that all look (exchange.md, Monitors, M1 to M5). A signed refusal is an answer: the link
 * works. A failure that was noticed late says more of us than of the peer, and is not counted. Who has never been met
 * isn't called offline before it had the time to start.
 *
 * <p>Safe for use by many threads: all state is guarded by the monitor's own lock, so that others may reconfigure it,
 * stop it and look at it at any time. A call that fits no transition is a bug of the caller's, an
 * {@link IllegalStateException}.
 */
public final class Monitor {
    /** No exchange is given more time than this, however rarely the peer is polled. */
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(5);

    /** A peer of which nobody has ever heard has this long to start before it is called offline. */
    public static final Duration STARTING = Duration.ofMinutes(2);

    /** Polls that are not on the grid begin so long after the one before at the earliest. */
    private static final Duration MIN_SPACING = Duration.ofSeconds(1);

    private static final Duration MIN_OWN_DELAY = Duration.ofMillis(250);

    /** So many failures in a row are blamed on our own delay; whoever is always late must still notice a crash. */
    private static final int MAX_OWN_DELAYS = 3;

    private static final int SLOWEST_OF = 4;
    private static final int MICROS_IN_MILLI = 1_000;

    private final Clock clock;
    private final LinkMeter meter;
    private final LinkJudge judge;
    private final RecentSpans spans = new RecentSpans();

    // Guarded by this, all of these, the meter, the judge and the spans.
    private MonitorState state = MonitorState.INITIALIZED;
    private Member peer;
    private LinkLimits limits;
    private Schedule schedule;
    private long peerAheadMicros;
    private long startedNanos;
    private long dueNanos;
    private long byGridNanos;
    private long lastByGridNanos;
    private long lastPollNanos;
    private Duration timeout = MAX_TIMEOUT;
    private boolean pollAgain;
    private boolean met;
    private long lastDoubtedNanos;
    private boolean everDoubted;
    private int failuresInARow;
    private int lostBeforeRow;
    private int ownDelaysInARow;
    private long offlineNanos;
    private PingData ping = PingData.UNKNOWN;
    private @Nullable PingData recalled;
    private boolean hasChanged;
    private @Nullable String lastError;
    private @Nullable String lastFact;

    /** A monitor of a link of which nothing is expected. */
    public Monitor(Member peer, double turn, Clock clock) {
        this(peer, turn, LinkLimits.NONE, clock);
    }

    /**
     * A monitor that is yet to be started.
     *
     * @param peer whom it watches: a member with a url
     * @param turn when in the peer's poll interval we poll it, as {@link io.distomon.core.topology.Observers#turn} says
     * @param limits what the link to it may be like
     */
    public Monitor(Member peer, double turn, LinkLimits limits, Clock clock) {
        this.peer = checked(peer);
        this.clock = clock;
        this.schedule = new Schedule(turn, peer.pollRate());
        this.meter = new LinkMeter(clock);
        this.judge = new LinkJudge(peer.pollRate(), limits, clock);
        this.limits = limits;
    }

    /** Whom it watches, by the latest config. */
    public synchronized Member peer() {
        return peer;
    }

    /** What the link to it may be like, by the latest config. */
    public synchronized LinkLimits limits() {
        return limits;
    }

    public synchronized MonitorState state() {
        return state;
    }

    /** What is known of the peer, as our entry is to say it. */
    public synchronized PingData ping() {
        return ping;
    }

    /** What is known of the link to the peer, of one moment. */
    public synchronized LinkMeasures measures() {
        return new LinkMeasures(
                peer.nodeId(),
                ping,
                lastError,
                lastFact,
                meter.lastSuccessMicros(),
                meter.polls(),
                meter.lost(),
                meter.roundTrips());
    }

    /** How its polls ended since this was asked last; for one who asks. */
    public synchronized LinkSpan takeSpan() {
        return meter.takeSpan();
    }

    /** The monotonic time at which the next poll is due; it may move earlier, see {@link #hasten}. */
    public synchronized long dueNanos() {
        return dueNanos;
    }

    /** How many polls have failed since the last one that was answered; those that our own delay explains are left out. */
    public synchronized int failuresInARow() {
        return failuresInARow;
    }

    /** Begins: the first poll comes within the first poll interval. */
    public synchronized void start() {
        enter(MonitorState.RUNNING);
        startedNanos = clock.monotonicNanos();
        lastPollNanos = startedNanos - MIN_SPACING.toNanos(); // the first may come at once
        lastByGridNanos = startedNanos - schedule.shortestNanos();
        planByGrid(startedNanos);
        if (pollAgain) {
            pollAgain = false;
            dueNanos = startedNanos;
        }
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
            case PollResult.Failed(PollError error, String fact) -> {
                enter(MonitorState.HANDLE_ERROR);
                if (isOwnDelay()) {
                    ownDelaysInARow++;
                    dueNanos = clock.monotonicNanos();
                } else {
                    failed(error, fact);
                }
            }
        }
        if (pollAgain) {
            pollAgain = false;
            hastenTo(sooner());
        }
        enter(MonitorState.UPDATING_STORE);
        return new Effect.UpdateStore(peer.nodeId(), ping);
    }

    /**
     * Goes on with changed settings of the same peer; what was counted and concluded stays. A request that is under way
     * ends as it began. The driver has to be woken if it waits.
     *
     * @param turn as for a new monitor
     */
    public synchronized void reconfigure(Member changed, double turn) {
        if (!changed.nodeId().equals(peer.nodeId())) {
            throw new IllegalArgumentException(
                    "found the node %s, expected %s".formatted(changed.nodeId(), peer.nodeId()));
        }
        peer = checked(changed);
        judge.reconfigure(peer.pollRate(), limits);
        Schedule next = new Schedule(turn, peer.pollRate());
        if (!next.equals(schedule)) {
            schedule = next;
            if (state != MonitorState.INITIALIZED) {
                // What was planned stays, or with another turn after another there might be no poll for long.
                long due = dueNanos;
                long byGrid = byGridNanos;
                planByGrid(clock.monotonicNanos());
                hastenTo(due);
                byGridNanos = byGrid - byGridNanos < 0 ? byGrid : byGridNanos;
            }
        }
    }

    /** Goes on with other limits of the link; what its polls were like is known still. */
    public synchronized void holdAgainst(LinkLimits changed) {
        limits = changed;
        judge.reconfigure(peer.pollRate(), changed);
        ping = ping(ping.status(), ping.reqTimeOutbound(), ping.reqTimeRtt(), ping.error());
    }

    /**
     * Goes on where an earlier life of ours ended: what it lost counts, and when it said of the peer what we find first,
     * it has been so since then. What has changed since our start has changed since our start.
     *
     * @param before what our last entry of that life said
     * @param dateMicros the date of that entry, microseconds since the epoch: what the link was like long ago says nothing
     *     of what it is like now
     */
    public synchronized void recall(PingData before, long dateMicros) {
        if (before.status() == PingStatus.UNKNOWN) {
            return;
        }
        met = true;
        Double loss = before.loss();
        if (loss != null) {
            meter.recall(loss);
        }
        judge.recall(before.breaches(), Duration.of(clock.wallMicros() - dateMicros, ChronoUnit.MICROS));
        if (ping.status() == PingStatus.UNKNOWN) {
            recalled = before;
            return;
        }
        ping = ping(ping.status(), ping.reqTimeOutbound(), ping.reqTimeRtt(), ping.error());
        Long since = before.sinceMicros();
        if (!hasChanged && ping.status() == before.status() && since != null) {
            ping = ping.since(since);
        }
    }

    /**
     * Takes in what the link was like before the start, as the flight recorder kept it.
     *
     * @param past by the monotonic times at which the spans ended
     */
    public synchronized void recall(SortedMap<Long, PastSpan> past) {
        judge.recall(past);
    }

    /** Somebody, at some time, has had an entry of the peer: when it does not answer, that is not because it is new. */
    public synchronized void met() {
        met = true;
    }

    /**
     * Takes in that the peer has said something new, to us or to others: it is alive. If it counts as offline, it is
     * polled at once, or when the poll under way has ended.
     *
     * @return whether the driver, which waits, has to be woken
     */
    public synchronized boolean heard() {
        met = true;
        return ping.status() == PingStatus.OFFLINE && hasten();
    }

    /**
     * Takes in that another has newly failed to reach the peer (M5). If all is well here, it is polled at once, and then
     * not again for that reason within a poll interval.
     *
     * @return whether the driver, which waits, has to be woken
     */
    public synchronized boolean doubted() {
        long now = clock.monotonicNanos();
        boolean lately = everDoubted && now - lastDoubtedNanos < peer.pollRate().toNanos();
        if (state != MonitorState.WAITING || ping.status() != PingStatus.ONLINE || failuresInARow > 0 || lately) {
            return false;
        }
        everDoubted = true;
        lastDoubtedNanos = now;
        return hasten();
    }

    /**
     * Has the peer polled at once, a second after the last poll of it began at the earliest; after the poll that is under
     * way, as that one brings nothing that was said since it began; after the start, if that is still to come.
     *
     * @return whether the driver, which waits, has to be woken
     */
    public synchronized boolean hasten() {
        return switch (state) {
            case RUNNING, WAITING -> hastenTo(sooner());
            case STOPPED -> false;
            case INITIALIZED, MONITORING, SENDING_REQUEST, PROCESSING_RESPONSE, HANDLE_ERROR, UPDATING_STORE -> {
                pollAgain = true;
                yield false;
            }
        };
    }

    /** Ends it for good; a second time does nothing. The driver has to be woken if it waits. */
    public synchronized void stop() {
        if (state != MonitorState.STOPPED) {
            enter(MonitorState.STOPPED);
        }
    }

    private Effect pollWhenDue() {
        long now = clock.monotonicNanos();
        if (dueNanos - now > 0) {
            return new Effect.WaitUntil(dueNanos);
        }
        enter(MonitorState.MONITORING);
        lastPollNanos = now;
        if (byGridNanos - now <= 0) {
            lastByGridNanos = now;
        }
        planByGrid(now);
        timeout = timeoutOf(now);
        enter(MonitorState.SENDING_REQUEST);
        return new Effect.SendRequest(peer, timeout);
    }

    /** The next poll is that of the grid. However often the peer's clock is set, we poll it no more often than that. */
    private void planByGrid(long now) {
        long wait = Math.max(0, lastByGridNanos + schedule.shortestNanos() - now);
        byGridNanos = schedule.from(now + wait, now, clock.wallMicros() + peerAheadMicros);
        dueNanos = byGridNanos;
    }

    private boolean hastenTo(long earliest) {
        boolean isSooner = dueNanos - earliest > 0;
        if (isSooner) {
            dueNanos = earliest;
        }
        return isSooner;
    }

    private long sooner() {
        return Math.max(clock.monotonicNanos(), lastPollNanos + MIN_SPACING.toNanos());
    }

    /** M1: who answers is given little more time than it ever took, others as much as there is. */
    private Duration timeoutOf(long now) {
        Duration longest = shorter(peer.pollRate(), MAX_TIMEOUT);
        if (ping.status() == PingStatus.UNKNOWN || isLongOffline(now)) {
            return longest;
        }
        Duration usual = spans.longest().multipliedBy(SLOWEST_OF);
        return shorter(longest, usual.compareTo(peer.retrySpacing()) > 0 ? usual : peer.retrySpacing());
    }

    private boolean isLongOffline(long now) {
        return ping.status() == PingStatus.OFFLINE
                && now - offlineNanos >= peer.pollRate().toNanos();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** M3: a thread that ran too late to notice a timeout in time may have been too late to see an answer, too. */
    private boolean isOwnDelay() {
        Duration tenth = peer.retrySpacing().dividedBy(10);
        Duration allowed = tenth.compareTo(MIN_OWN_DELAY) > 0 ? tenth : MIN_OWN_DELAY;
        long lateNanos = clock.monotonicNanos() - (lastPollNanos + timeout.toNanos());
        return lateNanos > allowed.toNanos() && ownDelaysInARow < MAX_OWN_DELAYS;
    }

    private void answered(PollResult.Answered answer) {
        met = true;
        peerAheadMicros = (long) ((answer.outboundMillis() - answer.rttMillis() / 2) * MICROS_IN_MILLI);
        planByGrid(clock.monotonicNanos());
        int lostBefore = ping.status() == PingStatus.ONLINE ? failuresInARow : 0;
        failuresInARow = 0;
        ownDelaysInARow = 0;
        lastError = answer.refusal();
        lastFact = null;
        spans.add(Duration.ofNanos(clock.monotonicNanos() - lastPollNanos));
        meter.answered(answer.rttMillis(), lostBefore);
        judge.answered(answer.rttMillis(), lostBefore);
        ping = ping(PingStatus.ONLINE, rounded(answer.outboundMillis()), rounded(answer.rttMillis()), answer.refusal());
    }

    private void failed(PollError error, @Nullable String fact) {
        long now = clock.monotonicNanos();
        ownDelaysInARow = 0;
        if (failuresInARow == 0) {
            lostBeforeRow = meter.lost();
        }
        failuresInARow++;
        lastError = error.wireName();
        lastFact = fact;
        meter.failed();
        PingStatus before = ping.status();
        PingStatus status = failuresInARow > peer.retry() && !isStarting(now) ? PingStatus.OFFLINE : before;
        if (status != before) {
            offlineNanos = now;
            judge.wentOffline();
        } else if (status == PingStatus.ONLINE) {
            judge.failed();
        }
        boolean tells = status != PingStatus.ONLINE || ping.isToldOf() || isTelling();
        ping = ping(status, ping.reqTimeOutbound(), ping.reqTimeRtt(), tells ? lastError : null);
        boolean byTheGrid = isLongOffline(now) || (status == PingStatus.UNKNOWN && failuresInARow > peer.retry());
        if (!byTheGrid) {
            dueNanos = lastPollNanos + peer.retrySpacing().toNanos(); // M2
        }
    }

    /** M4: on a link that loses a poll now and then, only the second failure in a row, or the third, tells others. */
    private boolean isTelling() {
        return failuresInARow <= peer.retry() && lostBeforeRow <= Math.pow(10, failuresInARow - 1);
    }

    private boolean isStarting(long now) {
        return !met && ping.status() == PingStatus.UNKNOWN && now - startedNanos < STARTING.toNanos();
    }

    private PingData ping(PingStatus status, double outboundMillis, double rttMillis, @Nullable String error) {
        return new PingData(
                status,
                outboundMillis,
                rttMillis,
                since(status),
                error,
                rounded(meter.loss()),
                rounded(meter.jitterMillis()),
                status == PingStatus.ONLINE ? judge.breaches() : List.of());
    }

    /** To three decimals, microseconds: entries go to everybody, and more digits are noise. */
    private static double rounded(double value) {
        return Math.rint(value * 1_000) / 1_000;
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : (Double) rounded(value.doubleValue());
    }

    private @Nullable Long since(PingStatus status) {
        if (status == ping.status()) {
            return ping.sinceMicros();
        }
        hasChanged = ping.status() != PingStatus.UNKNOWN;
        PingData before = recalled;
        recalled = null;
        Long sinceBefore = before != null && before.status() == status ? before.sinceMicros() : null;
        return sinceBefore == null ? (Long) clock.wallMicros() : sinceBefore;
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
