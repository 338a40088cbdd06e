package io.distomon.core.view;

import io.distomon.core.store.Breach;
import io.distomon.core.store.PingStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which links and nodes are slow or lossy, by what those say who poll them. It changes no other verdict. A pure function of
 * the observations.
 *
 * <p>A slow node makes all its links slow, in both directions, and so seems to accuse all whom it polls. So the worst is
 * looked for first: of whom the largest share of those who poll it complain, or who complains of the largest share of those
 * whom it polls; more than half, and two at least, as of one link nobody knows at which end it is slow. What it says and
 * what is said of it is then explained, and looked at no more when the next are looked for. Who are equal are found at
 * once.
 */
final class Strains {
    /** Fewer complaints say nothing of a node, nor of an observer. */
    private static final int FEWEST = 2;

    private final List<Observation> counted;
    private final Map<String, Tally> on = new TreeMap<>();
    private final Map<String, Tally> from = new TreeMap<>();
    private final Map<String, Integer> round = new HashMap<>();
    private final Map<String, Finding> found = new HashMap<>();

    /**
     * What is found of a node.
     *
     * @param observers how many words on it count
     * @param saying how many of these say so
     * @param sinceMicros since when more than half do, microseconds since the epoch
     */
    record Finding(Reason reason, int observers, int saying, long sinceMicros) {
        String shownAs() {
            return "%s of %s observers".formatted(saying, observers);
        }
    }

    /** How many words there are, and how many of them are complaints. */
    private static final class Tally {
        private int words;
        private int complaints;

        void add(Observation word, int times) {
            words += times;
            complaints += complains(word) ? times : 0;
        }

        /** 0 unless these say that something is wrong. */
        double share() {
            return complaints >= FEWEST && 2 * complaints > words ? complaints / (double) words : 0;
        }
    }

    Strains(Collection<List<Observation>> observations, Judgement judgement) {
        // In most networks nobody complains, and there is nothing to weigh.
        boolean isCalm = observations.stream().flatMap(List::stream).noneMatch(Strains::complains);
        this.counted = isCalm
                ? List.of()
                : observations.stream()
                        .flatMap(List::stream)
                        .filter(o -> o.isTestimony()
                                && judgement.standing(o.word()) == Standing.COUNTED
                                && judgement.isFresh(o.word().to()))
                        .toList();
        counted.forEach(o -> count(o, 1));
        find();
    }

    /** All links that somebody who counts finds slow or lossy, sorted. */
    List<StrainedLink> links() {
        return counted.stream()
                .filter(Strains::complains)
                .map(o -> new StrainedLink(
                        o.word().from(),
                        o.word().to(),
                        o.ping().breaches(),
                        isHeeded(o),
                        o.entry().dateMicros()))
                .sorted(Comparator.comparing(StrainedLink::from).thenComparing(StrainedLink::to))
                .toList();
    }

    /** Whether the node is slow or lossy; null when it is not. */
    @Nullable
    Finding of(String id) {
        return found.get(id);
    }

    /** Whether it speaks against its target, and not for what is wrong with who says it. */
    private boolean isHeeded(Observation o) {
        return roundOf(o.word().from()) >= roundOf(o.word().to());
    }

    private void find() {
        for (int i = 0; ; i++) {
            double worst = Math.max(worst(on), worst(from));
            if (worst == 0) {
                return;
            }
            Set<String> next = new TreeSet<>();
            on.keySet().stream().filter(id -> share(on, id) == worst).forEach(next::add);
            from.keySet().stream().filter(id -> share(from, id) == worst).forEach(next::add);
            next.stream().filter(id -> share(on, id) > 0).forEach(id -> found.put(id, finding(id)));
            // What was explained before has been taken away already.
            counted.stream()
                    .filter(o -> !isExplained(o)
                            && (next.contains(o.word().from())
                                    || next.contains(o.word().to())))
                    .forEach(o -> count(o, -1));
            int current = i;
            next.forEach(id -> round.put(id, current));
        }
    }

    private Finding finding(String id) {
        List<Observation> words = counted.stream()
                .filter(o -> o.word().to().equals(id) && !isExplained(o))
                .toList();
        List<Observation> complaints = words.stream().filter(Strains::complains).toList();
        long lossy = complaints.stream()
                .filter(o -> Reason.of(o.ping().breaches()) == Reason.LOSSY)
                .count();
        List<Long> moments = complaints.stream()
                .map(o -> Breach.sinceMicros(o.ping().breaches()))
                .sorted()
                .toList();
        return new Finding(
                2 * lossy >= complaints.size() ? Reason.LOSSY : Reason.SLOW,
                words.size(),
                complaints.size(),
                moments.get(words.size() / 2));
    }

    private boolean isExplained(Observation o) {
        return round.containsKey(o.word().from()) || round.containsKey(o.word().to());
    }

    private int roundOf(String id) {
        return round.getOrDefault(id, Integer.MAX_VALUE);
    }

    private void count(Observation word, int times) {
        on.computeIfAbsent(word.word().to(), id -> new Tally()).add(word, times);
        from.computeIfAbsent(word.word().from(), id -> new Tally()).add(word, times);
    }

    private static double worst(Map<String, Tally> tallies) {
        return tallies.values().stream().mapToDouble(Tally::share).max().orElse(0);
    }

    private static double share(Map<String, Tally> tallies, String id) {
        Tally tally = tallies.get(id);
        return tally == null ? 0 : tally.share();
    }

    private static boolean complains(Observation o) {
        return o.ping().status() == PingStatus.ONLINE && !o.ping().breaches().isEmpty();
    }
}
