package io.distomon.core.view;

import io.distomon.core.store.Breach;
import io.distomon.core.store.PingStatus;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
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
 * once. Where two sides complain of each other, and neither of itself, the smaller one is the worse; when there is none,
 * nobody knows which one it is, and nobody is found.
 */
final class Strains {
    /** Fewer complaints say nothing of a node, nor of an observer. */
    private static final int FEWEST = 2;

    private final List<Observation> counted;
    private final Map<String, Tally> on = new TreeMap<>();
    private final Map<String, Tally> from = new TreeMap<>();
    private final Map<String, Integer> round = new HashMap<>();
    private final Map<String, Finding> found = new HashMap<>();

    /** Of whom nobody knows whether they are what is wrong, or those of whom they complain. */
    private final Set<String> undecided = new HashSet<>();

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
    boolean isHeeded(Observation o) {
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
            if (undecided.addAll(undecidable(next))) {
                continue;
            }
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

    /** Those of these, and those of whom they complain, of whom nobody knows which ones are what is wrong. */
    private Set<String> undecidable(Set<String> worst) {
        Map<String, Set<String>> complaints = new HashMap<>();
        counted.stream().filter(o -> complains(o) && !isExplained(o)).forEach(o -> {
            complaints
                    .computeIfAbsent(o.word().from(), id -> new TreeSet<>())
                    .add(o.word().to());
            complaints
                    .computeIfAbsent(o.word().to(), id -> new TreeSet<>())
                    .add(o.word().from());
        });
        Set<String> all = new HashSet<>();
        for (String id : worst) {
            Map<String, Boolean> sides = all.contains(id) ? Map.of() : sides(id, complaints);
            long own = sides.values().stream().filter(side -> side).count();
            boolean mayBeTheOthers = sides.entrySet().stream()
                    .anyMatch(of -> !of.getValue() && Math.max(share(on, of.getKey()), share(from, of.getKey())) > 0);
            if (mayBeTheOthers && own >= sides.size() - own) {
                all.addAll(sides.keySet());
            }
        }
        return all;
    }

    /** Whether each who is linked to this one by complaints is on its side; empty where there are no two sides. */
    private static Map<String, Boolean> sides(String id, Map<String, Set<String>> complaints) {
        Map<String, Boolean> sides = new HashMap<>(Map.of(id, true));
        Deque<String> next = new ArrayDeque<>(List.of(id));
        while (!next.isEmpty()) {
            String one = next.remove();
            boolean side = Boolean.TRUE.equals(sides.get(one));
            for (String other : complaints.getOrDefault(one, Set.of())) {
                Boolean known = sides.putIfAbsent(other, !side);
                if (known == null) {
                    next.add(other);
                } else if (known == side) {
                    return Map.of();
                }
            }
        }
        return sides;
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

    private double worst(Map<String, Tally> tallies) {
        return tallies.keySet().stream()
                .mapToDouble(id -> share(tallies, id))
                .max()
                .orElse(0);
    }

    private double share(Map<String, Tally> tallies, String id) {
        Tally tally = tallies.get(id);
        return tally == null || undecided.contains(id) ? 0 : tally.share();
    }

    private static boolean complains(Observation o) {
        return o.ping().status() == PingStatus.ONLINE && !o.ping().breaches().isEmpty();
    }
}
