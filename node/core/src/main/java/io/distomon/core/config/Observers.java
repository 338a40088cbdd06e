package io.distomon.core.config;

import io.distomon.core.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final String NEAREST = "nearest";

    private final String networkId;
    private final List<Member> members;
    private final @Nullable Map<String, Set<String>> byTarget;

    private Observers(String networkId, Collection<Member> members, @Nullable Map<String, Set<String>> byTarget) {
        this.networkId = networkId;
        this.members = List.copyOf(members);
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
     * Who looks besides while a node's state is in question: the nearest to it by rendezvous hashing that don't poll it
     * anyway.
     *
     * @param able whether somebody can be asked to
     * @param count how many at most
     */
    public List<String> standIns(String target, Predicate<String> able, int count) {
        Stream<String> others = members.stream()
                .map(Member::nodeId)
                .filter(id -> !polls(id, target))
                .filter(able);
        return nearest(target, others).limit(count).toList();
    }

    /** Whether a member polls another; who stands in does not count. */
    public boolean polls(String observer, String target) {
        return !observer.equals(target)
                && (byTarget == null || byTarget.getOrDefault(target, Set.of()).contains(observer));
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
