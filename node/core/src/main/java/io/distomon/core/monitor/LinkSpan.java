package io.distomon.core.monitor;

import org.jspecify.annotations.Nullable;

/**
 * How the polls of one link ended in a span of time.
 *
 * @param sent how many ended
 * @param lost how many of these got no answer that counts
 * @param dropped how many got no answer that counts without being an outage's, which shows only when the next poll is
 *     answered: they count then
 * @param roundTrips of those that were answered
 * @param longestMillis the longest of these, milliseconds; null when there is none
 * @param jitterMillis how much these differed from the one before on average, milliseconds; null when there is none or only
 *     the very first
 */
public record LinkSpan(
        int sent,
        int lost,
        int dropped,
        RoundTripHistogram roundTrips,
        @Nullable Double longestMillis,
        @Nullable Double jitterMillis) {}
