package io.distomon.core.store;

import org.jspecify.annotations.Nullable;

/**
 * A signer's entry has given way to a newer one.
 *
 * @param before what was held of it; null when nothing was
 * @param now what is held from here on
 */
public record Advance(@Nullable SignedNodeData before, SignedNodeData now) {
    /** Whose entry it is. */
    public String signer() {
        return now.raw().sigId();
    }
}
