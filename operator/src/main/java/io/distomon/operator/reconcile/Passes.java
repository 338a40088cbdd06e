package io.distomon.operator.reconcile;

import java.time.Duration;

/** Somebody who wants to know of each pass over a network. */
@FunctionalInterface
public interface Passes {
    /**
     * A pass has ended.
     *
     * @param isWhole whether the API did all that it was asked
     */
    void ended(Duration took, boolean isWhole);
}
