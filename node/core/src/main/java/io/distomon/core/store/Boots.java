package io.distomon.core.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells a process that was started anew from two that sign with one key. Entries of a former process end when those of
 * the next begin, whatever their clocks say; when they come back, and the others come back too, both are at work. Not
 * thread-safe.
 */
final class Boots {
    /**
     * Where a clock was set back between two starts, the former process may come back once, with entries that others have
     * held, and then the next one does, which has overtaken them.
     */
    private static final int RETURNS_OF_DOUBLES = 3;

    private static final int FORMER_KEPT = 4;

    private final Map<String, Known> bySigner = new HashMap<>();

    private static final class Known {
        final List<String> former = new ArrayList<>();

        @Nullable
        String latest;

        List<String> pair = List.of();
        int returns;
        long returnedNanos;
    }

    /** An entry of a process with this boot id is held from here on. */
    void met(String signer, @Nullable String boot, long nowNanos) {
        if (boot == null) {
            return;
        }
        Known known = bySigner.computeIfAbsent(signer, id -> new Known());
        String before = known.latest;
        if (boot.equals(before)) {
            return;
        }
        if (before != null) {
            if (known.former.remove(boot)) {
                known.returns = isPast(known, nowNanos) ? 1 : known.returns + 1;
                known.returnedNanos = nowNanos;
                known.pair = List.of(before, boot).stream().sorted().toList();
            }
            known.former.add(before);
            if (known.former.size() > FORMER_KEPT) {
                known.former.removeFirst();
            }
        }
        known.latest = boot;
    }

    /** The boot ids of both processes, by the node id that they share. */
    Map<String, List<String>> doubles(long nowNanos) {
        Map<String, List<String>> doubles = new TreeMap<>();
        bySigner.forEach((signer, known) -> {
            if (known.returns >= RETURNS_OF_DOUBLES && !isPast(known, nowNanos)) {
                doubles.put(signer, known.pair);
            }
        });
        return doubles;
    }

    void keepOnly(Set<String> signers) {
        bySigner.keySet().retainAll(signers);
    }

    private static boolean isPast(Known known, long nowNanos) {
        return nowNanos - known.returnedNanos > SharedStore.PROOFS_KEPT.toNanos();
    }
}
