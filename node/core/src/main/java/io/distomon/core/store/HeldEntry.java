package io.distomon.core.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry in a store, and what was met on the way to it. All times are of our monotonic clock, so that no two nodes'
 * clocks need to agree.
 *
 * @param entry the newest of its signer
 * @param seenNanos when the held date last advanced, less what the entry is older than a wrong clock explains; for an
 *     entry that followed on none, less its whole age, so that an old entry met at start is not taken for a sign of life
 * @param onsetNanos for each target that it calls offline and says since when: when that began, at the latest
 * @param bootNanos when the first entry with its boot id was seen
 */
public record HeldEntry(SignedNodeData entry, long seenNanos, Map<String, Long> onsetNanos, long bootNanos) {
    public HeldEntry {
        onsetNanos = Collections.unmodifiableMap(new LinkedHashMap<>(onsetNanos));
    }

    /**
     * An entry that takes another's place.
     *
     * @param before what was held of its signer; null when nothing was
     */
    static HeldEntry after(@Nullable HeldEntry before, SignedNodeData entry, long seenNanos) {
        long bootNanos = before != null
                        && Objects.equals(
                                before.entry.data().boot(), entry.data().boot())
                ? before.bootNanos
                : seenNanos;
        return new HeldEntry(entry, seenNanos, onsets(before, entry.data(), seenNanos), bootNanos);
    }

    private static Map<String, Long> onsets(@Nullable HeldEntry before, NodeData said, long seenNanos) {
        Map<String, Long> onsets = new LinkedHashMap<>();
        said.pingData().forEach((target, ping) -> {
            Long since = ping.sinceMicros();
            if (ping.status() == PingStatus.OFFLINE && since != null) {
                // One span on the signer's clock, one on ours.
                long onset = seenNanos - Math.max(0, said.dateMicros() - since) * 1_000;
                Long earlier = before != null && since.equals(before.offlineSince(target))
                        ? before.onsetNanos.get(target)
                        : null;
                onsets.put(target, earlier == null ? onset : Math.min(earlier, onset));
            }
        });
        return onsets;
    }

    /** Since when it says that {@code target} is offline, microseconds since the epoch; null when it does not. */
    public @Nullable Long offlineSince(String target) {
        PingData ping = entry.data().pingData().get(target);
        return ping != null && ping.status() == PingStatus.OFFLINE ? ping.sinceMicros() : null;
    }
}
