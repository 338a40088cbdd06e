package io.distomon.node.threads;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.monitor.LinkMeasures;
import io.distomon.node.polls.FailureWords;
import org.jspecify.annotations.Nullable;

/**
 * What this node measured of its link to one peer.
 *
 * @param measures how polls end and how long they take
 * @param clock how far the peer's clock is ahead of ours, by the shortest of the last exchanges; null before the first
 */
public record LinkReport(LinkMeasures measures, @Nullable ClockOffset clock) {
    /** How long each way takes; null when no poll was answered. */
    public LinkMeasures.@Nullable OneWay oneWay() {
        return clock == null ? null : measures.oneWay(clock);
    }

    /** The stage and the fact of what went wrong last; null when all is well or nothing more is known. */
    public @Nullable String detail() {
        String error = measures.lastError();
        return measures.lastFact() != null || error == null
                ? measures.lastFact()
                : FailureWords.ofRefusal(error, clock);
    }
}
