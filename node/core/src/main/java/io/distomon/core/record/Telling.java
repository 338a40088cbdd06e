package io.distomon.core.record;

import io.distomon.core.exchange.Absence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a recorder can tell of a span of time: of the first part of it in which it was at work without a break,
 * and as much as an account may hold. Records are added one after the other, the oldest first; what peers told the recorder
 * is not its own to tell. Not thread-safe.
 */
public final class Telling {
    private final String networkId;
    private final String teller;
    private final long fromMicros;
    private final long toMicros;
    private final List<Change> changes = new ArrayList<>();
    private final Map<Subject, State> states;

    /** What was so at the beginning of what is told. */
    private Situation situation = Situation.NOTHING;

    /** Since when the recorder has been at work; null while it is not. */
    private @Nullable Long atWorkMicros;

    /** When the part begins of which it tells; null while it has not. */
    private @Nullable Long beginMicros;

    private long lastMicros;
    private int bytes;
    private @Nullable Long endMicros;

    /**
     * Begins to tell.
     *
     * @param anchor where the records begin
     * @param nowMicros up to when they are complete, as far as the recorder is at work still
     */
    public Telling(String networkId, String teller, Anchor anchor, Absence wanted, long nowMicros) {
        this.networkId = networkId;
        this.teller = teller;
        this.fromMicros = wanted.fromMicros();
        this.toMicros = Math.min(wanted.toMicros(), nowMicros);
        this.states = new TreeMap<>(anchor.situation().states());
        boolean isAtWork =
                anchor.situation().of(new Subject(Kind.RECORDER, teller)).word().equals(Transition.RUNNING);
        this.atWorkMicros = isAtWork ? (Long) anchor.timeMicros() : null;
        this.lastMicros = anchor.timeMicros();
    }

    /** What the next record tells. */
    public void add(Change change) {
        if (endMicros != null || change.toldBy() != null) {
            return;
        }
        long time = change.timeMicros();
        if (change.isBegin() && change.sinceMicros() == null && atWorkMicros != null) {
            return; // It was at work, and had only lost its file.
        }
        Long atWork = atWorkMicros;
        long recordedUntil = change.isBegin() && change.sinceMicros() != null ? change.sinceMicros() : time;
        if (beginMicros == null && atWork != null && recordedUntil > Math.max(fromMicros, atWork)) {
            begin(Math.max(fromMicros, atWork));
        }
        if (endMicros != null) {
            return;
        }
        if (change.subject().kind() == Kind.RECORDER) {
            breaks(change);
        } else if (beginMicros != null && time > toMicros) {
            end(toMicros);
        } else if (beginMicros != null && time < lastMicros) {
            end(lastMicros); // the clock was set back
        } else if (beginMicros != null) {
            tell(change);
        } else {
            Situation.apply(change, states);
        }
        lastMicros = time;
    }

    /** What it can tell; empty when that is nothing. */
    public Optional<Account> account() {
        Long atWork = atWorkMicros;
        if (endMicros == null && beginMicros == null && atWork != null) {
            begin(Math.max(fromMicros, atWork));
        }
        if (endMicros == null) {
            end(toMicros);
        }
        Long begin = beginMicros;
        Long end = endMicros;
        return begin == null || end == null || begin >= end
                ? Optional.empty()
                : Optional.of(new Account(networkId, teller, new Absence(begin, end), situation, changes));
    }

    private void begin(long micros) {
        if (micros < toMicros) {
            beginMicros = micros;
            lastMicros = micros;
            states.keySet().removeIf(subject -> !Account.isToldOf(subject));
            situation = new Situation(states);
            bytes = AccountCodec.encode(
                            new Account(networkId, teller, new Absence(micros, toMicros), situation, List.of()))
                    .length;
            if (bytes > AccountCodec.MAX_BYTES || states.size() > AccountCodec.MOST_TOLD) {
                end(micros); // more than can be told
            }
        }
    }

    private void end(long micros) {
        endMicros = micros;
        changes.removeIf(change -> change.timeMicros() > micros);
    }

    /** The recorder begins or ends. */
    private void breaks(Change change) {
        if (beginMicros != null) {
            // It ended without a word when it was last at work.
            Long lastAtWork = change.isBegin() ? change.sinceMicros() : (Long) change.timeMicros();
            end(Math.clamp(lastAtWork == null ? lastMicros : lastAtWork, lastMicros, toMicros));
        } else {
            atWorkMicros = change.isBegin() ? (Long) change.timeMicros() : null;
        }
    }

    private void tell(Change change) {
        if (!Account.isToldOf(change.subject()) || !Account.isPossible(networkId, change.subject(), change.to())) {
            return;
        }
        bytes += AccountCodec.bytes(change);
        if (bytes > AccountCodec.MAX_BYTES
                || changes.size() + situation.states().size() == AccountCodec.MOST_TOLD) {
            end(change.timeMicros() - 1);
        } else {
            changes.add(new Change(change.timeMicros(), change.subject(), change.to(), change.sinceMicros()));
        }
    }
}
