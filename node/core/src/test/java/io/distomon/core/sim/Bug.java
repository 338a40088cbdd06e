package io.distomon.core.sim;

/**
 * A mistake that is planted in the harness, never in the code under test, to show that the simulation would find its
 * like. Every node of the world makes it.
 */
enum Bug {
    /** None: the code as it is. */
    NONE,
    /** The store takes entries that another member forged. */
    FORGERIES_TAKEN,
    /** The receiver forgets the nonces it has met. */
    NONCES_FORGOTTEN,
    /** An answer counts whatever its signature. */
    ANSWERS_UNCHECKED,
    /** The monitor forgives one failure less than it should. */
    RETRY_DROPPED,
    /** The view takes every held record for fresh. */
    STALE_RECORDS_TRUSTED
}
