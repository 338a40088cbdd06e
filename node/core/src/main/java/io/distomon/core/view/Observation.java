package io.distomon.core.view;

import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;

/**
 * What a fresh node says of another member that it has polled.
 *
 * @param entry the entry that says so
 * @param settling whether it is to be passed over while configs spread
 */
record Observation(String from, String to, PingData ping, NodeData entry, boolean settling) {
    boolean isOffline() {
        return ping.status() == PingStatus.OFFLINE;
    }

    LinkFault fault(boolean oneWay) {
        return new LinkFault(from, to, oneWay, ping.sinceMicros(), ping.error(), entry.dateMicros());
    }

    Witness witness(Standing standing) {
        return new Witness(
                from,
                ping.status(),
                ping.sinceMicros(),
                ping.error(),
                ping.reqTimeRtt(),
                ping.loss(),
                ping.jitter(),
                entry.dateMicros(),
                standing);
    }
}
