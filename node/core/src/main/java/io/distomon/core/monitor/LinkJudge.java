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
 * it when more round trips do than chance would have it. Where every poll is bad from some moment on, that takes half of the
 * polls and a few more; to return, all of them and a half besides. Its losses count by {@link LossTally}. Not thread-safe.
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

    private static final double LOST = Double.NaN;
    private static final double NANOS_IN_SECOND = 1e9;
    private static final double THOUSANDTHS = 1_000;

    /** Shares need more digits than milliseconds. */
    private static final double HUNDRED_THOUSANDTHS = 100_000;

    private static final Set<Figure> ROUND_TRIPS = EnumSet.complementOf(EnumSet.of(Figure.LOSS));

    private final Clock clock;
    private final Deque<Poll> polls = new ArrayDeque<>();
    private final Map<Figure, Ongoing> ongoing = new EnumMap<>(Figure.class);
    private final Baseline baseline = new Baseline();
    private Duration pollRate;
    private LinkLimits limits;
    private LossTally losses;
    private int lostInRow;

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

    LinkJudge(Duration pollRate, LinkLimits limits, Clock clock) {
        this.clock = clock;
        this.pollRate = pollRate;
        this.limits = limits;
        this.losses = new LossTally(limits.loss());
    }

    /** Goes on with other limits or another poll rate. What is within the limits by what is known is no breach any more. */
    void reconfigure(Duration changedRate, LinkLimits changed) {
        pollRate = changedRate;
        if (!limits.equals(changed)) {
            if (limits.loss() != changed.loss()) {
                losses = new LossTally(changed.loss());
            }
            limits = changed;
            List<Breach> before = breaches();
            ongoing.values()
                    .removeIf(of -> of.breach().limit() != limit(of.breach().figure(), of.breach()));
            goOn(before);
        }
        if (limits.equals(LinkLimits.NONE)) {
            polls.clear();
            lostInRow = 0;
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
            double limit = limit(breach.figure(), breach);
            if (breach.value() > limit && !ongoing.containsKey(breach.figure())) {
                ongoing.put(breach.figure(), new Ongoing(within(breach, limit), 0));
                if (breach.figure() == Figure.LOSS) {
                    long began = clock.monotonicNanos() - (long) (breach.spanSeconds() * NANOS_IN_SECOND);
                    losses.recall(breach.polls(), breach.value(), began);
                }
            }
        }
    }

    /** Takes in the round trips of before the start, by the monotonic time to which they are a median. */
    void recall(SortedMap<Long, Double> medians) {
        baseline.recall(medians);
    }

    void answered(double roundTripMillis) {
        if (limits.isHeldAgainstUsual()) {
            long now = clock.monotonicNanos();
            boolean isWorse = ongoing.containsKey(Figure.ROUND_TRIP_P50);
            // Just after a start nothing shows yet whether what was so before it goes on.
            if (isWorse || polls.size() >= FEWEST) {
                baseline.judged(isWorse, now);
            }
            baseline.answered(roundTripMillis, now);
        }
        ended(roundTripMillis);
    }

    /** A poll got no answer, of a peer that counts as online still. */
    void failed() {
        ended(LOST);
    }

    /** The failures before this poll's were no loss, but the beginning of an outage. */
    void wentOffline() {
        lostInRow = 0;
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
        Poll poll = new Poll(now, millis);
        polls.addLast(poll);
        if (poll.isLost()) {
            lostInRow++;
        } else {
            judgeLosses(now);
        }
        if (polls.size() < FEWEST) {
            return;
        }
        List<Poll> all = List.copyOf(polls);
        ROUND_TRIPS.forEach(figure -> judge(figure, all, now));
    }

    private void judgeLosses(long now) {
        for (; lostInRow > 0; lostInRow--) {
            losses.ended(true, now);
        }
        losses.ended(false, now);
        if (!losses.isLossy()) {
            ongoing.remove(Figure.LOSS);
            return;
        }
        Ongoing was = ongoing.get(Figure.LOSS);
        Breach breach = new Breach(
                Figure.LOSS,
                Math.rint(losses.share() * HUNDRED_THOUSANDTHS) / HUNDRED_THOUSANDTHS,
                limits.loss(),
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
            losses = new LossTally(limits.loss());
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
        double limit = limit(figure, was == null ? null : was.breach());
        if (limit == LinkLimits.OFF) {
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
        double least = Math.min(older.getAsDouble(), newer.getAsDouble());
        double most = Math.max(older.getAsDouble(), newer.getAsDouble());
        if (was == null
                && (least <= limit || isByChance(figure, olderPolls, limit) || isByChance(figure, newerPolls, limit))) {
            return;
        }
        int wellPolls = was != null && most <= WELL * limit ? was.wellPolls() + 1 : 0;
        if (wellPolls >= half) {
            ongoing.remove(figure);
            return;
        }
        Breach breach = new Breach(
                figure,
                rounded(value.getAsDouble()),
                limit,
                figure == Figure.ROUND_TRIP_P50 ? usual(was == null ? null : was.breach()) : null,
                all.size(),
                Math.rint((now - all.getFirst().nanos()) / NANOS_IN_SECOND),
                was == null ? clock.wallMicros() : was.breach().sinceMicros());
        ongoing.put(figure, new Ongoing(breach, wellPolls));
    }

    /** Whether as many round trips exceed the limit, or more, though it holds for 95 of 100. */
    private static boolean isByChance(Figure figure, List<Poll> polls, double limit) {
        if (figure != Figure.ROUND_TRIP_P95) {
            return false;
        }
        double[] answered = answered(polls);
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

    /** @param said a breach of it, which says what was usual while nothing else does */
    private double limit(Figure figure, @Nullable Breach said) {
        return switch (figure) {
            case ROUND_TRIP_P95 -> limits.roundTripMillis();
            case ROUND_TRIP_P50 -> {
                Breach.Range usual = limits.isHeldAgainstUsual() ? usual(said) : null;
                yield usual == null ? LinkLimits.OFF : Baseline.limit(usual);
            }
            case JITTER -> limits.jitterMillis();
            case LOSS -> limits.loss();
        };
    }

    private Breach.@Nullable Range usual(@Nullable Breach said) {
        return baseline.usual().orElse(said == null ? null : said.usual());
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
        double sum = 0;
        for (int i = 1; i < values.length; i++) {
            sum += Math.abs(values[i] - values[i - 1]);
        }
        return sum / (values.length - 1);
    }

    private static Breach within(Breach breach, double limit) {
        return new Breach(
                breach.figure(),
                breach.value(),
                limit,
                breach.usual(),
                breach.polls(),
                breach.spanSeconds(),
                breach.sinceMicros());
    }

    private static double rounded(double value) {
        return Math.rint(value * THOUSANDTHS) / THOUSANDTHS;
    }
}
