package io.distomon.core.view;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.EntryRefusal;
import io.distomon.core.store.Equivocation;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.MergeResult;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a view was made of, so that somebody who trusts nothing but public keys can make it again. The entries are proofs;
 * when they were asked for and how long each had been held is the asker's word. Immutable.
 *
 * @param networkId the network
 * @param asker which member was asked; null for the operator
 * @param askedAtMicros when, by its clock, microseconds since the epoch
 * @param askerInterval {@link ViewInput#askerInterval}
 * @param cadenceSeconds {@link ViewInput#cadenceSeconds}; for a while after a change of the config it grants more than
 *     that says
 * @param configDigest {@link NetworkConfig#digestOf} what follows and the members' keys, as the asker runs with them
 * @param topology who polls whom
 * @param members the members
 * @param entries what the asker held of them, by node id
 * @param met when it had met of them what, by node id
 * @param equivocations two entries of one date that each of these signed, by node id
 */
public record Evidence(
        String networkId,
        @Nullable String asker,
        long askedAtMicros,
        Duration askerInterval,
        Map<String, Integer> cadenceSeconds,
        String configDigest,
        Topology topology,
        List<Member> members,
        Map<String, RawEntry> entries,
        Map<String, Met> met,
        Map<String, Pair> equivocations) {
    private static final long END_OF_TIME =
            EntryDate.parse("9999-12-31T23:59:59Z").orElseThrow();

    public Evidence {
        members = List.copyOf(members);
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        cadenceSeconds = Collections.unmodifiableMap(new TreeMap<>(cadenceSeconds));
        met = Collections.unmodifiableMap(new LinkedHashMap<>(met));
        equivocations = Collections.unmodifiableMap(new LinkedHashMap<>(equivocations));
    }

    /**
     * What the times of a {@link HeldEntry} were, each as how long before the question, nanoseconds.
     *
     * @param seenNanosAgo since when its date had not advanced
     * @param bootNanosAgo since when its process was met
     * @param offlineNanosAgo of each target that it calls offline: for how long it had
     */
    public record Met(long seenNanosAgo, long bootNanosAgo, Map<String, Long> offlineNanosAgo) {
        private static final Met NEVER = new Met(Long.MAX_VALUE, Long.MAX_VALUE, Map.of());

        public Met {
            offlineNanosAgo = Collections.unmodifiableMap(new TreeMap<>(offlineNanosAgo));
        }

        static Met of(HeldEntry held, long nowNanos) {
            Map<String, Long> offline = new TreeMap<>(held.onsetNanos());
            offline.replaceAll((target, onset) -> nowNanos - onset);
            return new Met(nowNanos - held.seenNanos(), nowNanos - held.bootNanos(), offline);
        }

        /** As if the question was asked at the beginning of time. */
        HeldEntry heldAtZero(SignedNodeData entry) {
            Map<String, Long> onsets = new TreeMap<>(offlineNanosAgo);
            onsets.replaceAll((target, ago) -> -ago);
            return new HeldEntry(entry, -seenNanosAgo, onsets, -bootNanosAgo);
        }
    }

    /** Two entries that are said to be of one signer and date. */
    public record Pair(RawEntry first, RawEntry second) {}

    /**
     * What verification found.
     *
     * @param refused entries that are none, and why, by the id they were filed under
     * @param digest what the members and the keys of the one who verifies give
     * @param digestNamedBy who signed that they run with this digest
     * @param otherDigestNamedBy who signed that they run with another one
     * @param equivocations who is proven to have signed two entries of one date, by node id
     * @param unproven whose pairs prove nothing
     * @param dates the dates of the verified entries, by node id, microseconds since the epoch
     * @param view what the verified entries mean
     */
    public record Verified(
            Map<String, EntryRefusal> refused,
            String digest,
            Set<String> digestNamedBy,
            Set<String> otherDigestNamedBy,
            Map<String, Equivocation> equivocations,
            Set<String> unproven,
            Map<String, Long> dates,
            NetworkView view) {}

    /**
     * All that a view rests on.
     *
     * @param input what it is made of
     * @param askedAtMicros when, microseconds since the epoch
     * @param configDigest of the config with these members and this topology
     * @param topology who polls whom
     * @param equivocations what the asker can prove
     */
    public static Evidence of(
            ViewInput input,
            long askedAtMicros,
            String configDigest,
            Topology topology,
            Map<String, Equivocation> equivocations) {
        Map<String, RawEntry> entries = new LinkedHashMap<>();
        Map<String, Met> met = new LinkedHashMap<>();
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (Member member : input.members()) {
            String id = member.nodeId();
            HeldEntry held = input.entries().get(id);
            if (held != null) {
                entries.put(id, held.entry().raw());
                met.put(id, Met.of(held, input.nowNanos()));
            }
            Equivocation pair = equivocations.get(id);
            if (pair != null) {
                pairs.put(id, new Pair(pair.first().raw(), pair.second().raw()));
            }
        }
        return new Evidence(
                input.networkId(),
                input.asker(),
                askedAtMicros,
                input.askerInterval(),
                input.cadenceSeconds(),
                configDigest,
                topology,
                input.members(),
                entries,
                met,
                pairs);
    }

    /**
     * Judges the entries as any store does, and makes the view of those that pass.
     *
     * @param keys the keys that are trusted, of all members; of those without one, an empty list
     */
    public Verified verify(KeyMapping keys) {
        SharedStore store = storeAt(askedAtMicros, keys);
        MergeResult merged = store.merge(new RawEntries(entries, Set.of()));
        Map<String, HeldEntry> held = new LinkedHashMap<>();
        Map<String, Long> dates = new TreeMap<>();
        String digest = NetworkConfig.digestOf(networkId, members, keys, topology);
        Set<String> digestNamedBy = new TreeSet<>();
        Set<String> otherDigestNamedBy = new TreeSet<>();
        store.entries().forEach((id, kept) -> {
            held.put(id, met.getOrDefault(id, Met.NEVER).heldAtZero(kept.entry()));
            dates.put(id, kept.entry().data().dateMicros());
            @Nullable String named = kept.entry().data().configDigest();
            if (named != null) {
                (named.equals(digest) ? digestNamedBy : otherDigestNamedBy).add(id);
            }
        });
        Map<String, Equivocation> proven = new TreeMap<>();
        Set<String> unproven = new TreeSet<>();
        equivocations.forEach((id, pair) ->
                proof(id, pair, keys).ifPresentOrElse(proof -> proven.put(id, proof), () -> unproven.add(id)));
        return new Verified(
                merged.refused(),
                digest,
                digestNamedBy,
                otherDigestNamedBy,
                proven,
                unproven,
                dates,
                NetworkView.of(new ViewInput(
                        networkId,
                        members,
                        topology.observers(networkId, members),
                        cadenceSeconds,
                        held,
                        asker,
                        askerInterval,
                        Set.of(),
                        0)));
    }

    /** What two entries of one date prove they prove whenever they are looked at. */
    private Optional<Equivocation> proof(String id, Pair pair, KeyMapping keys) {
        SharedStore store = storeAt(END_OF_TIME, keys);
        store.merge(new RawEntries(Map.of(id, pair.first()), Set.of()));
        store.merge(new RawEntries(Map.of(id, pair.second()), Set.of()));
        return Optional.ofNullable(store.equivocations().get(id));
    }

    private SharedStore storeAt(long wallMicros, KeyMapping keys) {
        return new SharedStore(networkId, null, keys, new Clock() {
            @Override
            public long wallMicros() {
                return wallMicros;
            }

            @Override
            public long monotonicNanos() {
                return 0;
            }
        });
    }
}
