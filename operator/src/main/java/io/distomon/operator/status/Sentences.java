package io.distomon.operator.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Text of conditions: for people, and no longer than anybody reads. */
final class Sentences {
    /** As long as the schema lets a message be. */
    static final int MAX_MESSAGE_CHARS = 4096;

    private static final int MAX_ITEMS = 10;

    private Sentences() {}

    /** {@code a; b; c}, the first ten and how many more there are. */
    static String list(List<String> items) {
        return joined(items, "; ");
    }

    /** {@code a, b, c}, the first ten and how many more there are. */
    static String names(List<String> ids) {
        return joined(ids, ", ");
    }

    private static String joined(List<String> items, String separator) {
        String shown = String.join(separator, items.subList(0, Math.min(MAX_ITEMS, items.size())));
        return items.size() <= MAX_ITEMS
                ? shown
                : shown + separator + "and %s more".formatted(items.size() - MAX_ITEMS);
    }

    /** {@code 1 node, 2 nodes}. */
    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** {@code " since 2026-05-01T12:00:00Z"}; empty when it is not known. */
    static String since(@Nullable Instant since) {
        return since == null ? "" : " since " + since;
    }

    /** A moment of an entry, to the second: finer would only make equal statuses differ. */
    static @Nullable Instant moment(@Nullable Long micros) {
        return micros == null
                ? null
                : Instant.ofEpochSecond(Math.floorDiv(micros, TimeUnit.SECONDS.toMicros(1)))
                        .truncatedTo(ChronoUnit.SECONDS);
    }
}
