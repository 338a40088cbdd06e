package io.distomon.core.sim;

/**
 * A mistake that is planted in the harness, never in the code under test, to show that the simulation would find its
 * like. Every node of the world makes it.
 */
enum Bug {
    /** None: the code as it is. */
    NONE(""),
    /** The store takes entries that another member forged. */
    FORGERIES_TAKEN("that no valid key of it signed"),
    /** The receiver forgets the nonces it has met. */
    NONCES_FORGOTTEN("accepted a message for the second time"),
    /** What a peer says that it holds is remembered whatever names it makes up. */
    MADE_UP_NAMES_KEPT("remembers too much of"),
    /** An answer counts whatever its signature. */
    ANSWERS_UNCHECKED("took an answer that is none to its request"),
    /** The monitor forgives one failure less than it should. */
    RETRY_DROPPED("failures in a row, of which"),
    /** Nobody stands in for anybody. */
    STAND_INS_FORGOTTEN(" polls ["),
    /** Who polls whom is computed from a list in which one is missing. */
    OBSERVERS_DIFFER(" polls ["),
    /** The view takes every held record for fresh. */
    STALE_RECORDS_TRUSTED("expected Verdict");

    private final String symptom;

    Bug(String symptom) {
        this.symptom = symptom;
    }

    /** What the simulation says of it. */
    String symptom() {
        return symptom;
    }
}
