package io.distomon.core.record;

import org.jspecify.annotations.Nullable;

/**
 * What a record tells, but for who said so.
 *
 * @param timeMicros when it was noticed, microseconds since the epoch
 * @param to what is so since
 * @param sinceMicros as in {@link FlightRecord}
 */
public record Change(
        long timeMicros,
        Subject subject,
        State to,
        @Nullable Long sinceMicros) {}
