package io.distomon.core.view;

import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.view.Testimony.Word;

/**
 * What a node that is heard says of another member that it has polled.
 *
 * @param ping as it says it
 * @param entry the entry that says so
 * @param word what the verdicts make of it
 * @param barred why it is no testimony at all: {@link Standing#SETTLING} or {@link Standing#STRANGER}; {@link
 *     Standing#COUNTED} when it is one
 */
record Observation(PingData ping, NodeData entry, Word word, Standing barred) {
    boolean isOffline() {
        return ping.status() == PingStatus.OFFLINE;
    }

    boolean isTestimony() {
        return barred == Standing.COUNTED;
    }

    LinkFault fault(boolean oneWay, boolean standing) {
        return new LinkFault(
                word.from(), word.to(), oneWay, standing, ping.sinceMicros(), ping.error(), entry.dateMicros());
    }

    /** @param isHeeded whether its breaches speak against the target */
    Witness witness(Standing standing, boolean isHeeded) {
        return new Witness(
                word.from(),
                ping.status(),
                ping.sinceMicros(),
                ping.error(),
                ping.reqTimeRtt(),
                ping.loss(),
                ping.jitter(),
                ping.breaches(),
                isHeeded,
                entry.dateMicros(),
                standing);
    }
}
