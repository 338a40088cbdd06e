package io.distomon.core.topology;

import io.distomon.core.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who polls whom in one network. Immutable.
 *
 * <p>When not everybody polls everybody, the members with a url stand in {@code degree} rings, each in an order of its
 * own that only hashes of network, ring and id decide, and everybody polls who stands next. Each ring passes through all
 * of them, so every member can reach every other; random rings together make a graph with short paths and without narrow
 * places (an expander, J. Friedman, "A proof of Alon's second eigenvalue conjecture", 2008); and a member that comes or
 * goes moves one link of each ring. Who stands next in two rings would have an observer too few: then the nearest by
 * rendezvous hashing (D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit rates", 1998) fills its place,
 * so that everybody with a url has exactly {@code degree} observers. Members without a url can't be relied upon to look:
 * each polls {@code degree} others besides.
 */
public final class Observers {
    /** What so many of the nearest say that don't poll a node by the topology counts as well. */
    public static final int NEAREST_COUNTED = 8;

    private static final String NEAREST = "nearest";
    private static final int MAX_CADENCE_SECONDS = 3600;

    private final String networkId;
    private final List<Member> members;
    private final Set<String> pollable;
    private final @Nullable Map<String, Set<String>> byTarget;

    /** For each target that was asked about: to rank all for all would take a second in a network of a thousand. */
    private final Map<String, List<String>> nearest = new ConcurrentHashMap<>();

    private Observers(String networkId, Collection<Member> members, @Nullable Map<String, Set<String>> byTarget) {
        this.networkId = networkId;
        this.members = List.copyOf(members);
        this.pollable = Set.copyOf(ids(members, member -> member.url() != null));
        this.byTarget = byTarget;
    }

    static Observers everybody(String networkId, Collection<Member> members) {
        return new Observers(networkId, members, null);
    }

    /** @param degree fewer than members with a url, less one */
    static Observers some(String networkId, Collection<Member> members, int degree) {
        Map<String, Set<String>> byTarget = new HashMap<>();
        Observers some = new Observers(networkId, members, byTarget);
        List<String> pollable = ids(members, member -> member.url() != null);
        for (int ring = 0; ring < degree; ring++) {
            List<String> order = some.ranked("ring " + ring, pollable.stream()).toList();
            for (int i = 0; i < order.size(); i++) {
                add(byTarget, order.get(i), order.get((i + 1) % order.size()));
            }
        }
        byTarget.forEach((target, observers) -> {
            // Few lack one: to rank all for all would take a second in a network of a thousand.
            if (observers.size() < degree) {
                some.nearest(target, pollable.stream())
                        .filter(id -> !observers.contains(id))
                        .limit(degree - observers.size())
                        .toList()
                        .forEach(observers::add);
            }
        });
        for (String observer : ids(members, member -> member.url() == null)) {
            some.nearest(observer, pollable.stream()).limit(degree).forEach(target -> add(byTarget, observer, target));
        }
        return some;
    }

    private static void add(Map<String, Set<String>> byTarget, String observer, String target) {
        byTarget.computeIfAbsent(target, id -> new HashSet<>()).add(observer);
    }

    /** Whether everybody polls everybody. */
    public boolean areAll() {
        return byTarget == null;
    }

    /** Whom a member polls, in the order of the config. */
    public List<Member> polledBy(String observer) {
        return members.stream()
                .filter(target -> target.url() != null)
                .filter(target -> polls(observer, target.nodeId()))
                .toList();
    }

    /**
     * Who looks besides while a node's state is in question: the first of the {@value #NEAREST_COUNTED} nearest to it by
     * rendezvous hashing that don't poll it anyway.
     *
     * @param able whether somebody can be asked to
     * @param count how many at most
     */
    public List<String> standIns(String target, Predicate<String> able, int count) {
        return nearestBesides(target).stream().filter(able).limit(count).toList();
    }

    /**
     * Whether what a member says of another counts: it polls it, or is one of those who may stand in. Others can say what
     * they like, so that however many colluders a large network has, those near a node decide. Nobody can look at who has
     * no url, so nothing that is said of it counts.
     */
    public boolean counts(String observer, String target) {
        return polls(observer, target)
                || (byTarget != null
                        && !observer.equals(target)
                        && pollable.contains(target)
                        && nearestBesides(target).contains(observer));
    }

    /**
     * How often each member says something at least, by what the config makes it poll: the shortest poll rate among these
     * in whole seconds, rounded up; the default where it polls nobody.
     *
     * @return by node id, 1 to 3600 seconds
     */
    public Map<String, Integer> cadenceSeconds() {
        Map<String, Duration> shortest = new HashMap<>();
        for (Member target : members) {
            if (target.url() != null) {
                observersOf(target.nodeId())
                        .forEach(observer -> shortest.merge(observer, target.pollRate(), Observers::shorter));
            }
        }
        Map<String, Integer> cadences = new HashMap<>();
        for (Member member : members) {
            Duration rate = shortest.getOrDefault(member.nodeId(), Member.DEFAULT_POLL_RATE);
            long seconds = rate.plusSeconds(1).minusNanos(1).toSeconds();
            cadences.put(member.nodeId(), Math.clamp(seconds, 1, MAX_CADENCE_SECONDS));
        }
        return Map.copyOf(cadences);
    }

    /** Who polls a node by the topology; the same order on all nodes. */
    public List<String> observersOf(String target) {
        return byTarget == null
                ? ids(members, member -> polls(member.nodeId(), target))
                : byTarget.getOrDefault(target, Set.of()).stream().sorted().toList();
    }

    /**
     * When in the poll interval of a target an observer polls it, by the target's clock: those with a url whom the topology
     * gives it one after the other at equal distances, so that none of them is long in coming, whenever it dies; who stands
     * in, or has no url and so can't be relied upon to look, at any time.
     *
     * @return 0 to less than 1
     */
    public double turn(String observer, String target) {
        List<String> observers =
                observersOf(target).stream().filter(pollable::contains).toList();
        int rank = observers.indexOf(observer);
        double place = rank < 0 ? fraction(observer + '\t' + target) : (double) rank / observers.size();
        double turn = fraction(target) + place;
        return turn - Math.floor(turn);
    }

    private double fraction(String of) {
        return (hash(Sha256.begin(), networkId + "\tturn\t" + of) >>> 11) * 0x1.0p-53;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private List<String> nearestBesides(String target) {
        return nearest.computeIfAbsent(target, of -> {
            Stream<String> others = members.stream().map(Member::nodeId).filter(id -> !polls(id, of));
            return nearest(of, others).limit(NEAREST_COUNTED).toList();
        });
    }

    /** Whether a member polls another, which has a url; who stands in does not count. */
    public boolean polls(String observer, String target) {
        return !observer.equals(target)
                && pollable.contains(target)
                && (byTarget == null || byTarget.getOrDefault(target, Set.of()).contains(observer));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Observers others
                && networkId.equals(others.networkId)
                && members.equals(others.members)
                && Objects.equals(byTarget, others.byTarget);
    }

    @Override
    public int hashCode() {
        return Objects.hash(networkId, members);
    }

    private Stream<String> nearest(String to, Stream<String> ids) {
        return ranked(NEAREST + '\t' + to, ids.filter(id -> !id.equals(to)));
    }

    /** In the order of a hash of theirs; each {@code by} gives another. */
    private Stream<String> ranked(String by, Stream<String> ids) {
        MessageDigest sha256 = Sha256.begin();
        record Place(long hash, String id) {}
        return ids.map(id -> new Place(hash(sha256, networkId + '\t' + by + '\t' + id), id))
                .sorted(Comparator.comparingLong(Place::hash).thenComparing(Place::id))
                .map(Place::id);
    }

    private static long hash(MessageDigest sha256, String text) {
        return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    private static List<String> ids(Collection<Member> members, Predicate<Member> which) {
        List<String> ids = new ArrayList<>();
        members.stream().filter(which).map(Member::nodeId).forEach(ids::add);
        return ids;
    }
}
