package io.distomon.core.monitor;

import io.distomon.core.store.PingData;
import io.distomon.core.topology.Member;
import java.time.Duration;

/** What a monitor asks of whoever drives it. */
public sealed interface Effect {
    /** Poll the peer by {@link PeerClient#poll}, then give the result to {@link Monitor#polled}. */
    record SendRequest(Member peer, Duration timeout) implements Effect {}

    /** Put this into our record of the peer ({@link OwnRecord#update}), then take the next step. */
    record UpdateStore(String peerId, PingData ping) implements Effect {}

    /** Take the next step at this monotonic time, or earlier when the monitor says so, is reconfigured or stopped. */
    record WaitUntil(long monotonicNanos) implements Effect {}

    /** The monitor has stopped: there is nothing more to do. */
    record Done() implements Effect {}
}
