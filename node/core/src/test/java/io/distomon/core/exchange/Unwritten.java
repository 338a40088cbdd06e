package io.distomon.core.exchange;

import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SignedNodeData;
import java.util.List;
import java.util.Map;

/**
 * What the two sides of an exchange bring, take and remember, for simulations of networks so large that to write, sign and
 * read all their messages would cost too much. An asker's {@link #asks}, then the other's {@link #answers}, then the
 * asker's {@link #concludes}; as with messages, any of them may not come to pass.
 */
public final class Unwritten {
    private Unwritten() {}

    /** What a request to {@code peer} brings. */
    public static List<SignedNodeData> asks(NetworkExchange asker, String peer, Moment now) {
        List<SignedNodeData> brings = asker.toPush(peer, now.monotonicNanos());
        asker.pushed(peer, brings, RawEntries.of(brings));
        return brings;
    }

    /**
     * What the answer to a request brings.
     *
     * @param have the dates of what the asker holds
     * @param brought what the request brings
     */
    public static List<SignedNodeData> answers(
            NetworkExchange asked, String asker, Map<String, Long> have, List<SignedNodeData> brought, Moment now) {
        asked.merge(asker, RawEntries.of(brought), now);
        asked.asked(asker, have);
        List<SignedNodeData> brings = asked.store().newerThan(have).stream()
                .filter(entry -> !brought.contains(entry))
                .toList();
        asked.sent(asker, brings, RawEntries.of(brings));
        return brings;
    }

    /**
     * Takes in an answer.
     *
     * @param have the dates of what {@code peer} holds
     * @param brought what the answer brings
     */
    public static void concludes(
            NetworkExchange asker, String peer, Map<String, Long> have, List<SignedNodeData> brought, Moment now) {
        asker.merge(peer, RawEntries.of(brought), now);
        asker.answered(peer, have);
    }
}
