package io.distomon.core.exchange;

import io.distomon.core.json.InvalidJsonException;
import java.util.Set;

/** The memory of an exchange, for checks that it stays within its bounds from outside of this package. */
public final class Remembered {
    /** R5's. */
    private static final int MAX_NONCES = 4096;

    /** R11's. */
    private static final int MAX_OFFSETS = 16;

    private Remembered() {}

    /** Throws an {@link AssertionError} when more is remembered of a peer than may be. */
    public static void check(NetworkExchange exchange) {
        Set<String> members = exchange.config().keys().keys().keySet();
        exchange.kept().forEach((id, kept) -> {
            boolean fits = kept.nonces() <= MAX_NONCES
                    && kept.offsets() <= MAX_OFFSETS
                    && members.containsAll(kept.have())
                    && members.containsAll(kept.hearsay())
                    && (members.contains(id)
                            || (kept.have().isEmpty() && kept.hearsay().isEmpty() && kept.offsets() == 0));
            if (!fits) {
                throw new AssertionError("%s remembers too much of %s: %s, where %s are members"
                        .formatted(exchange.config().nodeId(), id, kept, members));
            }
        });
    }

    /** A mistake to plant: remembers all that a request says to be held, whatever names those are. */
    public static void keepAllNames(NetworkExchange exchange, String sender, byte[] request) {
        try {
            exchange.peer(sender).have(RequestBody.decode(request).have());
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException("found a request that was accepted and is none", e);
        }
    }
}
