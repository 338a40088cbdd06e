package io.distomon.core.record;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the records that are kept begin: what came before was let go, but for its end.
 *
 * @param point the last record that was let go, or {@link ChainPoint#START}
 * @param timeMicros when that was, microseconds since the epoch; of the time before nothing is known
 * @param situation what was so then
 */
public record Anchor(ChainPoint point, long timeMicros, Situation situation) {
    /**
     * Lets the oldest records go.
     *
     * @throws IllegalArgumentException when they are not those after the anchor, in their order
     */
    public Anchor past(Iterable<FlightRecord> oldest) {
        ChainPoint last = point;
        long time = timeMicros;
        List<Change> changes = new ArrayList<>();
        for (FlightRecord record : oldest) {
            last.breakAt(record).ifPresent(found -> {
                throw new IllegalArgumentException(found.toString());
            });
            last = ChainPoint.at(record);
            if (record.toldBy() == null) {
                time = record.timeMicros();
                changes.add(record.change());
            }
        }
        return new Anchor(last, time, situation.after(changes));
    }
}
