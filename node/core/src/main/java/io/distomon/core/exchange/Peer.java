package io.distomon.core.exchange;

import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.store.Patience;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is remembered of one member between messages, all of it bounded. Safe for use by many threads. */
final class Peer {
    private static final int OFFSETS_KEPT = 16;

    /** How long nothing is coded with a peer after an answer to what was coded did not count. */
    static final Duration PLAIN = Duration.ofMinutes(10);

    /** After how many requests without an answer the coding is taken for what keeps answers from coming. */
    private static final int LOST_IN_A_ROW = 2;

    // Guarded by this, all of these.
    private Optional<Map<String, Long>> have = Optional.empty();
    private @Nullable Long spokeNanos;
    private final Hearsay hearsay = new Hearsay();
    private final TreeMap<Long, Nonces> noncesByCreated = new TreeMap<>();

    /** All of these. */
    private final Set<String> nonces = new HashSet<>();

    private final Map<String, Place> underway = new HashMap<>();
    private final Allowance requests = allowance(Limits.REQUESTS_A_SECOND, Limits.REQUESTS_IN_A_ROW);
    private final Allowance bytes = allowance(Limits.BYTES_A_SECOND, Limits.BYTES_IN_A_ROW);
    private final Allowance vainEntries = allowance(Limits.VAIN_ENTRIES_A_SECOND, Limits.VAIN_ENTRIES_IN_A_ROW);
    private final Deque<ClockOffset> offsets = new ArrayDeque<>();
    private boolean takesCoded;
    private @Nullable Long codedInVainNanos;
    private int codedLost;

    /** Nonces of requests that were signed in one second, and until when they would be taken by the time that passes. */
    private static final class Nonces {
        final List<String> used = new ArrayList<>();
        long untilNanos;
    }

    /** That of one request among those that a sender may have at once; copies of its head share it. */
    static final class Place {
        private final String nonce;
        private final long sinceNanos;
        private int bodies;

        private Place(String nonce, long sinceNanos) {
            this.nonce = nonce;
            this.sinceNanos = sinceNanos;
        }
    }

    /** What a request that begins to arrive has to expect. */
    sealed interface Entry {
        record Admitted(Place place) implements Entry {}

        record Refused(Refusal why) implements Entry {}
    }

    /** What of the {@link ContentCoding} there is with a peer. */
    enum Coding {
        NONE,
        OF_ANSWERS,
        OF_BOTH
    }

    /** The dates of what it holds: as it said last, and what it was sent since; empty before it said so. */
    synchronized Optional<Map<String, Long>> have() {
        return have;
    }

    /** Whether it has said what it holds, and anything so lately that this still tells much. */
    synchronized boolean hasSpoken(long nowNanos, Duration lately) {
        return have.isPresent() && (spokeNanos == null || nowNanos - spokeNanos <= lately.toNanos());
    }

    /** A message of it has arrived. */
    synchronized void spoke(long nowNanos) {
        spokeNanos = nowNanos;
    }

    /** Replaces what was known of {@link #have}. */
    synchronized void have(Map<String, Long> latest) {
        have = Optional.of(latest);
    }

    /** Others than these are no members any more: whether it holds anything of them does not matter. */
    synchronized void holdsOnly(Set<String> members) {
        have = have.map(known -> {
            Map<String, Long> less = new HashMap<>(known);
            less.keySet().retainAll(members);
            return Map.copyOf(less);
        });
        hearsay.keepOnly(members);
    }

    /** Takes in what it says that it holds when it answers a request of ours, and of whom we hold something newer. */
    synchronized void answered(Map<String, Long> latest, Set<String> behind) {
        have = Optional.of(latest);
        hearsay.answered(latest, behind);
    }

    /** Begins a request to it. Whose news among these it leaves out: the peer has them from others. */
    synchronized Set<String> request(Map<String, Long> dates) {
        hearsay.request();
        Set<String> leftOut = new HashSet<>();
        dates.forEach((id, date) -> {
            if (hearsay.leavesOut(id, date)) {
                leftOut.add(id);
            }
        });
        return leftOut;
    }

    /** Remembers the dates of what the request brings, if it does not get lost. */
    synchronized void pushed(Map<String, Long> dates) {
        hearsay.pushed(dates);
    }

    /** Adds what is on its way to it, until it says the next time what it holds. */
    synchronized void sent(Map<String, Long> dates) {
        have = have.map(known -> {
            Map<String, Long> more = new HashMap<>(known);
            dates.forEach((id, date) -> more.merge(id, date, Math::max));
            return Map.copyOf(more);
        });
    }

    /**
     * Counts a request that begins to arrive, if it may. One that repeats a nonce is not counted, and costs its victim
     * nothing.
     */
    synchronized Entry enter(MessageSignature.OfRequest request, long nowNanos) {
        underway.values().removeIf(place -> nowNanos - place.sinceNanos > Limits.REQUEST_ARRIVAL.toNanos());
        if (isKnown(request)) {
            return new Entry.Refused(Refusal.REPLAY);
        }
        Place place = underway.get(request.nonce());
        if (place != null) {
            // The first whose body is through and fits is the one that counts.
            return place.bodies < Limits.MAX_BODIES_PER_NONCE ? admitted(place) : busy(BusyReason.COPIES);
        }
        if (requests.isUsedUp(nowNanos)) {
            return busy(BusyReason.REQUESTS);
        }
        if (bytes.isUsedUp(nowNanos)) {
            return busy(BusyReason.BYTES);
        }
        if (underway.size() >= Limits.MAX_CONCURRENT_REQUESTS) {
            return busy(BusyReason.AT_ONCE);
        }
        Place taken = new Place(request.nonce(), nowNanos);
        underway.put(request.nonce(), taken);
        return admitted(taken);
    }

    /** A request that {@link #enter} admitted is done with. */
    synchronized void leave(Place place) {
        place.bodies--;
        if (place.bodies == 0 || isKnown(place.nonce)) {
            underway.remove(place.nonce, place);
        }
    }

    /** Tests and records the nonce of a request that is not refused by its date, in one step; empty when it is new. */
    synchronized Optional<Refusal> use(MessageSignature.OfRequest request, Moment now) {
        forgetNonces(now);
        if (isKnown(request)) {
            return Optional.of(Refusal.REPLAY);
        }
        if (nonces.size() >= Limits.MAX_NONCES) {
            return Optional.of(Refusal.busy(BusyReason.NONCES));
        }
        Nonces ofThatSecond = noncesByCreated.computeIfAbsent(request.created(), created -> new Nonces());
        ofThatSecond.used.add(request.nonce());
        nonces.add(request.nonce());
        long takenSeconds = request.created() - Limits.earliestCreatedSeconds(now) + 1;
        long untilNanos =
                now.monotonicNanos() + Duration.ofSeconds(takenSeconds).toNanos();
        if (ofThatSecond.used.size() == 1 || untilNanos - ofThatSecond.untilNanos > 0) {
            ofThatSecond.untilNanos = untilNanos;
        }
        return Optional.empty();
    }

    /** Whether a request with this nonce was taken, or refused by what it says. */
    synchronized boolean isKnown(MessageSignature.OfRequest request) {
        return isKnown(request.nonce());
    }

    /** Takes a request that it has proven to be its own away from what it may use. */
    synchronized void requested(int bodyBytes, long nowNanos) {
        requests.use(1, nowNanos);
        bytes.use(bodyBytes, nowNanos);
    }

    /** Likewise the answer. */
    synchronized void gotAnswer(int bodyBytes, long nowNanos) {
        bytes.use(bodyBytes, nowNanos);
    }

    /** How long entries of a message of it are judged, as of one moment. */
    Patience patience(long nowNanos) {
        return new Patience() {
            @Override
            public boolean isAtAnEnd() {
                synchronized (Peer.this) {
                    return vainEntries.isUsedUp(nowNanos);
                }
            }

            @Override
            public void inVain() {
                synchronized (Peer.this) {
                    vainEntries.use(1, nowNanos);
                }
            }
        };
    }

    /** What of the coding there is with it now. */
    synchronized Coding coding(long nowNanos) {
        if (codedInVainNanos != null && nowNanos - codedInVainNanos < PLAIN.toNanos()) {
            return Coding.NONE;
        }
        return takesCoded ? Coding.OF_BOTH : Coding.OF_ANSWERS;
    }

    /** Remembers whether its last answer that counts said that it takes coded requests. */
    synchronized void takesCoded(boolean says) {
        takesCoded = says;
    }

    /** An answer did not count that is coded itself, or answers a coded request. */
    synchronized void codedInVain(long nowNanos) {
        codedInVainNanos = nowNanos;
        takesCoded = false;
    }

    /**
     * No answer of its own came to a request that was coded or whose answer might have been, though there was a connection:
     * something on the way may let nothing coded through.
     */
    synchronized void codedLost(long nowNanos) {
        codedLost++;
        if (codedLost >= LOST_IN_A_ROW) {
            codedInVain(nowNanos);
        }
    }

    /** Something coded has got through, to it or from it. */
    synchronized void codedArrived() {
        codedLost = 0;
    }

    /** Remembers one measurement of its clock. */
    synchronized void measured(ClockOffset offset) {
        if (offsets.size() == OFFSETS_KEPT) {
            offsets.removeFirst();
        }
        offsets.addLast(offset);
    }

    /** The measurement of the shortest of the last exchanges. */
    synchronized Optional<ClockOffset> offset() {
        return offsets.stream().min(Comparator.comparingDouble(ClockOffset::errorMillis));
    }

    /** How much is remembered: of whom it is known what it holds, whose news are known, and how many of the others. */
    record Kept(Set<String> have, Set<String> hearsay, int nonces, int offsets) {}

    synchronized Kept kept() {
        return new Kept(have.map(Map::keySet).orElse(Set.of()), hearsay.ids(), nonces.size(), offsets.size());
    }

    /**
     * It is no member any more: nothing of it stays but its nonces that have not lapsed.
     *
     * @return whether there are none of them either
     */
    synchronized boolean forget(Moment now) {
        have = Optional.empty();
        hearsay.keepOnly(Set.of());
        offsets.clear();
        takesCoded = false;
        codedInVainNanos = null;
        codedLost = 0;
        forgetNonces(now);
        return nonces.isEmpty();
    }

    /**
     * A nonce lapses when its request would be refused by its date, on both clocks: one that was set ahead by mistake,
     * and back, must not make room for replays.
     */
    private void forgetNonces(Moment now) {
        Iterator<Nonces> old = noncesByCreated
                .headMap(Limits.earliestCreatedSeconds(now))
                .values()
                .iterator();
        while (old.hasNext()) {
            Nonces lapsed = old.next();
            if (lapsed.untilNanos - now.monotonicNanos() <= 0) {
                lapsed.used.forEach(nonces::remove);
                old.remove();
            }
        }
    }

    private boolean isKnown(String nonce) {
        return nonces.contains(nonce);
    }

    /** What one message costs is bounded, and it owes all of that. */
    private static Allowance allowance(int aSecond, int inARow) {
        return new Allowance(aSecond, inARow, inARow);
    }

    private static Entry admitted(Place place) {
        place.bodies++;
        return new Entry.Admitted(place);
    }

    private static Entry busy(BusyReason why) {
        return new Entry.Refused(Refusal.busy(why));
    }
}
