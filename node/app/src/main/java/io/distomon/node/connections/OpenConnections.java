package io.distomon.node.connections;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The connections there are, whose each is, and which one has to go when there is one too many. A connection is a
 * stranger's until it has carried a request that proves whose it is. That of a proxy is whose request it carries, and the
 * proxy's between two of them.
 *
 * <ul>
 *   <li>When there are more than there may be, whoever has most of them loses one; so whoever opens many pushes out his
 *       own.
 *   <li>Whoever is known has a share, and loses one when it has more: it has no use for so many.
 *   <li>When the answers that wait to be read take more memory than they may, whoever has most of that loses the
 *       connection with most of it.
 * </ul>
 *
 * The one that goes for its number is the oldest of those that the node waits for: it had the most time to become known.
 * Only if all wait for the node, it is the oldest of them. Safe for use by many threads: one lock, held for as long as it
 * takes to count them.
 */
final class OpenConnections<C> {
    private final int max;
    private final int share;
    private final long maxUnreadBytes;

    /** In the order in which they were opened. */
    private final Map<C, State> open = new LinkedHashMap<>();

    private long unreadBytes;

    private static final class State {
        private Owner owner;
        private boolean waitsForAnswer;
        private long unreadBytes;

        State(Owner owner) {
            this.owner = owner;
        }
    }

    /**
     * @param share most connections of one owner that is no stranger
     * @param maxUnreadBytes most bytes of answers that are not on their way yet
     */
    OpenConnections(int max, int share, long maxUnreadBytes) {
        this.max = max;
        this.share = share;
        this.maxUnreadBytes = maxUnreadBytes;
    }

    /** One more, of a stranger or a proxy; the one that has to go for it, which doesn't count any more. */
    synchronized Optional<C> opened(C connection, Owner owner) {
        open.put(connection, new State(owner));
        return open.size() <= max ? Optional.empty() : removeOldestOf(whoHasMost());
    }

    /** It has carried a request of this owner; the one that has to go if that is too many of it. */
    synchronized Optional<C> belongsTo(C connection, Owner owner) {
        State state = open.get(connection);
        if (state == null || state.owner.equals(owner)) {
            return Optional.empty();
        }
        state.owner = owner;
        long ofOwner = open.values().stream().filter(owns(owner)).count();
        return ofOwner <= share ? Optional.empty() : removeOldestOf(owner);
    }

    /** A proxy's connection carries something of this owner, or nothing, when that is the proxy itself. */
    synchronized void carries(C connection, Owner owner) {
        State state = open.get(connection);
        if (state != null) {
            state.owner = owner;
        }
    }

    /** Whose it is; empty when it is closed. */
    synchronized Optional<Owner> owner(C connection) {
        return Optional.ofNullable(open.get(connection)).map(state -> state.owner);
    }

    /** How many there are. */
    synchronized int count() {
        return open.size();
    }

    /** Whether it is the node that has to say something next. */
    synchronized void waitsForAnswer(C connection, boolean waits) {
        State state = open.get(connection);
        if (state != null) {
            state.waitsForAnswer = waits;
        }
    }

    /**
     * So many bytes of an answer more, or less, wait until the client reads.
     *
     * @return the one that has to go if that is too much
     */
    synchronized Optional<C> unread(C connection, long moreBytes) {
        State state = open.get(connection);
        if (state == null) {
            return Optional.empty();
        }
        state.unreadBytes += moreBytes;
        unreadBytes += moreBytes;
        if (moreBytes <= 0 || unreadBytes <= maxUnreadBytes) {
            return Optional.empty();
        }
        Map<Owner, Long> byOwner = new HashMap<>();
        open.values().forEach(each -> byOwner.merge(each.owner, each.unreadBytes, Long::sum));
        Predicate<State> ofWhoHasMost = owns(greatest(byOwner));
        return open.entrySet().stream()
                .filter(entry -> ofWhoHasMost.test(entry.getValue()))
                .max(Comparator.comparingLong(entry -> entry.getValue().unreadBytes))
                .map(Map.Entry::getKey)
                .map(this::remove);
    }

    synchronized void closed(C connection) {
        remove(connection);
    }

    private Owner whoHasMost() {
        Map<Owner, Integer> counts = new HashMap<>();
        open.values().forEach(state -> counts.merge(state.owner, 1, Integer::sum));
        return greatest(counts);
    }

    private Optional<C> removeOldestOf(Owner owner) {
        return oldest(owns(owner).and(state -> !state.waitsForAnswer))
                .or(() -> oldest(owns(owner)))
                .map(this::remove);
    }

    private Optional<C> oldest(Predicate<State> which) {
        return open.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private C remove(C connection) {
        State state = open.remove(connection);
        if (state != null) {
            unreadBytes -= state.unreadBytes;
        }
        return connection;
    }

    private static Predicate<State> owns(Owner owner) {
        return state -> state.owner.equals(owner);
    }

    private static <N extends Comparable<N>> Owner greatest(Map<Owner, N> byOwner) {
        return byOwner.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }
}
