package io.distomon.core.exchange;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whose news a peer has from others by the time that we ask it, so that our requests need not bring them too (exchange.md,
 * R8): in a network of a hundred that saves four bytes in five. Known from its answers: what has
 * moved there without us since the last one, and is not behind what we hold. While we bring it all news of a node there
 * would be nothing to see; now and then one request leaves them out to find out. Not thread-safe.
 */
final class Hearsay {
    /**
     * For how many entries of a node it counts that a peer kept up: the requests that left out two of them may get lost, or
     * their answers. Not for how many requests, as some follow each other faster than any news.
     */
    private static final int KEPT_ENTRIES = 3;

    /** After so many pushes, and whenever they have doubled, comes a trial: one request that leaves the news out. */
    private static final int PUSHES_BEFORE_TRIAL = 2;

    private static final int NEVER = Integer.MIN_VALUE / 2;

    private final Map<String, News> news = new HashMap<>();
    private int requests;

    /** What passed between us about one node; dates in microseconds, times as numbers of our requests. */
    private static final class News {
        long saidDate = Long.MAX_VALUE;
        long pushedDate = -1;
        int pushes;
        int pushedAt = NEVER;
        boolean keptUp;
        int leftOut;
        long leftOutDate = -1;

        void keepsUp(boolean does) {
            keptUp = does;
            leftOut = 0;
            leftOutDate = -1;
        }
    }

    /** A request of ours is about to be made. */
    void request() {
        requests++;
    }

    /** Whether the request is to leave out what is new of {@code id}, which is of this date. */
    boolean leavesOut(String id, long date) {
        News of = news.get(id);
        if (of == null) {
            return false;
        }
        if (of.keptUp && of.leftOutDate != date) {
            of.leftOutDate = date;
            of.leftOut++;
        }
        boolean trial =
                of.pushes >= PUSHES_BEFORE_TRIAL && Integer.bitCount(of.pushes) == 1 && of.pushedAt == requests - 1;
        return trial || (of.keptUp && of.leftOut <= KEPT_ENTRIES);
    }

    /** The request brings entries of these dates, by node id, if it does not get lost. */
    void pushed(Map<String, Long> dates) {
        dates.forEach((id, date) -> {
            News of = news.computeIfAbsent(id, any -> new News());
            of.pushedDate = date;
            of.pushes++;
            of.pushedAt = requests;
        });
    }

    /**
     * The request was answered.
     *
     * @param have the dates of what the peer holds now, by node id
     * @param behind of whom we hold something newer
     */
    void answered(Map<String, Long> have, Set<String> behind) {
        news.keySet().retainAll(have.keySet());
        have.forEach((id, date) -> {
            News of = news.computeIfAbsent(id, any -> new News());
            if (behind.contains(id)) {
                of.keepsUp(false);
            } else if (date > Math.max(of.saidDate, of.pushedDate)) {
                of.keepsUp(true);
                of.pushes = 0;
            }
            of.saidDate = date;
        });
    }

    /** Of whom anything is remembered. */
    Set<String> ids() {
        return Set.copyOf(news.keySet());
    }

    /** Others than these are no members any more. */
    void keepOnly(Set<String> ids) {
        news.keySet().retainAll(ids);
    }
}
