package io.distomon.core.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mistake that is planted in the harness, never in the code under test, to show that the simulation would find its
 * like. Every node of the world makes it.
 */
enum Bug {
    /** None: the code as it is. */
    NONE(""),
    /** The store takes entries that another member forged. */
    FORGERIES_TAKEN("that no valid key of it signed", Chaos.Kind.LIES),
    /** The receiver forgets the nonces it has met. */
    NONCES_FORGOTTEN("accepted a message for the second time", Chaos.Kind.REPLAYS),
    /** What a peer says that it holds is remembered whatever names it makes up. */
    MADE_UP_NAMES_KEPT("remembers too much of", Chaos.Kind.LIES),
    /** An answer counts whatever its signature. */
    ANSWERS_UNCHECKED("took an answer that is none to its request", Chaos.Kind.TAMPERED_LINK),
    /** The monitor forgives one failure less than it should. */
    RETRY_DROPPED("failures in a row, of which", Chaos.Kind.CRASH),
    /** Nobody stands in for anybody. */
    STAND_INS_FORGOTTEN("[it] besides whom the topology gives it", Chaos.Kind.CRASH),
    /** Who polls whom is computed from a list in which one is missing. */
    OBSERVERS_DIFFER(" polls [", Chaos.Kind.REPLAYS),
    /** The view takes every held record for fresh. */
    STALE_RECORDS_TRUSTED("whose news do not come here", Chaos.Kind.PARTITION),
    /** When a link is broken, both its ends are Degraded: the view's first version. */
    LINKS_BLAME_BOTH_ENDS("blames", Chaos.Kind.HALF_OPEN),
    /** Only who reaches nobody at all is suspect: the view's first version. */
    SUSPECT_ONLY_WHEN_ALL_FAIL("which is behind a firewall", Chaos.Kind.HALF_OPEN),
    /** Nobody cares for what the accused says. */
    DENIALS_IGNORED("state=OFFLINE", Chaos.Kind.HALF_OPEN),
    /** A node that promises to be silent for an hour may be. */
    CLAIMS_BELIEVED("down", Chaos.Kind.CRASH),
    /** An entry is a sign of life of the moment in which it is met, however old it is. */
    OLD_ENTRIES_ARE_SIGNS_OF_LIFE("has been down for long", Chaos.Kind.REBIRTH),
    /** After a failure the next poll comes by the grid. */
    RETRIES_BY_THE_GRID("noticed after"),
    /** A failure counts however late it was noticed. */
    OWN_DELAY_ACCUSES("stood still itself", Chaos.Kind.LONG_FREEZE),
    /** Nobody looks at whom others fail to reach. */
    HEARSAY_IGNORED("noticed after"),
    /** A first failure is told to nobody: others hear when somebody is offline. */
    FIRST_FAILURES_UNTOLD("noticed after"),
    /** All who watch a node poll it at the same moment. */
    NO_TURNS("noticed after"),
    /** What most say of a node is passed on by nobody. */
    MOST_UNHEARD("noticed after"),
    /** What anybody says of anybody counts. */
    STRANGERS_COUNT("blames");

    private final String symptom;
    private final Chaos.@Nullable Kind kind;

    Bug(String symptom) {
        this(symptom, null);
    }

    Bug(String symptom, Chaos.@Nullable Kind kind) {
        this.symptom = symptom;
        this.kind = kind;
    }

    /** What the simulation says of it. */
    String symptom() {
        return symptom;
    }

    /** What goes wrong in the worlds in which it is looked for; with none, anything may. */
    List<Chaos.Kind> kinds() {
        return kind == null ? List.of() : List.of(kind);
    }
}
