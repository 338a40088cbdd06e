package io.distomon.core.monitor;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingData;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;

/** A monitor and its driver, on a clock that jumps to whatever comes next. For one thread. */
final class Driven {
    static final PollResult ANSWER = new PollResult.Answered(12.5, 6.25, null);

    /** When in the poll interval nyc is polled, by its clock. */
    static final double TURN = 0.3;

    static final PollResult SILENCE = new PollResult.Failed(PollError.TIMEOUT);

    final SetClock clock;
    final Monitor monitor;
    private long requestedNanos;
    private Duration timeout = Duration.ZERO;

    /** A monitor of fra's that has started, so that its first poll is planned. */
    Driven(Member peer, SetClock clock) {
        this.clock = clock;
        this.monitor = new Monitor(peer, TURN, clock);
        monitor.start();
    }

    /** The node nyc. */
    static Member peer(Duration pollRate, int retry) {
        return new Member("nyc", URI.create("http://nyc:8000"), pollRate, retry);
    }

    /** The same with a retry interval of its own. */
    static Member peer(Duration pollRate, int retry, Duration retryInterval) {
        return new Member("nyc", URI.create("http://nyc:8000"), pollRate, retry, retryInterval);
    }

    /** Waits until the next poll begins. */
    Effect.SendRequest request() {
        while (true) {
            switch (monitor.step()) {
                case Effect.SendRequest request -> {
                    requestedNanos = clock.monotonicNanos();
                    timeout = request.timeout();
                    return request;
                }
                case Effect.WaitUntil(long at) -> pass(Duration.ofNanos(at - clock.monotonicNanos()));
                case Effect.UpdateStore _, Effect.Done _ -> throw new AssertionError("expected a request or a wait");
            }
        }
    }

    /** The next poll, which ends so as soon as it has begun. */
    PingData poll(PollResult result) {
        return poll(result, Duration.ZERO);
    }

    /** The next poll, which ends so after this time. */
    PingData poll(PollResult result, Duration takes) {
        request();
        pass(takes);
        return end(result);
    }

    /** The next polls, which all end so at once. */
    void polls(int count, PollResult result) {
        for (int i = 0; i < count; i++) {
            poll(result);
        }
    }

    /** The next poll, which gets no answer, as is noticed so long after its timeout. */
    PingData timeOut(Duration late) {
        request();
        pass(timeout.plus(late));
        return end(SILENCE);
    }

    /** The poll that is under way ends so. */
    PingData end(PollResult result) {
        monitor.polled(result);
        if (monitor.dueNanos() - clock.monotonicNanos() > 0) {
            monitor.step(); // from here on it waits
        }
        return monitor.ping();
    }

    /** From the beginning of the last poll to when the next is due. */
    Duration spacing() {
        return Duration.ofNanos(monitor.dueNanos() - requestedNanos);
    }

    void pass(Duration span) {
        clock.pass(span.toNanos() / 1_000);
    }
}
