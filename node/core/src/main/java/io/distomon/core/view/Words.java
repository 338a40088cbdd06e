package io.distomon.core.view;

import io.distomon.core.store.Breach;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.Figure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
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
                    case LOSSY, SLOW ->
                        "%s is %s: %s so%s%s"
                                .formatted(
                                        id,
                                        verdict.reason().word(),
                                        verdict.shownAs() + (verdict.shownAs().startsWith("1 ") ? " says" : " say"),
                                        since,
                                        example(verdict));
                    case UNOBSERVED, UNREPORTED ->
                        throw new IllegalArgumentException("a node that is Degraded has reported");
                };
        };
    }

    /** What the first of those measured who say so. */
    private static String example(NodeVerdict verdict) {
        return verdict.witnesses().stream()
                .filter(witness ->
                        !witness.breaches().isEmpty() && witness.standing() == Standing.COUNTED && witness.isHeeded())
                .min(Comparator.comparing(witness -> Reason.of(witness.breaches()) != verdict.reason()))
                .map(witness -> ", %s measures %s".formatted(witness.observer(), of(witness.breaches())))
                .orElse("");
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

    /** A slow or lossy link in one sentence. */
    public String of(StrainedLink link) {
        return "%s finds %s %s%s: %s%s"
                .formatted(
                        link.from(),
                        link.to(),
                        link.reason().word(),
                        since(link.sinceMicros()),
                        of(link.breaches()),
                        link.counted() ? "" : ", as other links of " + link.from() + " are");
    }

    /** What was measured, and what it may be at most: "182 ms p95 over 5 min, limit 120 ms". */
    public static String of(List<Breach> breaches) {
        return breaches.stream().map(Words::of).collect(Collectors.joining("; "));
    }

    private static String of(Breach breach) {
        String over = "over " + span(breach.spanSeconds());
        String measured = switch (breach.figure()) {
            case ROUND_TRIP_P95 -> "%s p95 %s".formatted(millis(breach.value()), over);
            case ROUND_TRIP_P50 -> "%s median %s".formatted(millis(breach.value()), over);
            case JITTER -> "%s jitter %s".formatted(millis(breach.value()), over);
            case LOSS -> "%s of %s polls lost %s".formatted(percent(breach.value()), breach.polls(), over);
        };
        boolean isLoss = breach.figure() == Figure.LOSS;
        String limit = isLoss ? percent(breach.limit()) : millis(breach.limit());
        Breach.Range usual = breach.usual();
        if (usual != null) {
            return "%s%s, usual %s–%s"
                    .formatted(
                            measured,
                            breach.value() > breach.limit() ? "" : ", for a short time within the limit again",
                            isLoss ? hundredths(usual.low()) : number(usual.low()),
                            isLoss ? percent(usual.high()) : millis(usual.high()));
        }
        return breach.value() > breach.limit()
                ? "%s, limit %s".formatted(measured, limit)
                : "%s, for a short time within the limit of %s again".formatted(measured, limit);
    }

    private static String millis(double millis) {
        return number(millis) + " ms";
    }

    private static String number(double millis) {
        return shortest(millis, millis < 10 ? 2 : millis < 100 ? 1 : 0);
    }

    private static String percent(double share) {
        return hundredths(share) + " %";
    }

    private static String hundredths(double share) {
        return shortest(100 * share, share < 0.01 ? 2 : 1);
    }

    private static String span(double seconds) {
        return seconds < 90 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
    }

    private static String shortest(double number, int decimals) {
        return BigDecimal.valueOf(number)
                .setScale(decimals, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
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
