package io.distomon.core.view;

import java.util.Locale;

/** Why a node is Degraded or Unknown. */
public enum Reason {
    /** Unknown: it does not report, and nobody who counts watches it. */
    UNOBSERVED,
    /** Degraded: it answers at least half of those who watch it, but its own reports have ceased. */
    SILENT,
    /** Degraded: it reports, but reaches nobody, while others are reached: what it says of them does not count. */
    ISOLATED,
    /** Degraded: it reports, but a link from or to it is broken. */
    LINKS;

    /** The form in answers, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
