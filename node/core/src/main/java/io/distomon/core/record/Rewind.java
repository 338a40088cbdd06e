package io.distomon.core.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what records tell of a moment; they are added one after the other, the oldest first. Not thread-safe. */
public final class Rewind {
    private final Anchor anchor;
    private final long micros;
    private final List<Change> before = new ArrayList<>();
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
     */
    public record Past(Situation situation, @Nullable Long unrecordedSinceMicros) {}

    /** What the next record tells. */
    public void add(Change change) {
        boolean isOfRecorder = change.subject().kind() == Kind.RECORDER;
        boolean begins = change.to().word().equals(Transition.RUNNING);
        if (change.timeMicros() <= micros) {
            before.add(change);
            if (isOfRecorder) {
                stoppedMicros = begins ? null : (Long) change.timeMicros();
            }
        } else if (isOfRecorder && !isNextKnown) {
            isNextKnown = true;
            Long lastAtWork = change.sinceMicros();
            // It ended without a word.
            if (begins && stoppedMicros == null && lastAtWork != null && lastAtWork <= micros) {
                stoppedMicros = lastAtWork;
            }
        }
    }

    /** Empty when the moment is before the oldest record. */
    public Optional<Past> past() {
        boolean isKnown = !before.isEmpty() || (anchor.timeMicros() > 0 && anchor.timeMicros() <= micros);
        return isKnown ? Optional.of(new Past(anchor.situation().after(before), stoppedMicros)) : Optional.empty();
    }
}
