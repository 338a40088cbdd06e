package io.distomon.core.monitor;

import io.distomon.core.Clock;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.threshold.LinkLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds one link against its limits. Its round trips by its last polls: those of five minutes, but {@value #MOST} at most
 * and, where it is polled rarely, {@value #FEWEST} at least. They count in two halves. A figure is in breach once it exceeds
 * its limit in both halves, so that one bad moment is none; and no longer once it has been at most 90 % of it in both for as
 * many polls as a half has, so that a link that stays near its limit is not told of again and again. The 95th of 100 exceeds
 * it when more round trips do than chance would have it, and the jitter is not what is usual when it exceeds that by more than
 * chance would have it. Where every poll is bad from some moment on, that takes half of the polls and a few more; to return,
 * all of them and a half besides. Its losses count by {@link LossTally}. Not thread-safe.
 *
 * <p>A figure that has a fixed limit and is held against {@link Baseline what is usual} has the lower of both.
 *
 * <p>A row of failures that ended in offline is an outage, which is told as that: it is no loss. So a row counts once it has
 * ended.
 */
final class LinkJudge {
    private static final Duration SPAN = Duration.ofMinutes(5);
    private static final int FEWEST = 40;
    private static final int MOST = 300;

    /** Of fewer answers in a half no percentile is made. */
    private static final int FEWEST_ANSWERS = FEWEST / 4;

    /** What is older than so many times what the polls take by the grid says nothing of now. */
    private static final int STALE_SPANS = 2;

    private static final double WELL = 0.9;
    private static final double MOST_OF = 0.95;
    private static final double HALF_OF = 0.5;

    /** So seldom as many round trips of a half exceed the limit as are too many, if of all 95 of 100 don't. */
    private static final double BY_CHANCE = 0.02;

    /** So many standard errors above what is usual are too many for chance. */
    private static final double STANDARD_ERRORS = 2;

    /** Two differences that follow each other share a round trip: at most, the variance of their mean is so many times as large. */
    private static final double VARIANCE_OF_SHARED = 2;

    private static final double LOST = Double.NaN;
    private static final double NANOS_IN_SECOND = 1e9;

    private static final Set<Figure> ROUND_TRIPS = EnumSet.complementOf(EnumSet.of(Figure.LOSS));

    private final Clock clock;
    private final Deque<Poll> polls = new ArrayDeque<>();
    private final Map<Figure, Ongoing> ongoing = new EnumMap<>(Figure.class);
    private final Baseline baseline = new Baseline();
    private Duration pollRate;
    private LinkLimits limits;
    private LossTally losses = new LossTally();

    /** How a poll ended: its round trip, or {@link #LOST}. */
    private record Poll(long nanos, double millis) {
        boolean isLost() {
            return Double.isNaN(millis);
        }
    }

    /**
     * A breach, and for how many polls it has been well again.
     *
     * @param wellPolls in a row
     */
    private record Ongoing(Breach breach, int wellPolls) {}

    /**
     * What a figure may be at most.
     *
     * @param usual from which it follows; null if it is a fixed limit
     */
    private record Bound(double limit, Breach.@Nullable Range usual) {}

    LinkJudge(Duration pollRate, LinkLimits limits, Clock clock) {
        this.clock = clock;
        this.pollRate = pollRate;
        this.limits = limits;
    }

    /** Goes on with other limits or another poll rate. What is within the limits by what is known is no breach any more. */
    void reconfigure(Duration changedRate, LinkLimits changed) {
        pollRate = changedRate;
        if (!limits.equals(changed)) {
            Bound ofLosses = bound(Figure.LOSS);
            limits = changed;
            if (!ofLosses.equals(bound(Figure.LOSS))) {
                losses = new LossTally();
            }
            List<Breach> before = breaches();
            ongoing.values()
                    .removeIf(
                            of -> !boundOf(of.breach()).equals(bound(of.breach().figure())));
            goOn(before);
        }
        if (limits.equals(LinkLimits.NONE)) {
            polls.clear();
        }
    }

    /** Goes on where an earlier life of ours ended, unless that is too long ago to say anything of now. */
    void recall(List<Breach> said, Duration ago) {
        if (ago.compareTo(stale()) < 0) {
            goOn(said);
        }
    }

    private void goOn(List<Breach> said) {
        for (Breach breach : said) {
            Bound bound = bound(breach.figure(), breach);
            if (breach.value() > bound.limit() && !ongoing.containsKey(breach.figure())) {
                ongoing.put(breach.figure(), new Ongoing(within(breach, bound), 0));
                if (breach.figure() == Figure.LOSS) {
                    long began = clock.monotonicNanos() - (long) (breach.spanSeconds() * NANOS_IN_SECOND);
                    losses.recall(breach.polls(), breach.value(), began);
                }
            }
        }
    }

    /** Takes in what the link was like before the start, by when each span ended, monotonic. */
    void recall(SortedMap<Long, PastSpan> past) {
        baseline.recall(past);
        if (!losses.isLossy() && bound(Figure.LOSS).usual() != null) {
            losses = baseline.undecidedLosses();
        }
    }

    /** @param lostBefore how many polls since the answer before got none, of a peer that counted as online all the time */
    void answered(double roundTripMillis, int lostBefore) {
        long now = clock.monotonicNanos();
        if (limits.isHeldAgainstUsual()) {
            Baseline.FIGURES.stream().filter(ROUND_TRIPS::contains).forEach(figure -> tellWhetherWorse(figure, now));
            baseline.answered(roundTripMillis, lostBefore, now);
        }
        ended(roundTripMillis);
        if (!limits.equals(LinkLimits.NONE)) {
            judgeLosses(lostBefore, now);
        }
    }

    private void tellWhetherWorse(Figure figure, long now) {
        Ongoing was = ongoing.get(figure);
        boolean isWorse = was != null && isWorseThanUsual(was.breach());
        // Just after a start nothing shows yet whether what was so before it goes on.
        if (isWorse || polls.size() >= FEWEST) {
            baseline.judged(figure, isWorse, now);
        }
    }

    /** What exceeds a fixed limit may be usual. */
    private boolean isWorseThanUsual(Breach breach) {
        return breach.usual() != null
                || baseline.usual(breach.figure())
                        .filter(usual -> breach.value() > Usual.limit(breach.figure(), usual))
                        .isPresent();
    }

    /** A poll got no answer, of a peer that counts as online still. */
    void failed() {
        ended(LOST);
    }

    /** The failures before this poll's were no loss, but the beginning of an outage. */
    void wentOffline() {
        while (!polls.isEmpty() && polls.getLast().isLost()) {
            polls.removeLast();
        }
    }

    /** What is worse than it may be, in the order of the figures. */
    List<Breach> breaches() {
        return ongoing.values().stream().map(Ongoing::breach).toList();
    }

    private void ended(double millis) {
        if (limits.equals(LinkLimits.NONE)) {
            return;
        }
        long now = clock.monotonicNanos();
        forget(now);
        polls.addLast(new Poll(now, millis));
        if (polls.size() < FEWEST) {
            return;
        }
        List<Poll> all = List.copyOf(polls);
        ROUND_TRIPS.forEach(figure -> judge(figure, all, now));
    }

    private void judgeLosses(int lostBefore, long now) {
        Bound bound = bound(Figure.LOSS);
        losses.holdAgainst(bound.limit());
        losses.ended(lostBefore + 1, lostBefore, now);
        if (!losses.isLossy()) {
            ongoing.remove(Figure.LOSS);
            return;
        }
        Ongoing was = ongoing.get(Figure.LOSS);
        Breach breach = new Breach(
                Figure.LOSS,
                Usual.rounded(Figure.LOSS, losses.share()),
                bound.limit(),
                bound.usual(),
                losses.polls(),
                Math.rint((now - losses.sinceNanos()) / NANOS_IN_SECOND),
                was == null ? clock.wallMicros() : was.breach().sinceMicros());
        ongoing.put(Figure.LOSS, new Ongoing(breach, 0));
    }

    private void forget(long now) {
        boolean hadSome = !polls.isEmpty();
        while (polls.size() >= most()) {
            polls.removeFirst();
        }
        long staleNanos = stale().toNanos();
        while (!polls.isEmpty() && now - polls.getFirst().nanos() > staleNanos) {
            polls.removeFirst();
        }
        if (hadSome && polls.isEmpty()) {
            ongoing.clear();
            // Losses that did not show anything yet still count: an outage is neither for nor against it.
            if (losses.isLossy()) {
                losses = new LossTally();
            }
        }
    }

    private Duration stale() {
        return pollRate.multipliedBy(STALE_SPANS).multipliedBy(most());
    }

    private int most() {
        return Math.clamp(SPAN.dividedBy(pollRate), FEWEST, MOST);
    }

    private void judge(Figure figure, List<Poll> all, long now) {
        Ongoing was = ongoing.get(figure);
        Bound bound = bound(figure);
        if (bound.limit() == LinkLimits.OFF) {
            ongoing.remove(figure);
            return;
        }
        int half = all.size() / 2;
        OptionalDouble value = value(figure, all);
        List<Poll> olderPolls = all.subList(0, half);
        List<Poll> newerPolls = all.subList(half, all.size());
        OptionalDouble older = value(figure, olderPolls);
        OptionalDouble newer = value(figure, newerPolls);
        if (value.isEmpty() || older.isEmpty() || newer.isEmpty()) {
            return;
        }
        if (was == null
                && !(exceeds(figure, olderPolls, older.getAsDouble(), bound)
                        && exceeds(figure, newerPolls, newer.getAsDouble(), bound))) {
            return;
        }
        double most = Math.max(older.getAsDouble(), newer.getAsDouble());
        int wellPolls = was != null && most <= WELL * bound.limit() ? was.wellPolls() + 1 : 0;
        if (wellPolls >= half) {
            ongoing.remove(figure);
            return;
        }
        Breach breach = new Breach(
                figure,
                Usual.rounded(figure, value.getAsDouble()),
                bound.limit(),
                bound.usual(),
                all.size(),
                Math.rint((now - all.getFirst().nanos()) / NANOS_IN_SECOND),
                was == null ? clock.wallMicros() : was.breach().sinceMicros());
        ongoing.put(figure, new Ongoing(breach, wellPolls));
    }

    /** Whether the figure exceeds its bound in a half of the polls, and not by chance. */
    private boolean exceeds(Figure figure, List<Poll> half, double value, Bound bound) {
        if (value <= bound.limit()) {
            return false;
        }
        return switch (figure) {
            case ROUND_TRIP_P95 -> !areSoManyByChance(answered(half), bound.limit());
            case ROUND_TRIP_P50 -> true;
            case JITTER ->
                value > limits.jitterMillis()
                        || bound.usual() == null
                        || !isJitterByChance(answered(half), bound.usual().high());
            case LOSS -> throw new AssertionError("of which there is a tally");
        };
    }

    /** Whether as many round trips exceed the limit, or more, though it holds for 95 of 100. */
    private static boolean areSoManyByChance(double[] answered, double limit) {
        long exceeding =
                Arrays.stream(answered).filter(millis -> millis > limit).count();
        double exactly = Math.pow(MOST_OF, answered.length);
        double atLeast = 1;
        for (int i = 0; i < exceeding; i++) {
            atLeast -= exactly;
            exactly *= (answered.length - i) / (i + 1.0) * (1 - MOST_OF) / MOST_OF;
        }
        return atLeast > BY_CHANCE;
    }

    /**
     * Whether a few long round trips among these make the mean of the differences so large. What is usual is that of
     * quarters, which vary less than the fewer polls of a half.
     */
    private static boolean isJitterByChance(double[] answered, double usual) {
        double[] differences = differences(answered);
        double mean = Arrays.stream(differences).average().orElseThrow();
        double variance = Arrays.stream(differences)
                .map(millis -> (millis - mean) * (millis - mean))
                .average()
                .orElseThrow();
        double error = Math.sqrt(VARIANCE_OF_SHARED * variance / differences.length);
        return mean - STANDARD_ERRORS * error <= usual;
    }

    private Bound bound(Figure figure) {
        Ongoing was = ongoing.get(figure);
        return bound(figure, was == null ? null : was.breach());
    }

    /** @param said a breach of it, which says what was usual while nothing else does */
    private Bound bound(Figure figure, @Nullable Breach said) {
        double fixed = switch (figure) {
            case ROUND_TRIP_P95 -> limits.roundTripMillis();
            case ROUND_TRIP_P50 -> LinkLimits.OFF;
            case JITTER -> limits.jitterMillis();
            case LOSS -> limits.loss();
        };
        Breach.Range usual = limits.isHeldAgainstUsual() && Baseline.FIGURES.contains(figure)
                ? baseline.usual(figure).orElse(said == null ? null : said.usual())
                : null;
        if (usual == null) {
            return new Bound(fixed, null);
        }
        double ofUsual = Usual.limit(figure, usual);
        return ofUsual < fixed ? new Bound(ofUsual, usual) : new Bound(fixed, null);
    }

    private static Bound boundOf(Breach breach) {
        return new Bound(breach.limit(), breach.usual());
    }

    private static OptionalDouble value(Figure figure, List<Poll> polls) {
        double[] answered = answered(polls);
        if (answered.length < FEWEST_ANSWERS) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                switch (figure) {
                    case ROUND_TRIP_P95 -> percentile(answered, MOST_OF);
                    case ROUND_TRIP_P50 -> percentile(answered, HALF_OF);
                    case JITTER -> jitter(answered);
                    case LOSS -> throw new AssertionError("of which there is a tally");
                });
    }

    private static double[] answered(List<Poll> polls) {
        return polls.stream()
                .filter(poll -> !poll.isLost())
                .mapToDouble(Poll::millis)
                .toArray();
    }

    /** By nearest rank. */
    private static double percentile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static double jitter(double[] values) {
        return Arrays.stream(differences(values)).average().orElseThrow();
    }

    private static double[] differences(double[] values) {
        double[] differences = new double[values.length - 1];
        Arrays.setAll(differences, i -> Math.abs(values[i + 1] - values[i]));
        return differences;
    }

    private static Breach within(Breach breach, Bound bound) {
        return new Breach(
                breach.figure(),
                breach.value(),
                bound.limit(),
                bound.usual(),
                breach.polls(),
                breach.spanSeconds(),
                breach.sinceMicros());
    }
}
