package io.distomon.core.record;

import io.distomon.core.exchange.Absence;
import io.distomon.core.store.EntryDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the times in which a recorder was not at work; records are added in the order of {@link Rewind}. Not thread-safe.
 */
public final class Gaps {
    private static final long SHORTEST_MICROS = EntryDate.SECOND_MICROS;

    /** Before records begin: a network whose nodes start one after the other has nothing to tell of that. */
    private static final long SHORTEST_BEFORE_MICROS = 60 * EntryDate.SECOND_MICROS;

    private final long longestMicros;
    private final Map<Subject, State> states;
    private final List<Absence> told = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** Whether nothing was recorded before what comes next. */
    private boolean isNew;

    private @Nullable Long tellsSince;

    /**
     * Begins where the records do.
     *
     * @param longestMicros of longer ones only the end counts, microseconds; records that begin anew begin with one as long
     */
    public Gaps(Anchor anchor, long longestMicros) {
        this.longestMicros = longestMicros;
        this.states = new TreeMap<>(anchor.situation().states());
        this.isNew = anchor.point().equals(ChainPoint.START) && anchor.timeMicros() == 0;
    }

    /**
     * A time in which the recorder was not at work.
     *
     * @param before what it had recorded until then
     * @param shortestMicros what is shorter is no part of it that matters
     * @param told of which parts of it peers have told, in their order
     */
    public record Gap(Absence away, Situation before, long shortestMicros, List<Absence> told) {
        public Gap {
            told = List.copyOf(told);
        }

        /** Of which parts nobody has told. */
        public List<Absence> untold() {
            List<Absence> untold = new ArrayList<>();
            long from = away.fromMicros();
            for (Absence part : told) {
                if (from < part.fromMicros()) {
                    untold.add(new Absence(from, part.fromMicros()));
                }
                from = Math.max(from, part.toMicros());
            }
            if (from < away.toMicros()) {
                untold.add(new Absence(from, away.toMicros()));
            }
            return untold;
        }

        /** Whether an account tells of a part of which nobody has told. */
        boolean lacks(Absence span) {
            return span.toMicros() - span.fromMicros() >= shortestMicros
                    && away.contains(span)
                    && told.stream().noneMatch(span::overlaps);
        }
    }

    /** What the next record tells. */
    public void add(Change change) {
        if (change.toldBy() == null) {
            if (change.isBegin()) {
                begins(change.timeMicros(), change.sinceMicros());
            }
            Situation.apply(change, states);
            isNew = false;
        } else if (change.subject().kind() == Kind.RECORDER) {
            Long since = tellsSince;
            if (since != null && since < change.timeMicros()) {
                told.add(new Absence(since, change.timeMicros()));
            }
            tellsSince = change.isBegin() ? (Long) change.timeMicros() : null;
        }
    }

    private void begins(long nowMicros, @Nullable Long lastAtWork) {
        long earliest = Math.max(0, nowMicros - longestMicros);
        long from = lastAtWork == null ? earliest : Math.max(lastAtWork, earliest);
        if ((lastAtWork != null || isNew) && from < nowMicros) {
            gaps.add(new Gap(
                    new Absence(from, nowMicros),
                    new Situation(states),
                    isNew ? SHORTEST_BEFORE_MICROS : SHORTEST_MICROS,
                    told));
        }
        told.clear();
        tellsSince = null;
    }

    /** All of them, in their order. */
    public List<Gap> found() {
        return List.copyOf(gaps);
    }

    /** The one of which an account tells; empty where the recorder was at work, or was told already. */
    public Optional<Gap> lacking(Account account) {
        return gaps.reversed().stream()
                .filter(gap -> gap.away().contains(account.span()))
                .findFirst()
                .filter(gap -> gap.lacks(account.span()));
    }
}
