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

    /**
     * No answer that verifies.
     *
     * @param error what peers are told
     * @param fact the stage and the fact, for whoever looks after this node alone; null where nothing more is known
     */
    record Failed(PollError error, @Nullable String fact) implements PollResult {
        /** A failure of which nothing more is known. */
        public Failed(PollError error) {
            this(error, null);
        }
    }
}
