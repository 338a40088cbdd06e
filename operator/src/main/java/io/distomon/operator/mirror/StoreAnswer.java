package io.distomon.operator.mirror;

import io.distomon.core.store.RawEntries;

/** What came of asking one node for its store, or for what it runs with. */
sealed interface StoreAnswer {
    /** The node answered; its changes were used. */
    record Answered() implements StoreAnswer {}

    /**
     * It did not, or not sensibly.
     *
     * @param reason why, for people
     */
    record Failed(String reason) implements StoreAnswer {}

    /**
     * It answers, and there is no room for its answer now.
     *
     * @param reason why, for people
     */
    record Postponed(String reason) implements StoreAnswer {}

    /**
     * What an answer brings.
     *
     * @param cursor what to ask with next time
     * @param entries what changed since the cursor it was asked with, not yet judged
     */
    record Changes(String cursor, RawEntries entries) {}
}
