package io.distomon.core.store;

/**
 * An entry in a store.
 *
 * @param entry the newest of its signer
 * @param seenNanos our monotonic time when the held date last advanced; for an entry that followed on none, reduced by
 *     its age, so that an old entry met at start is not taken for a sign of life
 */
public record HeldEntry(SignedNodeData entry, long seenNanos) {}
