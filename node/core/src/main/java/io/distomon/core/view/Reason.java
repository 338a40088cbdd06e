package io.distomon.core.view;

import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import java.util.List;
import java.util.Locale;

/** Why a node is Degraded or Unknown. */
public enum Reason {
    /** Unknown: it does not report, and nobody who counts watches it. */
    UNOBSERVED,
    /** Unknown: it answers at least half of those who watch it, but nobody has ever had a report of it: it comes up. */
    UNREPORTED,
    /** Degraded: it answers at least half of those who watch it, but its own reports have ceased. */
    SILENT,
    /** Degraded: it reports, but nobody else is heard whom it reaches, or it is cut off from all others. */
    ISOLATED,
    /** Degraded: it reports, in a group that is cut off from a larger one, or from one that is as large. */
    PARTITION,
    /** Degraded: it reports, but gets no answer from most of those whom others reach: its own way out is broken. */
    OUTBOUND,
    /** Degraded: it reports and has heard of it, but most of those who watch it get no answer. */
    INBOUND,
    /** Degraded: it reports and answers, but most of those who watch it find that it loses more polls than it may. */
    LOSSY,
    /** Degraded: likewise, but find that its round trips take longer, or differ more, than they may. */
    SLOW;

    /** What a link is with these breaches. */
    static Reason of(List<Breach> breaches) {
        return breaches.stream().anyMatch(breach -> breach.figure() == Figure.LOSS) ? LOSSY : SLOW;
    }

    /** The form in answers, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
