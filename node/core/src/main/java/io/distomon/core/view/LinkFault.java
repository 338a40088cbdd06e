package io.distomon.core.view;

import org.jspecify.annotations.Nullable;

/**
 * A link on which polls fail, according to the polling end.
 *
 * @param from who polls, and says so
 * @param to who does not answer
 * @param oneWay whether polls in the other direction succeed
 * @param standing whether it has been said for longer than {@code from} takes to say that it was wrong
 * @param sinceMicros since when, by the clock of {@code from}, microseconds since the epoch; null when it does not say
 * @param error how the last poll failed, such as {@code timeout} or {@code unauthenticated}; null when it does not say
 * @param entryDateMicros the date of the entry that says so, microseconds since the epoch
 */
public record LinkFault(
        String from,
        String to,
        boolean oneWay,
        boolean standing,
        @Nullable Long sinceMicros,
        @Nullable String error,
        long entryDateMicros) {}
