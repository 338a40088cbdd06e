package io.distomon.core.store;

import java.util.Collection;

/** Entries that need no verifying, as they were never sent. For simulations of so long a time that nothing else is. */
public final class Verified {
    private Verified() {}

    /** Has a store hold those that are newer. */
    public static void hold(SharedStore store, Collection<SignedNodeData> entries) {
        entries.forEach(store::hold);
    }
}
