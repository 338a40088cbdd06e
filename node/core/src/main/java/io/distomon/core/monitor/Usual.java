package io.distomon.core.monitor;

import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.threshold.LinkLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one figure of a link is usually like, by the link's own last 24 hours: what lies between the lowest and the highest
 * tenth of its quarters of an hour, or of its hours where it is the loss, as a share of few polls says little. Worse than
 * usual is what exceeds the upper end by a part of it, and by something at least, see {@link #limit}.
 *
 * <p>It says nothing before it knows {@value #FEWEST} quarters, six hours. Quarters that are worse than usual are not learned
 * for {@link #PATIENCE} from when that is found; what lasts longer is the usual from then on. A rise of the loss takes hours to
 * be found where polls are few, so what is not decided yet is not learned yet, either: a tally of its own says so, which
 * goes on through outages and is relived after a restart, whatever those who tell of the link hold it against. Not
 * thread-safe.
 */
final class Usual {
    /** For how long something is worse than usual, until it is the usual. */
    static final Duration PATIENCE = Duration.ofHours(6);

    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final int FEWEST = 24;
    private static final double LOWEST = 0.1;
    private static final double HIGHEST = 0.9;

    /** Within a room nobody needs to hear that 0.2 ms became 0.9. */
    private static final double LEAST_MILLIS = 10;

    private static final double PART_OF_MILLIS = 0.25;

    /** Who hardly ever loses a poll may lose two of a hundred before anybody notices. */
    private static final double LEAST_LOSS = 0.02;

    /** What loses 60 % of its limit at most is hardly ever found by chance: {@link LossTally}. */
    private static final double PART_OF_LOSS = 2 / 3.0;

    private static final int QUARTERS_OF_SHARE = 4;

    /** A share is one of so many polls at least. */
    private static final int POLLS_OF_SHARE = 120;

    /** Of fewer shares there is no highest tenth. */
    private static final int FEWEST_SHARES = 6;

    /** By so many standard errors the mean of few shares may be too low. */
    private static final double STANDARD_ERRORS = 2;

    private static final double THOUSANDTHS = 1_000;
    private static final double HUNDRED_THOUSANDTHS = 100_000;

    private final Figure figure;
    private final Deque<Quarter> learned = new ArrayDeque<>();

    /** Of which the losses do not show yet whether the link is worse, or is still. */
    private final Deque<Quarter> undecided = new ArrayDeque<>();

    /** In which it was worse. */
    private final List<Quarter> doubtful = new ArrayList<>();

    private @Nullable Long worseSinceNanos;
    private Optional<Breach.Range> range = Optional.empty();
    private LossTally losses = new LossTally();

    /**
     * A quarter of an hour.
     *
     * @param nanos when it ended, monotonic
     * @param value what the figure was in it
     * @param polls of how many polls
     */
    record Quarter(long nanos, double value, int polls) {
        /** How many were lost, where it is the loss. */
        double lost() {
            return value * polls;
        }
    }

    Usual(Figure figure) {
        this.figure = figure;
    }

    /** From what to what, in the figure's unit; empty while too little is known. */
    Optional<Breach.Range> range() {
        return range;
    }

    /** Above which a link is worse than that. */
    static double limit(Figure figure, Breach.Range usual) {
        double high = usual.high();
        return switch (figure) {
            case ROUND_TRIP_P50, JITTER -> rounded(figure, high + Math.max(LEAST_MILLIS, PART_OF_MILLIS * high));
            case LOSS -> Math.min(1, rounded(figure, high + Math.max(LEAST_LOSS, PART_OF_LOSS * high)));
            case ROUND_TRIP_P95 -> throw new AssertionError("which has a fixed limit alone");
        };
    }

    /** Takes in what came before all that is known: it counts as it would have when it was new, and so does what is known. */
    void recall(List<Quarter> past) {
        List<Quarter> all = new ArrayList<>(past);
        all.addAll(learned);
        all.addAll(doubtful);
        all.addAll(undecided);
        learned.clear();
        doubtful.clear();
        undecided.clear();
        worseSinceNanos = null;
        range = Optional.empty();
        losses = new LossTally();
        all.forEach(this::relive);
    }

    /**
     * Takes in whether the link is worse than usual by what is known, as soon as its polls show it. Of the loss the quarters
     * show it.
     *
     * @param sinceNanos since when they do, monotonic; what was learned since then is doubtful after all
     */
    void judged(boolean isWorse, long sinceNanos) {
        if (!isWorse) {
            worseSinceNanos = null;
            doubtful.clear();
        } else if (worseSinceNanos == null) {
            worseSinceNanos = sinceNanos;
            while (!learned.isEmpty() && learned.getLast().nanos() - sinceNanos > 0) {
                doubtful.addFirst(learned.removeLast());
            }
            learnedChanged();
        }
    }

    /** Takes in a quarter that is over. */
    void ended(Quarter quarter) {
        undecided.add(quarter);
        if (figure == Figure.LOSS) {
            losses.holdAgainst(limit());
            losses.ended(quarter.polls(), (int) Math.rint(quarter.lost()), quarter.nanos());
            judged(losses.isLossy(), quarter.nanos());
        }
        if (figure != Figure.LOSS || losses.isSettled()) {
            (worseSinceNanos == null ? learned : doubtful).addAll(undecided);
            undecided.clear();
            learnedChanged();
        } else if (worseSinceNanos == null && undecided.size() > PATIENCE.dividedBy(Baseline.QUARTER)) {
            learned.add(undecided.removeFirst());
            learnedChanged();
        }
    }

    /** A tally for those who tell of the link that goes on with what is not decided yet. */
    LossTally undecidedLosses() {
        return losses.isLossy() ? new LossTally() : new LossTally(losses);
    }

    /** Learns what has lasted, and forgets what is too long ago. */
    void pass(long now) {
        if (worseSinceNanos != null
                && !doubtful.isEmpty()
                && doubtful.getLast().nanos() - worseSinceNanos >= PATIENCE.toNanos()) {
            learned.addAll(doubtful);
            doubtful.clear();
            learnedChanged();
        }
        while (!learned.isEmpty() && now - learned.getFirst().nanos() > REMEMBERED.toNanos()) {
            learned.removeFirst();
            learnedChanged();
        }
    }

    /** A slow stretch is not usual for a restart. */
    private void relive(Quarter quarter) {
        if (figure != Figure.LOSS) {
            judged(quarter.value() > limit(), quarter.nanos() - Baseline.QUARTER.toNanos());
        }
        ended(quarter);
        pass(quarter.nanos());
    }

    private double limit() {
        return range.map(usual -> limit(figure, usual)).orElse(LinkLimits.OFF);
    }

    private void learnedChanged() {
        range = learned.size() < FEWEST
                ? Optional.empty()
                : Optional.of(figure == Figure.LOSS ? ofShares() : ofQuarters());
    }

    private Breach.Range ofQuarters() {
        double[] values = learned.stream().mapToDouble(Quarter::value).sorted().toArray();
        return new Breach.Range(ranked(values, LOWEST), ranked(values, HIGHEST));
    }

    /** The highest share alone says nothing, as one bad hour is not usual; and of few shares only their mean says something. */
    private Breach.Range ofShares() {
        double[] shares = shares();
        double high = shares.length < FEWEST_SHARES
                ? highestMean()
                : Math.min(ranked(shares, HIGHEST), shares[shares.length - 2]);
        return new Breach.Range(ranked(shares, LOWEST), high);
    }

    /** The mean, by as much higher as chance may have made it lower. */
    private double highestMean() {
        double lost = learned.stream().mapToDouble(Quarter::lost).sum();
        int polls = learned.stream().mapToInt(Quarter::polls).sum();
        double mean = lost / polls;
        return rounded(figure, mean + STANDARD_ERRORS * Math.sqrt(mean * (1 - mean) / polls));
    }

    /** Those of hours, sorted; a rest that is shorter counts only where there is nothing else. */
    private double[] shares() {
        List<Double> shares = new ArrayList<>();
        double lost = 0;
        int polls = 0;
        int quarters = 0;
        for (Iterator<Quarter> all = learned.iterator(); all.hasNext(); ) {
            Quarter quarter = all.next();
            lost += quarter.lost();
            polls += quarter.polls();
            quarters++;
            boolean isEnough = quarters >= QUARTERS_OF_SHARE && polls >= POLLS_OF_SHARE;
            if (isEnough || (shares.isEmpty() && !all.hasNext())) {
                shares.add(rounded(figure, lost / polls));
                lost = 0;
                polls = 0;
                quarters = 0;
            }
        }
        return shares.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** By nearest rank. */
    static double ranked(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** Shares need more digits than milliseconds. */
    static double rounded(Figure figure, double value) {
        double digits = figure == Figure.LOSS ? HUNDRED_THOUSANDTHS : THOUSANDTHS;
        return Math.rint(value * digits) / digits;
    }
}
