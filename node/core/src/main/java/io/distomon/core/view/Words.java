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

    /** A verdict in one sentence. */
    public String of(NodeVerdict verdict) {
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
            case ONLINE ->
                n == 0
                        ? id + " is online by its own record"
                        : "%s is online: %s so%s".formatted(id, observers(agreeing, n, "says", "say"), since);
            case UNKNOWN -> "%s is unknown: nobody who counts watches it, %s".formatted(id, lastReport(verdict));
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
                        "%s is isolated: it reaches nobody%s%s".formatted(id, since, reachedBy(agreeing, n));
                    case LINKS -> "%s has a broken link%s%s".formatted(id, since, reachedBy(agreeing, n));
                    case UNOBSERVED -> throw new IllegalArgumentException("unobserved is Unknown, not Degraded");
                };
        };
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
        return n == 0 ? "" : ", %s it".formatted(observers(agreeing, n, "reaches", "reach"));
    }

    private static String observers(int agreeing, int n, String verb, String verbOfMany) {
        return "%d of %d observers %s".formatted(agreeing, n, agreeing == 1 ? verb : verbOfMany);
    }

    private static LocalDateTime utc(long micros) {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, EntryDate.SECOND_MICROS), 0, ZoneOffset.UTC);
    }
}
