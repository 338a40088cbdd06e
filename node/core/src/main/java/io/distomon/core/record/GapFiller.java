package io.distomon.core.record;

import io.distomon.core.exchange.Absence;
import java.time.Duration;
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
 * peer after the other. Who tells nothing in {@value #ANSWERS} answers, or does not answer for {@link #PATIENCE} and three of
 * its polls, is passed over for {@link #ROUND}. It ends when all is told, after {@value #MOST_ROUNDS} rounds, or after {@value #MOST_ACCOUNTS} accounts,
 * {@value #MOST_OF_ONE} of one peer. Safe for use by many threads.
 */
public final class GapFiller {
    private static final int ANSWERS = 5;
    private static final int POLLS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration ROUND = Duration.ofMinutes(10);
    private static final int MOST_ROUNDS = 6;

    /** What one life of a node takes: each is as long as an entry may be. */
    private static final int MOST_ACCOUNTS = 16;

    private static final int MOST_OF_ONE = 8;
    private static final Comparator<Part> OLDEST_FIRST = Comparator.comparingLong(part -> part.span.fromMicros());

    private final List<Gaps.Gap> gaps;
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Integer> accounts = new HashMap<>();

    /** Of whom something could not be recorded. */
    private final Set<String> inVain = new HashSet<>();

    private @Nullable Long roundNanos;
    private int rounds;

    /** A part of which nobody has told. */
    private static final class Part {
        private final Absence span;
        private final long shortestMicros;

        /** Those who are passed over. */
        private final Set<String> asked;

        private @Nullable String asking;
        private long answeredNanos;
        private long patienceNanos;
        private int answers;

        Part(Absence span, long shortestMicros, Set<String> asked) {
            this.span = span;
            this.shortestMicros = shortestMicros;
            this.asked = asked;
        }

        boolean asks(String peer, Duration pollRate, long nowNanos) {
            String now = asking;
            if (now != null && nowNanos - answeredNanos >= patienceNanos) {
                passOver(now);
            }
            if (asking == null && !asked.contains(peer)) {
                asking = peer;
                answeredNanos = nowNanos;
                patienceNanos = PATIENCE.plus(pollRate.multipliedBy(POLLS)).toNanos();
                answers = 0;
            }
            return peer.equals(asking);
        }

        void beginAnew() {
            asked.clear();
            asking = null;
        }

        void toldNothing(String peer, long nowNanos) {
            answeredNanos = nowNanos;
            answers++;
            if (answers == ANSWERS) {
                passOver(peer);
            }
        }

        private void passOver(String peer) {
            asked.add(peer);
            asking = null;
        }
    }

    /** @param gaps of which peers are asked */
    public GapFiller(List<Gaps.Gap> gaps) {
        this.gaps = List.copyOf(gaps);
        gaps.forEach(gap ->
                gap.untold().forEach(part -> keep(part.fromMicros(), part.toMicros(), gap.shortestMicros(), Set.of())));
        parts.sort(OLDEST_FIRST);
    }

    /**
     * Of which part this peer is asked by the next request to it.
     *
     * @param pollRate how often it is polled
     */
    public synchronized Optional<Absence> wantedOf(String peer, Duration pollRate, long nowNanos) {
        Long round = roundNanos;
        if (round == null) {
            roundNanos = nowNanos;
        } else if (nowNanos - round >= ROUND.toNanos()) {
            roundNanos = nowNanos;
            rounds++;
            parts.forEach(Part::beginAnew);
        }
        if (rounds == MOST_ROUNDS || accounts.getOrDefault(peer, 0) == MOST_OF_ONE) {
            return Optional.empty();
        }
        return parts.stream()
                .filter(part -> part.asks(peer, pollRate, nowNanos))
                .map(part -> part.span)
                .findFirst();
    }

    /** Takes note that an answer of a peer brought nothing. */
    public synchronized void toldNothing(String peer, long nowNanos) {
        parts.stream()
                .filter(part -> peer.equals(part.asking))
                .findFirst()
                .ifPresent(part -> part.toldNothing(peer, nowNanos));
    }

    /**
     * Takes note of what a peer told, by its own record or by that of one who had told it; false when it was not asked for
     * that, or enough was told.
     */
    public synchronized boolean told(String peer, Account account) {
        Optional<Part> found = parts.stream()
                .filter(part -> peer.equals(part.asking) && part.span.contains(account.span()))
                .findFirst();
        if (found.isEmpty()) {
            return false;
        }
        Part part = found.get();
        parts.remove(part);
        Set<String> knowsNothingBefore = new HashSet<>(part.asked);
        knowsNothingBefore.add(peer);
        keep(part.span.fromMicros(), account.span().fromMicros(), part.shortestMicros, knowsNothingBefore);
        keep(account.span().toMicros(), part.span.toMicros(), part.shortestMicros, part.asked);
        parts.sort(OLDEST_FIRST);
        accounts.merge(peer, 1, Integer::sum);
        if (isEnough()) {
            parts.clear();
        }
        return true;
    }

    /** Takes note that what was told could not be recorded: somebody else is asked for it. */
    public synchronized void lost(String peer, Account account) {
        Absence span = account.span();
        inVain.add(peer);
        if (!isEnough()) {
            gaps.stream()
                    .filter(gap -> gap.away().contains(span))
                    .forEach(gap -> keep(span.fromMicros(), span.toMicros(), gap.shortestMicros(), inVain));
            parts.sort(OLDEST_FIRST);
        }
    }

    private boolean isEnough() {
        return accounts.values().stream().mapToInt(Integer::intValue).sum() >= MOST_ACCOUNTS;
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
