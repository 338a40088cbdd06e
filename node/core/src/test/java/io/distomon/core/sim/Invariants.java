package io.distomon.core.sim;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.exchange.Remembered;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold at every moment, whatever happens. For one thread. */
final class Invariants {
    private final Map<SimProcess, Seen> seen = new HashMap<>();
    private final Map<RawEntry, Verifier> signedWith = new HashMap<>();

    /** What one process held when it was looked at last, and the keys that this was judged with. */
    private static final class Seen {
        KeyMapping keys = new KeyMapping(Map.of());
        Map<String, SignedNodeData> held = new HashMap<>();
        int clockSets;
    }

    /** Looks at a node to which something has just happened. */
    void check(SimNode node) {
        node.process().ifPresent(process -> check(node, process));
    }

    private void check(SimNode node, SimProcess process) {
        Seen before = seen.computeIfAbsent(process, p -> new Seen());
        KeyMapping keys = node.config().keys();
        boolean sameKeys = keys.equals(before.keys);
        Map<String, SignedNodeData> held = new HashMap<>();
        process.store().entries().forEach((signer, entry) -> held.put(signer, entry.entry()));
        held.forEach((signer, entry) -> {
            SignedNodeData last = before.held.get(signer);
            if (!entry.equals(last) || !sameKeys) {
                checkSigned(node, signer, entry.raw(), keys);
            }
        });
        if (before.clockSets
                == node.clock().sets()) { // with a clock that was wrong meanwhile, entries were from the future
            before.held.forEach((signer, last) -> checkDate(node, signer, last, held.get(signer), sameKeys));
        }
        before.clockSets = node.clock().sets();
        before.keys = keys;
        before.held = held;
        if (held.size() > node.config().members().size()) {
            throw new AssertionError(
                    "%s holds the entries of %s, more than there are members".formatted(node.id(), held.keySet()));
        }
        Remembered.check(process.exchange());
    }

    private void checkSigned(SimNode node, String signer, RawEntry raw, KeyMapping keys) {
        Verifier key = signedWith(raw, keys);
        if (key == null || !raw.sigId().equals(signer) || !keys.of(signer).contains(key)) {
            throw new AssertionError(
                    "%s holds an entry of %s that no valid key of it signed".formatted(node.id(), signer));
        }
    }

    /** Which key signed; each entry is verified once in a world, as that is what costs. */
    private @Nullable Verifier signedWith(RawEntry raw, KeyMapping keys) {
        return signedWith.computeIfAbsent(raw, unknown -> {
            byte[] payload = Base64.getDecoder().decode(raw.payload());
            byte[] signature = Base64.getDecoder().decode(raw.signature());
            return keys.of(raw.sigId()).stream()
                    .filter(key -> key.verify(payload, signature))
                    .findFirst()
                    .orElse(null);
        });
    }

    private static void checkDate(
            SimNode node, String signer, SignedNodeData last, @Nullable SignedNodeData now, boolean sameKeys) {
        long lastMicros = last.data().dateMicros();
        boolean ahead = lastMicros - node.clock().wallMicros() > SharedStore.MAX_AHEAD_SECONDS * 1_000_000L;
        if (ahead || !sameKeys) {
            return;
        }
        if (now == null) {
            throw new AssertionError("%s lost its entry of %s".formatted(node.id(), signer));
        }
        if (now.data().dateMicros() < lastMicros) {
            throw new AssertionError("%s went back to an older entry of %s".formatted(node.id(), signer));
        }
    }

    /**
     * Nodes that hear each other hold the same. Only what a liar said twice under one date may differ, if it has said
     * nothing since: exchanges go by dates.
     */
    static void checkSame(List<SimNode> group, Set<String> liars) {
        Map<String, HeldEntry> first =
                group.getFirst().process().orElseThrow().store().entries();
        for (SimNode node : group) {
            Map<String, HeldEntry> held = node.process().orElseThrow().store().entries();
            if (!dates(held).equals(dates(first)) || !raw(held, liars).equals(raw(first, liars))) {
                throw new AssertionError("%s holds %s, but %s holds %s"
                        .formatted(group.getFirst().id(), dates(first), node.id(), dates(held)));
            }
        }
    }

    private static Map<String, RawEntry> raw(Map<String, HeldEntry> held, Set<String> liars) {
        Map<String, RawEntry> raw = new HashMap<>();
        held.forEach((id, entry) -> raw.put(id, entry.entry().raw()));
        raw.keySet().removeAll(liars);
        return raw;
    }

    private static Map<String, Long> dates(Map<String, HeldEntry> held) {
        Map<String, Long> dates = new HashMap<>();
        held.forEach((id, entry) -> dates.put(id, entry.entry().data().dateMicros()));
        return dates;
    }
}
