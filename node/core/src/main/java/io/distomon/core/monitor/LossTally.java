package io.distomon.core.monitor;

import io.distomon.core.threshold.LinkLimits;

/**
 * Whether a link loses more polls than it may. Losses come by chance, so that few polls say little: of twenty that may lose
 * one in a hundred, one is lost now and then though all is well. So it is not the share in some span that is held against
 * the limit, but by how many the losses exceed what the limit allows, since the moment since when they do so most: {@link
 * LinkLimits#LOST_TOO_MANY} are too many, and {@value #LOST_FEWER} fewer than it allows, likewise, are an end (cumulative sums,
 * as in Page, Continuous inspection schemes, 1954). The closer a link is to its limit, the longer that takes; what loses at
 * most 60 % of it is hardly ever found. It costs the same memory for each limit, and goes on when that changes. Not
 * thread-safe.
 */
final class LossTally {
    private static final int LOST_FEWER = 5;

    /** What has not come to too many in so many times the polls of which one may be lost, is near the limit at worst. */
    private static final int LONGEST = 120;

    private static final Count NONE = new Count(0, 0, 0);

    private double limit = LinkLimits.OFF;
    private double sum;
    private long seen;
    private boolean lossy;
    private Count older = NONE;
    private Count newer = NONE;

    /**
     * Some polls in a row.
     *
     * @param polls how many
     * @param lost how many of them got no answer
     * @param sinceNanos when the first of them ended, monotonic
     */
    private record Count(int polls, int lost, long sinceNanos) {
        Count and(boolean isLost, long now) {
            return new Count(polls + 1, lost + (isLost ? 1 : 0), polls == 0 ? now : sinceNanos);
        }
    }

    /** @param changed which share of the polls may be lost from now on; {@link LinkLimits#OFF}: all, as at the beginning */
    void holdAgainst(double changed) {
        limit = changed;
    }

    /** Goes on as lossy with what an earlier life of ours had counted. */
    void recall(int polls, double share, long sinceNanos) {
        begin(new Count(polls, (int) Math.rint(share * polls), sinceNanos));
    }

    /** Takes in how many polls ended, about one time, and how many of them were lost. In which order does not matter. */
    void ended(int polls, long lost, long now) {
        for (int i = 0; i < polls; i++) {
            ended((i + 1) * lost / polls > i * lost / polls, now);
        }
    }

    /** Takes in how a poll ended. */
    void ended(boolean isLost, long now) {
        seen++;
        double exceeding = (isLost ? 1 : 0) - limit;
        sum = Math.max(0, sum + (lossy ? -exceeding : exceeding));
        newer = newer.and(isLost, now);
        if (lossy) {
            if (sum >= LOST_FEWER) {
                lossy = false;
                forget();
            } else if (newer.polls() >= LOST_FEWER / limit) {
                older = newer;
                newer = NONE;
            }
        } else if (sum >= LinkLimits.LOST_TOO_MANY) {
            begin(newer);
        } else if (sum == 0 || newer.polls() >= LONGEST / limit) {
            forget();
        }
    }

    /** Whether it does. */
    boolean isLossy() {
        return lossy;
    }

    /** Whether it has seen as many polls as show, on average, that a link loses twice as many as it may. */
    boolean hasSeenEnough() {
        return seen >= LinkLimits.LOST_TOO_MANY / limit;
    }

    /** Of how many polls {@link #share} is: of those that showed it, and later of the last. */
    int polls() {
        return older.polls() + newer.polls();
    }

    /** Which share of them was lost. */
    double share() {
        return (older.lost() + newer.lost()) / (double) polls();
    }

    /** When the first of them ended, monotonic. */
    long sinceNanos() {
        return older.polls() == 0 ? newer.sinceNanos() : older.sinceNanos();
    }

    private void begin(Count counted) {
        lossy = true;
        sum = 0;
        older = counted;
        newer = NONE;
    }

    private void forget() {
        sum = 0;
        older = NONE;
        newer = NONE;
    }
}
