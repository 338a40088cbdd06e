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
        Count and(int morePolls, int moreLost, long now) {
            return new Count(polls + morePolls, lost + moreLost, polls == 0 ? now : sinceNanos);
        }
    }

    LossTally() {}

    /** One that goes on where another is. */
    LossTally(LossTally other) {
        limit = other.limit;
        sum = other.sum;
        lossy = other.lossy;
        older = other.older;
        newer = other.newer;
    }

    /** @param changed which share of the polls may be lost from now on; {@link LinkLimits#OFF}: all, as at the beginning */
    void holdAgainst(double changed) {
        limit = changed;
    }

    /** Goes on as lossy with what an earlier life of ours had counted. */
    void recall(int polls, double share, long sinceNanos) {
        begin(new Count(polls, (int) Math.rint(share * polls), sinceNanos));
    }

    /** Takes in how many polls ended, one at least, about one time, and how many of them were lost. */
    void ended(int polls, int lost, long now) {
        double exceeding = lost - polls * limit;
        sum = Math.max(0, sum + (lossy ? -exceeding : exceeding));
        newer = newer.and(polls, lost, now);
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

    /** Whether nothing up to now speaks against what it says. */
    boolean isSettled() {
        return sum == 0;
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
