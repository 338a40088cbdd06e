package io.distomon.core.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong by a view.
 *
 * @param sinceMicros since when, by the clocks of those who say so, microseconds since the epoch; null when it can't be
 *     told
 * @param summary the same in a sentence
 * @param shownAs how many agree, in words; null where nobody is asked
 * @param witnesses some of those who say so, sorted
 * @param groups of a division, those that reach only themselves; empty else
 */
record Trouble(
        Subject subject,
        @Nullable Long sinceMicros,
        String summary,
        @Nullable String shownAs,
        List<String> witnesses,
        List<List<String>> groups) {
    Trouble {
        witnesses = List.copyOf(witnesses);
        groups = groups.stream().map(List::copyOf).toList();
    }
}
