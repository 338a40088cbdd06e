package io.distomon.core.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What of a link was held against a limit. */
public enum Figure {
    /** What 95 of 100 round trips did not exceed, milliseconds. */
    ROUND_TRIP_P95,
    /** The median of the round trips, milliseconds, which is held against what is usual of the link alone. */
    ROUND_TRIP_P50,
    /** How much round trips differed from one to the next on average, milliseconds. */
    JITTER,
    /** Which share of the polls got no answer that counts, 0 to 1; those of an outage are told as that. */
    LOSS;

    private static final double MAX_MILLIS = 1e9;

    /** The form in entries and answers, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The figure with this word. */
    static Optional<Figure> of(String word) {
        return Arrays.stream(values())
                .filter(figure -> figure.word().equals(word))
                .findFirst();
    }

    /** The most that it can be. */
    double max() {
        return this == LOSS ? 1 : MAX_MILLIS;
    }
}
