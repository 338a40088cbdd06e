package io.distomon.core.view;

import io.distomon.core.view.Testimony.Subject;
import io.distomon.core.view.Testimony.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the view (exchange.md, View), in its five steps, none of which looks at a later one: groups, suspects,
 * contested and silent nodes, fresh ones, verdicts. A pure function of a {@link Testimony}.
 */
final class Judgement {
    /** Nobody whose words are all of one target is suspect: that one may be what is wrong. */
    private static final int FEWEST_TARGETS = 2;

    private static final double SHORTEST_GRACE_SECONDS = 2.5;

    /** Until an accusation has come to a node and its answer has been signed and brought back, besides its interval. */
    private static final double ROUND_SECONDS = 1;

    /** For so many of its intervals a node that has just started and answers is not blamed for what was said before. */
    private static final int STARTING_INTERVALS = 2;

    /** A clause that holds from a moment on; how soon the next begins to hold is how long all stays as it is. */
    private double changesInSeconds = Double.POSITIVE_INFINITY;

    private final Testimony testimony;
    private final Map<String, List<Word>> from = new HashMap<>();
    private final Map<String, List<Word>> on = new HashMap<>();
    private final Map<String, Integer> groups;
    private final List<List<String>> partitions;
    private final Map<String, List<String>> cutOff = new HashMap<>();
    private final Set<String> mute;
    private final Set<String> suspects = new LinkedHashSet<>();
    private final Set<String> contested = new HashSet<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> fresh = new LinkedHashSet<>();
    private final @Nullable String alone;

    /**
     * What a node is found to be.
     *
     * @param observers how many words on it count
     * @param offlineObservers how many of these say offline
     */
    record Finding(NodeState state, @Nullable Reason reason, int observers, int offlineObservers) {}

    Judgement(Testimony testimony) {
        this.testimony = testimony;
        testimony.words().forEach(word -> {
            from.computeIfAbsent(word.from(), id -> new ArrayList<>()).add(word);
            on.computeIfAbsent(word.to(), id -> new ArrayList<>()).add(word);
        });
        this.groups = groups();
        this.partitions = partitions();
        partitions.stream()
                .filter(partition -> !isLargest(partition))
                .forEach(partition -> partition.forEach(id -> cutOff.put(id, partition)));
        Collection<Subject> heard =
                testimony.subjects().values().stream().filter(Subject::heard).toList();
        this.mute = on.keySet().stream().filter(this::seemsMute).collect(Collectors.toSet());
        heard.stream().map(Subject::id).filter(this::seemsSuspect).forEach(suspects::add);
        heard.stream().map(Subject::id).forEach(this::contest);
        heard.stream().map(Subject::id).filter(id -> !silent.contains(id)).forEach(fresh::add);
        this.alone = alone();
    }

    /** The verdict on a member. */
    Finding of(String id) {
        List<Word> counted = words(on, id)
                .filter(this::counts)
                .filter(word -> !isFresh(id) || !isAcross(word))
                .toList();
        int n = counted.size();
        int d = (int) counted.stream().filter(Word::offline).count();
        if (!isFresh(id)) {
            if (n == 0) {
                return new Finding(NodeState.UNKNOWN, Reason.UNOBSERVED, n, d);
            }
            return 2 * d > n
                    ? new Finding(NodeState.OFFLINE, null, n, d)
                    : new Finding(NodeState.DEGRADED, Reason.SILENT, n, d);
        }
        Reason reason = reason(id, n, d);
        return new Finding(reason == null ? NodeState.ONLINE : NodeState.DEGRADED, reason, n, d);
    }

    private @Nullable Reason reason(String id, int n, int d) {
        List<String> partition = cutOff.getOrDefault(id, List.of());
        if (id.equals(alone) || partition.size() == 1) {
            return Reason.ISOLATED;
        }
        if (!partition.isEmpty()) {
            return Reason.PARTITION;
        }
        if (suspects.contains(id)) {
            return Reason.OUTBOUND;
        }
        return contested.contains(id) && 2 * d > n ? Reason.INBOUND : null;
    }

    /** How the word of one member on another stands with the verdicts. */
    Standing standing(Word word) {
        if (!isFresh(word.from())) {
            return Standing.SILENT;
        }
        if (suspects.contains(word.from())) {
            return Standing.SUSPECT;
        }
        if (word.from().equals(alone)) {
            return Standing.ALONE;
        }
        return isAcross(word) && isFresh(word.to()) ? Standing.ACROSS : Standing.COUNTED;
    }

    /** Whether a link is broken according to this word: both ends report, and neither is what is wrong. */
    boolean isBroken(Word word) {
        return word.offline() && counts(word) && isFresh(word.to()) && !isOutlived(word);
    }

    /** Whether an offline word has been said for longer than its speaker takes to say that it was wrong. */
    boolean stands(Word word) {
        return word.offline() && isReached(word, subject(word.from()).intervalSeconds());
    }

    boolean isFresh(String id) {
        return fresh.contains(id);
    }

    /** Groups that a standing word divides, the largest first, then by their first ids; each sorted. */
    List<List<String>> divided() {
        return partitions;
    }

    /** Whether the asker hears fewer than half of those with a url, or just the half: it may be what is cut off. */
    boolean isMinority() {
        long pollable =
                testimony.subjects().values().stream().filter(Subject::pollable).count();
        long here = testimony.subjects().values().stream()
                .filter(Subject::pollable)
                .filter(subject -> isFresh(subject.id()))
                .count();
        return 2 * here < pollable;
    }

    /** All this changes by itself in so many seconds, if nothing new is heard; infinite when it does not. */
    double changesInSeconds() {
        return changesInSeconds;
    }

    /** Which nodes answer each other, over any number of others: a number for each group's members. */
    private Map<String, Integer> groups() {
        Map<String, Set<String>> neighbours = new LinkedHashMap<>();
        testimony.words().stream()
                .filter(word -> isHeard(word.from()) && isHeard(word.to()))
                .forEach(word -> {
                    Set<String> some = neighbours.computeIfAbsent(word.from(), id -> new HashSet<>());
                    Set<String> others = neighbours.computeIfAbsent(word.to(), id -> new HashSet<>());
                    if (!word.offline()) {
                        some.add(word.to());
                        others.add(word.from());
                    }
                });
        Map<String, Integer> found = new LinkedHashMap<>();
        int number = 0;
        for (String id : neighbours.keySet()) {
            if (!found.containsKey(id)) {
                mark(id, number++, neighbours, found);
            }
        }
        return found;
    }

    private static void mark(
            String start, int number, Map<String, Set<String>> neighbours, Map<String, Integer> found) {
        List<String> reached = new ArrayList<>(List.of(start));
        found.put(start, number);
        for (int i = 0; i < reached.size(); i++) {
            for (String next : neighbours.getOrDefault(reached.get(i), Set.of())) {
                if (found.putIfAbsent(next, number) == null) {
                    reached.add(next);
                }
            }
        }
    }

    private List<List<String>> partitions() {
        Set<Integer> cutOff = new HashSet<>();
        for (Word word : testimony.words()) {
            if (isAcross(word) && stands(word)) {
                cutOff.add(Objects.requireNonNull(groups.get(word.from())));
                cutOff.add(Objects.requireNonNull(groups.get(word.to())));
            }
        }
        Map<Integer, Set<String>> members = new LinkedHashMap<>();
        groups.forEach((id, group) -> {
            if (cutOff.contains(group)) {
                members.computeIfAbsent(group, any -> new TreeSet<>()).add(id);
            }
        });
        return members.values().stream()
                .map(List::copyOf)
                .sorted(Comparator.<List<String>>comparingInt(List::size)
                        .reversed()
                        .thenComparing(List::getFirst))
                .toList();
    }

    /** Whether it has more members than every other. */
    private boolean isLargest(List<String> partition) {
        return partitions.stream().noneMatch(other -> !other.equals(partition) && other.size() >= partition.size());
    }

    /** A link between two groups: what is said over it tells of the division, and of no node. */
    private boolean isAcross(Word word) {
        Integer here = groups.get(word.from());
        Integer there = groups.get(word.to());
        return here != null && there != null && !here.equals(there);
    }

    /** Whether it calls most of those offline whom most others reach: then it is its own links that are broken. */
    private boolean seemsSuspect(String id) {
        if (words(from, id).noneMatch(Word::offline)) {
            return false; // nor does any moment matter to it
        }
        List<Word> vouched = words(from, id)
                .filter(word -> !isAcross(word))
                .filter(word -> isVouchedFor(word.to(), id))
                .toList();
        long standing = vouched.stream().filter(this::stands).count();
        return vouched.size() >= FEWEST_TARGETS && 2 * standing > vouched.size();
    }

    private boolean isVouchedFor(String target, String against) {
        List<Word> others = words(on, target)
                .filter(word -> !isAcross(word) && !word.from().equals(against) && !mute.contains(word.from()))
                .toList();
        return isHeard(target) && 2 * others.stream().filter(Word::offline).count() < others.size();
    }

    /** Whether all who observe it call it offline, and it would have answered: what it said last vouches for nobody. */
    private boolean seemsMute(String id) {
        List<Word> words = words(on, id).toList();
        double grace = graceSeconds(id, words.size());
        List<Word> decided =
                words.stream().filter(word -> !isAbstaining(word, grace)).toList();
        return !id.equals(testimony.asker())
                && !decided.isEmpty()
                && decided.stream().allMatch(word -> word.offline() && !word.answered() && isReached(word, grace));
    }

    /** Finds whether most have called a node that is heard offline for long enough that it would have answered. */
    private void contest(String id) {
        List<Word> words = words(on, id)
                .filter(word -> !isAcross(word) && !suspects.contains(word.from()))
                .toList();
        double grace = graceSeconds(id, words.size());
        List<Word> ripe = words.stream()
                .filter(Word::offline)
                .filter(word -> !isOutlived(word) && isReached(word, grace))
                .toList();
        int n = (int) words.stream().filter(word -> !isAbstaining(word, grace)).count();
        if (2 * ripe.size() > n) {
            contested.add(id);
        }
        if (2 * ripe.stream().filter(word -> !word.answered()).count() > n && !id.equals(testimony.asker())) {
            silent.add(id);
        }
    }

    /** In which a living node hears that one of so many calls it offline, and its answer comes back. */
    private double graceSeconds(String id, int words) {
        return Math.max(
                SHORTEST_GRACE_SECONDS,
                ROUND_SECONDS + subject(id).intervalSeconds() * Math.min(1, 2.0 / Math.max(1, words)));
    }

    /** Whether it is too young to count against its target, and no reason to count for it either. */
    private boolean isAbstaining(Word word, double graceSeconds) {
        return word.isFirst() && !isReached(word, graceSeconds);
    }

    /** The only one that is fresh, if all whom it observes don't answer it: it is either that, or all others are down. */
    private @Nullable String alone() {
        if (fresh.size() != 1) {
            return null;
        }
        String only = fresh.iterator().next();
        List<Word> said = words(from, only).toList();
        boolean reachesNobody = said.size() >= FEWEST_TARGETS && said.stream().allMatch(Word::offline);
        boolean onlookerSaysSoToo = testimony.asker() == null
                && !testimony.unreached().contains(only)
                && said.stream().map(Word::to).allMatch(testimony.unreached()::contains);
        return reachesNobody && !onlookerSaysSoToo ? only : null;
    }

    private boolean counts(Word word) {
        return isFresh(word.from())
                && !suspects.contains(word.from())
                && !word.from().equals(alone);
    }

    /** Whether its target has started since, or may have: those who call it offline have not all looked again yet. */
    private boolean isOutlived(Word word) {
        Subject target = subject(word.to());
        return word.offline()
                && word.answered()
                && !isPast(STARTING_INTERVALS * target.intervalSeconds() - target.upSeconds());
    }

    private boolean isReached(Word word, double seconds) {
        return isPast(seconds - word.elapsedSeconds());
    }

    private boolean isPast(double inSeconds) {
        if (inSeconds > 0) {
            changesInSeconds = Math.min(changesInSeconds, inSeconds);
        }
        return inSeconds <= 0;
    }

    private boolean isHeard(String id) {
        return subject(id).heard();
    }

    private Subject subject(String id) {
        return Objects.requireNonNull(testimony.subjects().get(id), id);
    }

    private static Stream<Word> words(Map<String, List<Word>> by, String id) {
        return by.getOrDefault(id, List.of()).stream();
    }
}
