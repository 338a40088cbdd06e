package io.distomon.node.evidence;

import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.store.Breach;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.Equivocation;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Witness;
import io.distomon.core.view.Words;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link NetworkView} for people: dates as RFC 3339, states in words. The same view gives the same answer, so that one
 * that was kept can be compared with its evidence.
 *
 * @param asker whose view this is
 * @param askedAt when, by that node's clock
 * @param minority whether the asker hears from fewer than half of the members, and so may be the one that is cut off
 * @param strainedLinks links that work, but are slower or lose more than they may
 */
public record ViewAnswer(
        String networkId,
        @Nullable String asker,
        String askedAt,
        boolean minority,
        List<Node> nodes,
        List<Link> brokenLinks,
        List<Strained> strainedLinks,
        List<Link> settlingLinks,
        List<List<String>> partitions,
        List<DoubleTalk> equivocations) {

    /**
     * The proof that a member said two things under one date; the first pair met.
     *
     * @param date of both entries
     * @param digests the SHA-256 of the two payloads, as {@code sha-256=:…:}; the first one's entry is held
     */
    public record DoubleTalk(String nodeId, String date, List<String> digests) {}

    /**
     * A verdict.
     *
     * @param state Online, Offline, Degraded or Unknown
     * @param reason why it is Degraded or Unknown: {@link io.distomon.core.view.Reason} in lower case; null for Online and
     *     Offline
     * @param shownAs how many agree, in words
     * @param inWords all of it in a sentence
     * @param brokenLinks how many links from or to it are broken
     * @param recordDate the date of its own last entry
     */
    public record Node(
            String nodeId,
            String state,
            @Nullable String reason,
            String shownAs,
            String inWords,
            @Nullable String since,
            boolean planned,
            boolean fresh,
            int observers,
            int offlineObservers,
            int brokenLinks,
            @Nullable String recordDate,
            List<WitnessAnswer> witnesses) {}

    /**
     * Who says what of the node.
     *
     * @param rttMs the last round trip, milliseconds
     * @param loss which share of the observer's last 100 polls got no answer, 0 to 1; null when it does not say
     * @param jitterMs how much its round trips differ from one to the next, milliseconds; null when it does not say
     * @param breaches what of its link is worse than it may be
     * @param entryDate the date of the signed entry that says so
     * @param standing counted, or why it does not count: {@link io.distomon.core.view.Standing} in lower case
     */
    public record WitnessAnswer(
            String observer,
            String status,
            @Nullable String since,
            @Nullable String error,
            double rttMs,
            @Nullable Double loss,
            @Nullable Double jitterMs,
            List<BreachAnswer> breaches,
            String entryDate,
            String standing) {}

    /**
     * What of a link is worse than it may be, as its observer judged and signed it.
     *
     * @param figure round_trip_p95, round_trip_p50 or jitter, milliseconds, or loss, 0 to 1
     * @param value what it was in the last polls; within the limit if it has not been so for long enough
     * @param limit what it may be at most
     * @param usualLow what it is usually at least, where the limit follows from what is usual of the link; null for a
     *     fixed limit
     * @param usualHigh what it is usually at most; likewise
     * @param polls how many polls these were
     * @param spanSeconds in how long they were made
     * @param since when it began to be judged so
     */
    public record BreachAnswer(
            String figure,
            double value,
            double limit,
            @Nullable Double usualLow,
            @Nullable Double usualHigh,
            int polls,
            double spanSeconds,
            String since) {}

    /**
     * A link that works, but is worse than it may be, according to {@code from}.
     *
     * @param kind slow or lossy
     * @param counted whether it speaks against {@code to}; false when what is wrong with {@code from} explains it
     */
    public record Strained(
            String from,
            String to,
            String kind,
            boolean counted,
            String inWords,
            String since,
            List<BreachAnswer> breaches,
            String entryDate) {}

    /**
     * A link on which polls fail, according to {@code from}.
     *
     * @param standing whether it has said so for longer than it takes to say that it was wrong
     */
    public record Link(
            String from,
            String to,
            boolean oneWay,
            boolean standing,
            String inWords,
            @Nullable String since,
            @Nullable String error,
            String entryDate) {}

    /**
     * The answer with this view.
     *
     * @param askedAtMicros when the view was made, microseconds since the epoch
     * @param equivocations who is proven to have said two things under one date
     */
    public static ViewAnswer of(
            NetworkView view, @Nullable String asker, long askedAtMicros, Map<String, Equivocation> equivocations) {
        Words words = new Words(askedAtMicros);
        return new ViewAnswer(
                view.networkId(),
                asker,
                EntryDate.format(askedAtMicros),
                view.minority(),
                view.nodes().stream().map(verdict -> node(verdict, words)).toList(),
                view.brokenLinks().stream().map(fault -> link(fault, words)).toList(),
                view.strainedLinks().stream().map(link -> strained(link, words)).toList(),
                view.settlingLinks().stream().map(fault -> link(fault, words)).toList(),
                view.partitions(),
                new TreeMap<>(equivocations)
                        .values().stream().map(ViewAnswer::doubleTalk).toList());
    }

    private static DoubleTalk doubleTalk(Equivocation pair) {
        SignedNodeData first = pair.first();
        return new DoubleTalk(
                first.raw().sigId(),
                EntryDate.format(first.data().dateMicros()),
                List.of(digest(first), digest(pair.second())));
    }

    private static String digest(SignedNodeData entry) {
        return ContentDigest.of(CanonicalBase64.decode(entry.raw().payload()).orElseThrow());
    }

    private static Node node(NodeVerdict verdict, Words words) {
        return new Node(
                verdict.nodeId(),
                verdict.state().word(),
                verdict.reason() == null ? null : verdict.reason().word(),
                verdict.shownAs(),
                words.of(verdict),
                EntryDate.formatOrNull(verdict.sinceMicros()),
                verdict.planned(),
                verdict.fresh(),
                verdict.observers(),
                verdict.offlineObservers(),
                verdict.brokenLinks(),
                EntryDate.formatOrNull(verdict.recordDateMicros()),
                verdict.witnesses().stream().map(ViewAnswer::witness).toList());
    }

    private static WitnessAnswer witness(Witness witness) {
        return new WitnessAnswer(
                witness.observer(),
                witness.status().name().toLowerCase(Locale.ROOT),
                EntryDate.formatOrNull(witness.sinceMicros()),
                witness.error(),
                witness.rttMillis(),
                witness.loss(),
                witness.jitterMillis(),
                breaches(witness.breaches()),
                EntryDate.format(witness.entryDateMicros()),
                witness.standing().word());
    }

    private static Strained strained(StrainedLink link, Words words) {
        return new Strained(
                link.from(),
                link.to(),
                link.reason().word(),
                link.counted(),
                words.of(link),
                EntryDate.format(link.sinceMicros()),
                breaches(link.breaches()),
                EntryDate.format(link.entryDateMicros()));
    }

    private static List<BreachAnswer> breaches(List<Breach> breaches) {
        return breaches.stream()
                .map(breach -> new BreachAnswer(
                        breach.figure().word(),
                        breach.value(),
                        breach.limit(),
                        breach.usual() == null ? null : (Double) breach.usual().low(),
                        breach.usual() == null ? null : (Double) breach.usual().high(),
                        breach.polls(),
                        breach.spanSeconds(),
                        EntryDate.format(breach.sinceMicros())))
                .toList();
    }

    private static Link link(LinkFault fault, Words words) {
        return new Link(
                fault.from(),
                fault.to(),
                fault.oneWay(),
                fault.standing(),
                words.of(fault),
                EntryDate.formatOrNull(fault.sinceMicros()),
                fault.error(),
                EntryDate.format(fault.entryDateMicros()));
    }
}
