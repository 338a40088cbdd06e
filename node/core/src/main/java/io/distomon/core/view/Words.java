package io.distomon.core.view;

import io.distomon.core.store.EntryDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Verdicts as sentences: "nyc is down: 2 of 2 observers say so since 10:42 UTC". The same input gives the same text. */
public final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);

    private final long askedAtMicros;

    /** @param askedAtMicros when the view is of, microseconds since the epoch: moments of the same day need no date */
    public Words(long askedAtMicros) {
        this.askedAtMicros = askedAtMicros;
    }

    /** A verdict in one sentence, and how many of the node's links are broken. */
    public String of(NodeVerdict verdict) {
        return verdict.brokenLinks() == 0
                ? judgement(verdict)
                : "%s; %s broken"
                        .formatted(
                                judgement(verdict),
                                verdict.brokenLinks() == 1
                                        ? "one of its links is"
                                        : verdict.brokenLinks() + " of its links are");
    }

    private String judgement(NodeVerdict verdict) {
        String id = verdict.nodeId();
        int n = verdict.observers();
        int agreeing = n - verdict.offlineObservers();
        String since = since(verdict.sinceMicros());
        return switch (verdict.state()) {
            case OFFLINE ->
                verdict.planned()
                        ? "%s has left as announced: %s no answer%s"
                                .formatted(id, observers(verdict.offlineObservers(), n, "gets", "get"), since)
                        : "%s is down: %s so%s"
                                .formatted(id, observers(verdict.offlineObservers(), n, "says", "say"), since);
            case ONLINE -> online(verdict, agreeing);
            case UNKNOWN ->
                verdict.reason() == Reason.UNREPORTED
                        ? "%s is coming up: %s it, it has not reported yet"
                                .formatted(id, observers(agreeing, n, "reaches", "reach"))
                        : "%s is unknown: nobody who counts watches it, %s".formatted(id, lastReport(verdict));
            case DEGRADED ->
                switch (Objects.requireNonNull(verdict.reason(), "a Degraded node has a reason")) {
                    case SILENT ->
                        "%s %s: %s it, %s"
                                .formatted(
                                        id,
                                        verdict.planned() ? "is leaving as announced" : "is silent",
                                        observers(agreeing, n, "reaches", "reach"),
                                        lastReport(verdict));
                    case ISOLATED ->
                        "%s is isolated: it reaches nobody%s, and nobody who reports reaches it".formatted(id, since);
                    case PARTITION ->
                        "%s is in a group that is cut off from the others%s%s"
                                .formatted(id, since, reachedBy(agreeing, n));
                    case OUTBOUND ->
                        "%s gets no answer from most of those whom others reach%s: the fault is on its side%s"
                                .formatted(id, since, reachedBy(agreeing, n));
                    case INBOUND ->
                        "%s reports, but %s no answer from it%s: its way in is broken"
                                .formatted(id, observers(verdict.offlineObservers(), n, "gets", "get"), since);
                    case UNOBSERVED, UNREPORTED ->
                        throw new IllegalArgumentException("a node that is Degraded has reported");
                };
        };
    }

    private String online(NodeVerdict verdict, int agreeing) {
        int n = verdict.observers();
        if (n == 0) {
            return verdict.nodeId() + " is online by its own record";
        }
        return 2 * agreeing > n
                ? "%s is online: %s so%s"
                        .formatted(
                                verdict.nodeId(), observers(agreeing, n, "says", "say"), since(verdict.sinceMicros()))
                : "%s is online: it reports, though %s no answer from it"
                        .formatted(verdict.nodeId(), observers(n - agreeing, n, "gets", "get"));
    }

    /** A failing link in one sentence. */
    public String of(LinkFault fault) {
        return "%s gets no answer from %s%s%s%s"
                .formatted(
                        fault.from(),
                        fault.to(),
                        since(fault.sinceMicros()),
                        fault.error() == null ? "" : " (" + fault.error() + ")",
                        fault.oneWay() ? ", though %s gets answers from %s".formatted(fault.to(), fault.from()) : "");
    }

    /** A moment to the minute, with its date when that is not the question's. */
    public String moment(long micros) {
        LocalDateTime moment = utc(micros);
        boolean sameDay = moment.toLocalDate().equals(utc(askedAtMicros).toLocalDate());
        return (sameDay ? TIME : DAY).format(moment);
    }

    private String since(@Nullable Long micros) {
        return micros == null ? "" : " since " + moment(micros);
    }

    private String lastReport(NodeVerdict verdict) {
        return verdict.recordDateMicros() == null
                ? "it has never reported"
                : "its last report is of " + moment(verdict.recordDateMicros());
    }

    private static String reachedBy(int agreeing, int n) {
        return n == 0 ? "" : "; %s it".formatted(observers(agreeing, n, "reaches", "reach"));
    }

    private static String observers(int agreeing, int n, String verb, String verbOfMany) {
        return "%s of %s %s %s"
                .formatted(agreeing, n, n == 1 ? "observer" : "observers", agreeing == 1 ? verb : verbOfMany);
    }

    private static LocalDateTime utc(long micros) {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, EntryDate.SECOND_MICROS), 0, ZoneOffset.UTC);
    }
}
