package io.distomon.core.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what records tell of a moment; they are added one after the other, the oldest first, and what peers told of a time
 * in which the recorder was not at work before the record that it begins again. Not thread-safe.
 */
public final class Rewind {
    private final Anchor anchor;
    private final long micros;
    private final List<Change> before = new ArrayList<>();

    /** What a peer told of the time in which the recorder was not at work, up to the moment; it ends with that. */
    private final List<Change> told = new ArrayList<>();

    private @Nullable String toldBy;
    private @Nullable Long stoppedMicros;
    private boolean isNextKnown;

    /**
     * @param anchor where the records begin
     * @param micros the moment, microseconds since the epoch
     */
    public Rewind(Anchor anchor, long micros) {
        this.anchor = anchor;
        this.micros = micros;
    }

    /**
     * What records tell of a moment.
     *
     * @param situation what was recorded last
     * @param unrecordedSinceMicros since when the recorder had not been at work, so that it may have been otherwise,
     *     microseconds since the epoch; null when it was at work
     * @param toldBy which peer recorded it in its place; null when none did, or it was at work
     */
    public record Past(
            Situation situation,
            @Nullable Long unrecordedSinceMicros,
            @Nullable String toldBy) {}

    /** What the next record tells. */
    public void add(Change change) {
        boolean isOfRecorder = change.subject().kind() == Kind.RECORDER;
        if (change.timeMicros() <= micros) {
            if (isOfRecorder) {
                stoppedMicros = change.isBegin() ? null : (Long) change.timeMicros();
            }
            if (isOfRecorder && (change.isBegin() || change.toldBy() == null)) {
                told.clear();
                toldBy = change.toldBy();
            }
            if (change.toldBy() == null) {
                before.add(change);
            } else if (!isOfRecorder) {
                told.add(change);
            }
        } else if (isOfRecorder && !isNextKnown) {
            isNextKnown = true;
            Long lastAtWork = change.sinceMicros();
            // It ended without a word.
            if (change.isBegin() && stoppedMicros == null && lastAtWork != null && lastAtWork <= micros) {
                stoppedMicros = lastAtWork;
            }
        }
    }

    /** Empty when the moment is before the oldest record. */
    public Optional<Past> past() {
        boolean isKnown =
                !before.isEmpty() || !told.isEmpty() || (anchor.timeMicros() > 0 && anchor.timeMicros() <= micros);
        return isKnown
                ? Optional.of(new Past(anchor.situation().after(before).after(told), stoppedMicros, toldBy))
                : Optional.empty();
    }
}
