package io.distomon.node.connections;

import io.distomon.core.exchange.Allowance;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much each owner of connections may ask for: whoever asks for more is heard more slowly, before anything of it is
 * looked at. A request counts, whatever becomes of it, and so does each 16 KiB that comes or goes. Members have narrower
 * budgets besides, with which the core answers that it is busy. Of more than {@value #MAX_OWNERS} owners the least recent is
 * forgotten. Safe for use by many threads: one lock, held briefly.
 */
final class Budgets {
    /** More than a thousand members need that all come by one address, once they are known. */
    static final int A_SECOND = 200;

    /** In a row: as when a thousand members connect at once by one address. */
    static final int IN_A_ROW = 2_000;

    /** Nobody waits longer than two seconds for this: who comes by the same address must not be given up meanwhile. */
    static final int MOST_OWED = 2 * A_SECOND;

    static final int BYTES_OF_ONE = 16 * 1024;

    static final int MAX_OWNERS = 10_000;

    private final Map<Owner, Allowance> byOwner = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Owner, Allowance> leastRecent) {
            return size() > MAX_OWNERS;
        }
    };

    /** Whether an owner has to wait. */
    synchronized boolean isUsedUp(Owner owner, long nowNanos) {
        Allowance allowance = byOwner.get(owner);
        return allowance != null && allowance.isUsedUp(nowNanos);
    }

    synchronized void request(Owner owner, long nowNanos) {
        use(owner, 1, nowNanos);
    }

    synchronized void bytes(Owner owner, long count, long nowNanos) {
        use(owner, (double) count / BYTES_OF_ONE, nowNanos);
    }

    private void use(Owner owner, double amount, long nowNanos) {
        byOwner.computeIfAbsent(owner, key -> new Allowance(A_SECOND, IN_A_ROW, MOST_OWED))
                .use(amount, nowNanos);
    }
}
