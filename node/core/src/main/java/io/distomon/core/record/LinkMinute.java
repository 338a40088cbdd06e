package io.distomon.core.record;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.monitor.LinkSpan;
import io.distomon.core.monitor.PastSpan;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One minute of one link, as its polls showed it; times are milliseconds.
 *
 * @param sent how many polls ended
 * @param lost how many of these got no answer that counts
 * @param dropped as of a {@link LinkSpan}: without those of outages, and with those of the minute before that had to wait
 * @param p50Millis the median round trip; null, as the next two, when no poll was answered
 * @param p95Millis what 95 of 100 round trips did not exceed
 * @param maxMillis the longest round trip
 * @param jitterMillis how much round trips differed from the one before on average; null when there is none, or the version
 *     that kept it did not measure it
 * @param offsetMillis how far the peer's clock was ahead at the end of the minute; null before the first exchange
 */
public record LinkMinute(
        int sent,
        int lost,
        int dropped,
        @Nullable Double p50Millis,
        @Nullable Double p95Millis,
        @Nullable Double maxMillis,
        @Nullable Double jitterMillis,
        @Nullable Double offsetMillis) {
    /** What a span comes to. */
    public static LinkMinute of(LinkSpan span, @Nullable ClockOffset clock) {
        return new LinkMinute(
                span.sent(),
                span.lost(),
                span.dropped(),
                percentile(span, 0.5),
                percentile(span, 0.95),
                rounded(span.longestMillis()),
                rounded(span.jitterMillis()),
                clock == null ? null : rounded(clock.millis()));
    }

    /** What it says of what the link is usually like. */
    public PastSpan past() {
        return new PastSpan(sent - lost + dropped, dropped, p50Millis, jitterMillis);
    }

    private static @Nullable Double percentile(LinkSpan span, double share) {
        OptionalDouble millis = span.roundTrips().percentileMillis(share);
        return millis.isEmpty() ? null : rounded(millis.getAsDouble());
    }

    /** To the microsecond: what is finer is noise, and takes room. */
    private static @Nullable Double rounded(@Nullable Double millis) {
        return millis == null ? null : (Double) (Math.rint(millis * 1_000) / 1_000);
    }
}
