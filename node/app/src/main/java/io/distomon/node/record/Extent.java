package io.distomon.node.record;

import io.distomon.core.record.Anchor;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.Situation;

/**
 * What a file holds.
 *
 * @param anchor where its records begin
 * @param end how far they have come
 * @param situation what is so by the last of them
 * @param recordBytes what records and their entries take
 * @param minuteBytes what minutes take
 */
record Extent(Anchor anchor, ChainPoint end, Situation situation, long recordBytes, long minuteBytes) {
    /** Of one that begins with what is known. */
    static Extent empty(Situation situation, long nowMicros) {
        return new Extent(new Anchor(ChainPoint.START, nowMicros, situation), ChainPoint.START, situation, 0, 0);
    }
}
