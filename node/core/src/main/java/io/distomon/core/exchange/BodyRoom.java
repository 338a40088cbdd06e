package io.distomon.core.exchange;

import java.util.HashMap;
import java.util.Map;

/**
 * The memory for the bodies of requests: so much for all, of which no sender has more than its share, so that one can't
 * take the room of the others. Safe for use by many threads: one lock, held briefly.
 */
final class BodyRoom {
    /** What a body becomes on the way to its answer, read, judged and answered, is a few times as long. */
    private static final int PART_OF_HEAP = 8;

    private final long allBytes;
    private final long shareBytes;
    private final Map<Peer, Long> taken = new HashMap<>();
    private long takenByAll;

    /** @param allBytes how much there is; at least one message always fits */
    BodyRoom(long allBytes) {
        this.allBytes = Math.max(allBytes, Limits.MAX_MESSAGE_BYTES);
        this.shareBytes = Math.max(this.allBytes * 2 / 5, Limits.MAX_MESSAGE_BYTES);
    }

    /** As much as a process with such a heap can spare. */
    static BodyRoom ofHeap(long maxHeapBytes) {
        return new BodyRoom(maxHeapBytes / PART_OF_HEAP);
    }

    /** Takes room for a body, if there is as much. */
    synchronized boolean take(Peer sender, int bytes) {
        long ofSender = taken.getOrDefault(sender, 0L) + bytes;
        if (ofSender > shareBytes || takenByAll + bytes > allBytes) {
            return false;
        }
        taken.put(sender, ofSender);
        takenByAll += bytes;
        return true;
    }

    /** Gives back what was taken. */
    synchronized void giveBack(Peer sender, int bytes) {
        taken.computeIfPresent(sender, (peer, ofSender) -> ofSender == bytes ? null : Long.valueOf(ofSender - bytes));
        takenByAll -= bytes;
    }
}
