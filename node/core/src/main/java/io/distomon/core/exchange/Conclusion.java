package io.distomon.core.exchange;

import io.distomon.core.store.MergeResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an answer to a poll comes to. */
public sealed interface Conclusion {
    /** How the poll ended. */
    PollResult result();

    /**
     * The answer counts.
     *
     * @param result with the code, if the peer refused
     * @param merged what became of the entries that came with it
     * @param refused which of our entries the peer did not take, and why: node id to code, in the peer's words
     */
    record Counted(PollResult.Answered result, MergeResult merged, Map<String, String> refused) implements Conclusion {
        public Counted {
            refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        }
    }

    /** The answer does not count. */
    record Discarded(PollResult.Failed result, AnswerFault fault) implements Conclusion {}
}
