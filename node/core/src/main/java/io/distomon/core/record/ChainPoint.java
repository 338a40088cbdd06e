package io.distomon.core.record;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a chain of records has come, or where it begins.
 *
 * @param seq the number of the last record
 * @param hash its hash
 */
public record ChainPoint(long seq, String hash) {
    /** Before the first record there is nothing. */
    public static final ChainPoint START = new ChainPoint(0, "0".repeat(64));

    /** Where a chain is broken: the number of the record that is not what it was, and how. */
    public record Break(long seq, String how) {
        @Override
        public String toString() {
            return "record %s: %s".formatted(seq, how);
        }
    }

    /** The record that comes next. */
    public FlightRecord next(long timeMicros, Transition transition) {
        Map<String, String> entries = new HashMap<>();
        transition.entries().forEach((signer, entry) -> entries.put(signer, Transition.digest(entry)));
        return new FlightRecord(
                seq + 1,
                timeMicros,
                transition.subject(),
                transition.from(),
                transition.to().word(),
                transition.to().reason(),
                transition.shownAs(),
                transition.sinceMicros(),
                transition.witnesses(),
                entries,
                transition.toldBy(),
                hash);
    }

    /** The chain with this record at its end. */
    public static ChainPoint at(FlightRecord record) {
        return new ChainPoint(record.seq(), record.hash());
    }

    /** Why this can't be the record that comes next; empty when it is. */
    public Optional<Break> breakAt(FlightRecord next) {
        if (next.seq() > seq + 1) {
            return Optional.of(new Break(
                    seq + 1,
                    next.seq() == seq + 2
                            ? "found nothing, expected a record"
                            : "found nothing up to record %s, expected a record each".formatted(next.seq() - 1)));
        }
        if (next.seq() <= seq) {
            return Optional.of(new Break(seq + 1, "found record %s in its place".formatted(next.seq())));
        }
        return next.previous().equals(hash)
                ? Optional.empty()
                : Optional.of(
                        seq == 0
                                ? new Break(next.seq(), "found one before it, expected that it is the first")
                                : new Break(
                                        seq, "found another than record %s was written after".formatted(next.seq())));
    }
}
