package io.distomon.core.store;

import io.distomon.core.Clock;
import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The newest valid entry of each member of one network. An entry's date only ever grows, with one way back: a date more
 * than {@value #MAX_AHEAD_SECONDS} s ahead of our clock counts for nothing, so that a clock that was once wrong does not
 * silence its node for good.
 *
 * <p>Safe for use by many threads: all state is guarded by one lock, which is held for look-ups and comparisons only.
 * Signatures of incoming entries are verified outside of it. What is handed out is immutable.
 */
public final class SharedStore {
    /** How far a date may be ahead of our clock, seconds. */
    public static final int MAX_AHEAD_SECONDS = 120;

    /** For how long after it was met last a proof that a signer said two things is told. */
    public static final Duration PROOFS_KEPT = Duration.ofHours(1);

    private static final long MAX_AHEAD_MICROS = MAX_AHEAD_SECONDS * EntryDate.SECOND_MICROS;
    private static final int SIGNATURE_CHARS = (Verifier.SIGNATURE_BYTES + 2) / 3 * 4;
    private static final Pattern CURSOR = Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})");

    private final String networkId;
    private final @Nullable String nodeId;
    private final Clock clock;
    private final String instance;

    private final Object lock = new Object();
    // Guarded by lock, all of these.
    private final Map<String, Slot> slots = new TreeMap<>();
    private final Map<String, Proof> equivocations = new TreeMap<>();
    private final Boots boots = new Boots();
    private final Superseded superseded = new Superseded();
    private KeyMapping keys;
    private long lastOwnMicros = -1;
    private long changes;
    private long lastRemoval;

    /** Of what was held after so many changes; our own first. */
    private Map<String, Long> dates = Map.of();

    private long datesAt;

    /** No entry that is held has a later date. */
    private long latestMicros;

    /**
     * An empty store.
     *
     * @param networkId the network that entries must be of
     * @param nodeId which node we are; null for an onlooker who has no entry
     * @param keys whose entries are taken
     */
    public SharedStore(String networkId, @Nullable String nodeId, KeyMapping keys, Clock clock) {
        this.networkId = networkId;
        this.nodeId = nodeId;
        this.keys = keys;
        this.clock = clock;
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        this.instance = HexFormat.of().formatHex(random);
    }

    private record Slot(HeldEntry held, long change) {
        SignedNodeData entry() {
            return held.entry();
        }

        long dateMicros() {
            return entry().data().dateMicros();
        }
    }

    private record Proof(Equivocation pair, long metNanos) {}

    private sealed interface Judgement {
        record Sound(SignedNodeData entry) implements Judgement {}

        record Bad(EntryRefusal why) implements Judgement {}
    }

    public String networkId() {
        return networkId;
    }

    /** Judges each entry by itself and holds those that are valid and newer. A bad one never costs the others. */
    public MergeResult merge(RawEntries incoming) {
        return merge(incoming, Patience.ENDLESS);
    }

    /** Likewise, as long as {@code patience} with who brings them lasts. */
    public MergeResult merge(RawEntries incoming, Patience patience) {
        List<Advance> taken = new ArrayList<>();
        Map<String, EntryRefusal> refused = new LinkedHashMap<>();
        incoming.malformed().forEach(key -> refused.put(key, EntryRefusal.MALFORMED));
        incoming.wellFormed().forEach((key, raw) -> merge(key, raw, patience, taken, refused));
        return new MergeResult(taken, refused);
    }

    /**
     * Signs and holds our own next entry.
     *
     * @param content what to say; its date is replaced by the next that is ours
     */
    public SignedNodeData publish(NodeData content, Signer signer) {
        if (!content.nodeId().equals(nodeId) || !content.networkId().equals(networkId)) {
            throw new IllegalArgumentException("found content of %s in %s, expected %s in %s"
                    .formatted(content.nodeId(), content.networkId(), nodeId, networkId));
        }
        synchronized (lock) {
            long now = clock.wallMicros();
            if (isAhead(lastOwnMicros, now)) {
                lastOwnMicros = -1;
            }
            SignedNodeData entry = sign(content.at(Math.max(now, lastOwnMicros + 1)), signer);
            lastOwnMicros = entry.data().dateMicros();
            dropIfAhead(signer.nodeId(), now);
            put(entry, now);
            return entry;
        }
    }

    /**
     * Others refuse what is too long: then measures are left out, which nobody's verdict rests on, then which links are
     * worse than they may be, then answers, and at last why polls failed.
     */
    private static SignedNodeData sign(NodeData content, Signer signer) {
        List<UnaryOperator<NodeData>> shorter = List.of(
                NodeData::withoutMeasures,
                NodeData::withoutBreaches,
                data -> data.answering(Map.of()),
                NodeData::withoutErrors);
        NodeData said = content;
        SignedNodeData entry = SignedNodeData.sign(said, signer);
        for (UnaryOperator<NodeData> leaveOut : shorter) {
            if (isTooLong(entry)) {
                said = leaveOut.apply(said);
                entry = SignedNodeData.sign(said, signer);
            }
        }
        if (isTooLong(entry)) {
            throw new IllegalArgumentException("found an entry of %s characters about %s nodes, expected at most %s"
                    .formatted(
                            entry.raw().payload().length(), content.pingData().size(), RawEntries.MAX_PAYLOAD_CHARS));
        }
        return entry;
    }

    private static boolean isTooLong(SignedNodeData entry) {
        return entry.raw().payload().length() > RawEntries.MAX_PAYLOAD_CHARS;
    }

    /**
     * Goes on with other members and keys. Entries that no valid key of a member verifies any more are dropped, and pairs
     * of which one is such an entry, as they prove nothing any more to who has the keys.
     *
     * @return whose entries were dropped
     */
    public Set<String> rekey(KeyMapping next) {
        synchronized (lock) {
            Set<String> dropped = new LinkedHashSet<>();
            for (Slot slot : slots.values()) {
                String signer = slot.entry().raw().sigId();
                if (!next.of(signer).containsAll(keys.of(signer))
                        && !isSigned(slot.entry().raw(), next)) {
                    dropped.add(signer);
                }
            }
            dropped.forEach(this::remove);
            equivocations
                    .values()
                    .removeIf(proof -> !isSigned(proof.pair().first().raw(), next)
                            || !isSigned(proof.pair().second().raw(), next));
            boots.keepOnly(next.keys().keySet());
            superseded.clear();
            keys = next;
            return Collections.unmodifiableSet(dropped);
        }
    }

    /** Everything that is held, by node id. */
    public Map<String, HeldEntry> entries() {
        return changesAfter(null).entries();
    }

    /** What is held of {@code nodeId}. */
    public Optional<HeldEntry> entry(String nodeId) {
        synchronized (lock) {
            dropIfAhead(nodeId, clock.wallMicros());
            return Optional.ofNullable(slots.get(nodeId)).map(Slot::held);
        }
    }

    /** The date of what is held, by node id, in microseconds since the epoch; our own first. */
    public Map<String, Long> have() {
        synchronized (lock) {
            dropAhead();
            return dates();
        }
    }

    /**
     * What another side lacks.
     *
     * @param have the date of what it holds, by node id
     * @return what is newer here; our own first
     */
    public List<SignedNodeData> newerThan(Map<String, Long> have) {
        List<SignedNodeData> newer = new ArrayList<>();
        synchronized (lock) {
            dropAhead();
            dates().forEach((signer, held) -> {
                Long date = have.get(signer);
                if (date == null || held > date) {
                    newer.add(Objects.requireNonNull(slots.get(signer)).entry());
                }
            });
        }
        return Collections.unmodifiableList(newer);
    }

    /** Each exchange asks for them several times, and most bring nothing new. */
    private Map<String, Long> dates() {
        if (datesAt != changes) {
            Map<String, Long> made = new LinkedHashMap<>();
            Slot own = nodeId == null ? null : slots.get(nodeId);
            if (own != null) {
                made.put(nodeId, own.dateMicros());
            }
            slots.forEach((signer, slot) -> made.putIfAbsent(signer, slot.dateMicros()));
            dates = Collections.unmodifiableMap(made);
            datesAt = changes;
        }
        return dates;
    }

    /**
     * What changed since {@code cursor} was given out.
     *
     * @param cursor of an earlier answer of this method; of anything else, null included, everything
     */
    public StoreChanges changesAfter(@Nullable String cursor) {
        synchronized (lock) {
            dropAhead();
            long after = understand(cursor);
            Map<String, HeldEntry> entries = new LinkedHashMap<>();
            slots.forEach((signer, slot) -> {
                if (slot.change() > after) {
                    entries.put(signer, slot.held());
                }
            });
            return new StoreChanges(instance + "-" + changes, after < 0, entries);
        }
    }

    /**
     * The pairs that prove a signer's double talk, by node id; the last pair met of each, for {@link #PROOFS_KEPT}.
     */
    public Map<String, Equivocation> equivocations() {
        synchronized (lock) {
            long now = clock.monotonicNanos();
            equivocations.values().removeIf(proof -> now - proof.metNanos() > PROOFS_KEPT.toNanos());
            Map<String, Equivocation> pairs = new TreeMap<>();
            equivocations.forEach((id, proof) -> pairs.put(id, proof.pair()));
            return Collections.unmodifiableMap(pairs);
        }
    }

    /**
     * As whom two processes sign at once, with the boot ids of both, by node id: entries of one came after those of the
     * other and then before them again, twice. For {@link #PROOFS_KEPT} after the last time.
     */
    public Map<String, List<String>> doubles() {
        synchronized (lock) {
            return boots.doubles(clock.monotonicNanos());
        }
    }

    /** Who calls a member offline by the entry that is held of it, and since when, microseconds since the epoch. */
    public Map<String, Long> accusersOf(String accused) {
        Map<String, Long> accusers = new TreeMap<>();
        synchronized (lock) {
            slots.forEach((id, slot) -> {
                Long since = slot.held().offlineSince(accused);
                if (since != null && !id.equals(accused)) {
                    accusers.put(id, since);
                }
            });
        }
        return accusers;
    }

    @SuppressWarnings("ReferenceEquality") // The same keys, not merely equal ones: a rekey in between is what is asked.
    private void merge(
            String key, RawEntry raw, Patience patience, List<Advance> taken, Map<String, EntryRefusal> refused) {
        if (!key.equals(raw.sigId())) {
            refused.put(key, EntryRefusal.MALFORMED);
            return;
        }
        KeyMapping judgedWith;
        boolean done;
        do {
            synchronized (lock) {
                judgedWith = keys;
                dropIfAhead(key, clock.wallMicros());
                Slot slot = slots.get(key);
                if (slot != null && (slot.entry().raw().equals(raw) || superseded.isOlder(raw, slot.dateMicros()))) {
                    return; // Verified when it was taken; that it still would be is rekey's promise.
                }
            }
            if (patience.isAtAnEnd()) {
                refused.put(key, EntryRefusal.BUSY);
                return;
            }
            Judgement judgement = judge(raw, judgedWith);
            synchronized (lock) {
                done = keys == judgedWith;
                if (done) {
                    switch (judgement) {
                        case Judgement.Bad(EntryRefusal why) -> refused.put(key, why);
                        case Judgement.Sound(SignedNodeData entry) -> hold(entry, taken, refused);
                    }
                }
            }
        } while (!done);
        boolean isTaken = !taken.isEmpty() && taken.getLast().signer().equals(key);
        if (!isTaken && refused.get(key) != EntryRefusal.UNKNOWN_SIGNER) {
            patience.inVain();
        }
    }

    /** What can be said of an entry without knowing what is held. */
    private Judgement judge(RawEntry raw, KeyMapping with) {
        String signer = raw.sigId();
        if (!with.contains(signer)) {
            return new Judgement.Bad(EntryRefusal.UNKNOWN_SIGNER);
        }
        if (raw.payload().length() > RawEntries.MAX_PAYLOAD_CHARS
                || raw.signature().length() != SIGNATURE_CHARS) {
            return new Judgement.Bad(EntryRefusal.MALFORMED);
        }
        Optional<byte[]> payload = CanonicalBase64.decode(raw.payload());
        Optional<byte[]> signature = CanonicalBase64.decode(raw.signature());
        if (payload.isEmpty() || signature.isEmpty() || signature.get().length != Verifier.SIGNATURE_BYTES) {
            return new Judgement.Bad(EntryRefusal.MALFORMED);
        }
        if (!with.verify(signer, payload.get(), signature.get())) {
            return new Judgement.Bad(EntryRefusal.BAD_SIGNATURE);
        }
        NodeData data;
        try {
            data = NodeDataCodec.decode(payload.get());
        } catch (InvalidJsonException e) {
            return new Judgement.Bad(EntryRefusal.MALFORMED);
        }
        if (!data.nodeId().equals(signer)) {
            return new Judgement.Bad(EntryRefusal.MALFORMED);
        }
        if (!data.networkId().equals(networkId)) {
            return new Judgement.Bad(EntryRefusal.WRONG_NETWORK);
        }
        return new Judgement.Sound(new SignedNodeData(raw, data));
    }

    private void hold(SignedNodeData entry, List<Advance> taken, Map<String, EntryRefusal> refused) {
        String signer = entry.raw().sigId();
        long date = entry.data().dateMicros();
        long now = clock.wallMicros();
        if (isAhead(date, now)) {
            refused.put(signer, EntryRefusal.FUTURE);
            return;
        }
        if (signer.equals(nodeId)) {
            // A date of a clock that was wrong counts for nothing, here too: it must not hide the one just met.
            lastOwnMicros = Math.max(isAhead(lastOwnMicros, now) ? -1 : lastOwnMicros, date);
        }
        dropIfAhead(signer, now);
        Slot slot = slots.get(signer);
        if (slot == null || date > slot.dateMicros()) {
            put(entry, now);
            taken.add(new Advance(slot == null ? null : slot.entry(), entry));
        } else if (date < slot.dateMicros()) {
            superseded.add(entry);
        } else if (!entry.raw().payload().equals(slot.entry().raw().payload())) {
            Proof proof = new Proof(new Equivocation(slot.entry(), entry), clock.monotonicNanos());
            equivocations.put(signer, proof);
            refused.put(signer, EntryRefusal.EQUIVOCATION);
        }
    }

    private void put(SignedNodeData entry, long nowMicros) {
        String signer = entry.raw().sigId();
        Slot before = slots.get(signer);
        // A clock that is wrong within the limits explains that much of an age; of a first entry nothing is explained.
        long explained = before == null ? 0 : MAX_AHEAD_MICROS;
        long ageMicros = Math.max(0, nowMicros - entry.data().dateMicros() - explained);
        if (before != null) {
            superseded.add(before.entry());
        }
        long seenNanos = clock.monotonicNanos() - ageMicros * 1_000;
        boots.met(signer, entry.data().boot(), clock.monotonicNanos());
        latestMicros = Math.max(latestMicros, entry.data().dateMicros());
        slots.put(
                signer, new Slot(HeldEntry.after(before == null ? null : before.held(), entry, seenNanos), ++changes));
    }

    private void remove(String signer) {
        slots.remove(signer);
        lastRemoval = ++changes;
    }

    private void dropAhead() {
        long now = clock.wallMicros();
        if (!isAhead(latestMicros, now)) {
            return;
        }
        latestMicros = 0;
        Iterator<Slot> all = slots.values().iterator();
        while (all.hasNext()) {
            long date = all.next().dateMicros();
            if (isAhead(date, now)) {
                all.remove();
                lastRemoval = ++changes;
            } else {
                latestMicros = Math.max(latestMicros, date);
            }
        }
    }

    private void dropIfAhead(String signer, long now) {
        Slot slot = slots.get(signer);
        if (slot != null && isAhead(slot.dateMicros(), now)) {
            remove(signer);
        }
    }

    /** The change that {@code cursor} stands for; -1 when it can't be answered from, removals included. */
    private long understand(@Nullable String cursor) {
        Matcher matcher = CURSOR.matcher(cursor == null ? "" : cursor);
        if (!matcher.matches() || !matcher.group(1).equals(instance)) {
            return -1;
        }
        long change = Long.parseLong(matcher.group(2));
        return change < lastRemoval || change > changes ? -1 : change;
    }

    private static boolean isAhead(long dateMicros, long nowMicros) {
        return dateMicros - nowMicros > MAX_AHEAD_MICROS;
    }

    private static boolean isSigned(RawEntry raw, KeyMapping with) {
        return with.verify(
                raw.sigId(),
                CanonicalBase64.decode(raw.payload()).orElseThrow(),
                CanonicalBase64.decode(raw.signature()).orElseThrow());
    }
}
