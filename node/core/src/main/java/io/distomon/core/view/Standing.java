package io.distomon.core.view;

import java.util.Locale;

/** Whether what an observer says of a node counts, and if not, why. */
public enum Standing {
    COUNTED,
    /** The observer calls most of those offline whom others reach: its own links are broken, or it lies. */
    SUSPECT,
    /** The observer is the only one heard, and reaches nobody. */
    ALONE,
    /** The two are in groups that don't reach each other; it tells of the division, and of neither. */
    ACROSS,
    /** The observer itself is called offline, and has not answered. */
    SILENT,
    /** For a while: refused as unauthenticated by a node that runs with another config. */
    SETTLING,
    /** The observer is none of those who should look at this node, nor of those who may stand in. */
    STRANGER;

    /** The form in answers, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
