package io.distomon.core.record;

import org.jspecify.annotations.Nullable;

/**
 * What a record tells, but for who said so.
 *
 * @param timeMicros when it was noticed, microseconds since the epoch
 * @param to what is so since
 * @param sinceMicros as in {@link FlightRecord}
 * @param toldBy likewise
 */
public record Change(
        long timeMicros,
        Subject subject,
        State to,
        @Nullable Long sinceMicros,
        @Nullable String toldBy) {
    /** One that the recorder noticed itself. */
    public Change(long timeMicros, Subject subject, State to, @Nullable Long sinceMicros) {
        this(timeMicros, subject, to, sinceMicros, null);
    }

    /** Whether a recorder begins to look. */
    public boolean isBegin() {
        return subject.kind() == Kind.RECORDER && to.word().equals(Transition.RUNNING);
    }
}
