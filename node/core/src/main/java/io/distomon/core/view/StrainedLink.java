package io.distomon.core.view;

import io.distomon.core.store.Breach;
import java.util.List;

/**
 * A link that works, but is worse than it may be, according to the polling end.
 *
 * @param from who polls, and says so
 * @param to who answers slowly, or not always
 * @param breaches what of it is worse; at least one
 * @param counted whether it speaks against {@code to}; false when what is wrong with {@code from} explains it: then it is
 *     the other links of {@code from} that are slow or lossy too
 * @param entryDateMicros the date of the entry that says so, microseconds since the epoch
 */
public record StrainedLink(String from, String to, List<Breach> breaches, boolean counted, long entryDateMicros) {
    public StrainedLink {
        breaches = List.copyOf(breaches);
    }

    /** {@link Reason#LOSSY} or {@link Reason#SLOW}. */
    public Reason reason() {
        return Reason.of(breaches);
    }

    /** Since when it is so judged, by the clock of {@code from}, microseconds since the epoch. */
    public long sinceMicros() {
        return Breach.sinceMicros(breaches);
    }
}
