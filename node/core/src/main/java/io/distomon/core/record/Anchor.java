package io.distomon.core.record;

/**
 * Where the records that are kept begin: what came before was let go, but for its end.
 *
 * @param point the last record that was let go, or {@link ChainPoint#START}
 * @param situation what was so then
 */
public record Anchor(ChainPoint point, Situation situation) {
    /** Nothing was let go yet. */
    public static final Anchor START = new Anchor(ChainPoint.START, Situation.NOTHING);

    /**
     * Lets the oldest records go.
     *
     * @throws IllegalArgumentException when they are not those after the anchor, in their order
     */
    public Anchor past(Iterable<FlightRecord> oldest) {
        ChainPoint last = point;
        for (FlightRecord record : oldest) {
            last.breakAt(record).ifPresent(found -> {
                throw new IllegalArgumentException(found.toString());
            });
            last = ChainPoint.at(record);
        }
        return new Anchor(last, situation.after(oldest));
    }
}
