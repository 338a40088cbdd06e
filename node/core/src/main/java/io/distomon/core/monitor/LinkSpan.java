package io.distomon.core.monitor;

import org.jspecify.annotations.Nullable;

/**
 * How the polls of one link ended in a span of time.
 *
 * @param sent how many ended
 * @param lost how many of these got no answer that counts
 * @param roundTrips of the others
 * @param longestMillis the longest of these, milliseconds; null when there is none
 */
public record LinkSpan(
        int sent,
        int lost,
        RoundTripHistogram roundTrips,
        @Nullable Double longestMillis) {}
