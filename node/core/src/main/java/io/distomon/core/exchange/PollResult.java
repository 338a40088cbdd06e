package io.distomon.core.exchange;

import org.jspecify.annotations.Nullable;

/** How one poll of a peer ended. */
public sealed interface PollResult {
    /**
     * The peer answered and its answer verified, whatever its status: the link works.
     *
     * @param rttMillis round trip without the peer's processing
     * @param outboundMillis from sending to the peer's clock at arrival, uncorrected; may be negative
     * @param refusal the code of a signed refusal; null when the exchange was accepted
     */
    record Answered(
            double rttMillis,
            double outboundMillis,
            @Nullable String refusal) implements PollResult {}

    /** No answer that verifies. */
    record Failed(PollError error) implements PollResult {}
}
