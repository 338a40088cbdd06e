package io.distomon.core.record;

import io.distomon.core.exchange.Absence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a node asks of the time in which it was away, and for which part of it: the oldest part of which nobody has told, one
 * peer after the other. Who has not told anything in {@value #REQUESTS} requests, or is asked nothing any more while others
 * are, knows nothing, and is not asked again for that part. It ends when all is told, all were asked, or {@value #MOST_ACCOUNTS} accounts have come. Safe for use by many
 * threads.
 */
public final class GapFiller {
    private static final int REQUESTS = 5;

    /** What one life of a node takes: each is as long as an entry may be. */
    private static final int MOST_ACCOUNTS = 16;

    private static final Comparator<Part> OLDEST_FIRST = Comparator.comparingLong(part -> part.span.fromMicros());

    private final List<Part> parts = new ArrayList<>();
    private int accounts;

    /** A part of which nobody has told. */
    private static final class Part {
        private final Absence span;
        private final long shortestMicros;

        /** Those who know nothing of it. */
        private final Set<String> asked;

        private @Nullable String asking;
        private int requests;

        /** How often each of the others could have been asked since the last request to who is. */
        private final Map<String, Integer> passedOver = new HashMap<>();

        Part(Absence span, long shortestMicros, Set<String> asked) {
            this.span = span;
            this.shortestMicros = shortestMicros;
            this.asked = asked;
        }

        boolean asks(String peer) {
            if (asking == null && !asked.contains(peer)) {
                asking = peer;
                requests = 0;
            }
            if (!peer.equals(asking)) {
                if (asking != null && passedOver.merge(peer, 1, Integer::sum) > REQUESTS) {
                    giveUp(asking);
                }
                return false;
            }
            passedOver.clear();
            requests++;
            if (requests > REQUESTS) {
                giveUp(peer);
                return false;
            }
            return true;
        }

        private void giveUp(String peer) {
            asked.add(peer);
            asking = null;
            passedOver.clear();
        }
    }

    /** @param gaps of which peers are asked */
    public GapFiller(List<Gaps.Gap> gaps) {
        gaps.forEach(gap ->
                gap.untold().forEach(part -> keep(part.fromMicros(), part.toMicros(), gap.shortestMicros(), Set.of())));
        parts.sort(OLDEST_FIRST);
    }

    /** Of which part this peer is asked by the next request to it. */
    public synchronized Optional<Absence> wantedOf(String peer) {
        return parts.stream()
                .filter(part -> part.asks(peer))
                .map(part -> part.span)
                .findFirst();
    }

    /** Takes note of what a peer told; false when it was not asked for that, or enough was told. */
    public synchronized boolean told(Account account) {
        Optional<Part> found = parts.stream()
                .filter(part -> account.teller().equals(part.asking) && part.span.contains(account.span()))
                .findFirst();
        if (found.isEmpty()) {
            return false;
        }
        Part part = found.get();
        parts.remove(part);
        Set<String> knowsNothingBefore = new HashSet<>(part.asked);
        knowsNothingBefore.add(account.teller());
        keep(part.span.fromMicros(), account.span().fromMicros(), part.shortestMicros, knowsNothingBefore);
        keep(account.span().toMicros(), part.span.toMicros(), part.shortestMicros, part.asked);
        parts.sort(OLDEST_FIRST);
        accounts++;
        if (accounts == MOST_ACCOUNTS) {
            parts.clear();
        }
        return true;
    }

    /** Whether anything is left that somebody may be asked for. */
    public synchronized boolean isOver() {
        return parts.isEmpty();
    }

    private void keep(long fromMicros, long toMicros, long shortestMicros, Set<String> asked) {
        if (toMicros - fromMicros >= shortestMicros) {
            parts.add(new Part(new Absence(fromMicros, toMicros), shortestMicros, new HashSet<>(asked)));
        }
    }
}
