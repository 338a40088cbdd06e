package io.distomon.core.alert;

import io.distomon.core.text.ForeignText;
import io.distomon.core.view.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A message in sentences, a line each: "nyc is down: 2 of 2 observers say so since 10:42 UTC". */
final class AlertWords {
    private static final int MAX_SHOWN_NODES = 20;
    private static final int MAX_LINE_CHARS = 1400;
    private static final int MICROS_IN_SECOND = 1_000_000;
    private static final long SECONDS_SHOWN = 120;
    private static final long MINUTES_SHOWN = 120;

    private final Message message;
    private final Words words;

    private record Sort(AlertKind kind, boolean firing) implements Comparable<Sort> {
        @Override
        public int compareTo(Sort other) {
            int byFiring = Boolean.compare(other.firing, firing);
            return byFiring != 0 ? byFiring : kind.compareTo(other.kind);
        }
    }

    private AlertWords(Message message, long nowMicros) {
        this.message = message;
        this.words = new Words(nowMicros);
    }

    /** The lines, what fires first. */
    static List<String> lines(Message message, long nowMicros) {
        return new AlertWords(message, nowMicros).lines();
    }

    /** An alert in a sentence. */
    static String sentence(Alert alert) {
        return alert.isFiring() ? alert.summary() : over(alert);
    }

    private List<String> lines() {
        Map<Sort, List<Alert>> sorts = message.notices().stream()
                .map(Notice::alert)
                .collect(Collectors.groupingBy(
                        alert -> new Sort(alert.subject().kind(), alert.isFiring()),
                        TreeMap::new,
                        Collectors.toList()));
        List<String> lines = new ArrayList<>();
        sorts.forEach((sort, alerts) -> lines.add(
                ForeignText.plain("[%s] %s".formatted(message.networkId(), line(sort, alerts)), MAX_LINE_CHARS)));
        if (message.isRepeat()) {
            lines.add("(%s tells it again: it may have been told before)".formatted(message.sender()));
        }
        return lines;
    }

    private String line(Sort sort, List<Alert> alerts) {
        if (alerts.size() == 1 || !sort.kind().isOfNode()) {
            return alerts.stream().map(AlertWords::sentence).collect(Collectors.joining("; "));
        }
        String names = alerts.stream()
                        .map(alert -> alert.subject().name())
                        .sorted()
                        .limit(MAX_SHOWN_NODES)
                        .collect(Collectors.joining(", "))
                + (alerts.size() > MAX_SHOWN_NODES ? " and %s more".formatted(alerts.size() - MAX_SHOWN_NODES) : "");
        String what = sort.kind() == AlertKind.NODE_OFFLINE ? "down" : "slow or lossy";
        return sort.firing()
                ? "%s nodes are %s: %s; %s since %s"
                        .formatted(alerts.size(), what, names, observers(alerts), words.moment(earliest(alerts)))
                : "%s nodes are no longer %s: %s".formatted(alerts.size(), what, names);
    }

    private static String observers(List<Alert> alerts) {
        List<String> shown = alerts.stream()
                .map(Alert::shownAs)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return (shown.size() == 1 ? shown.getFirst() : "most observers") + " of each say so";
    }

    private static long earliest(List<Alert> alerts) {
        return alerts.stream().mapToLong(Alert::sinceMicros).min().orElseThrow();
    }

    private static String over(Alert alert) {
        String what = switch (alert.subject().kind()) {
            case NODE_OFFLINE -> " is no longer down";
            case NODE_SLOW -> " is no longer slow or lossy";
            case PARTITION -> " is no longer divided";
            case MINORITY -> " is heard by most again, as this node sees it";
            case TEST -> " was tested";
        };
        Long ended = alert.endedMicros();
        return alert.subject().name()
                + what
                + (ended == null ? "" : ", after " + span(Math.max(0, ended - alert.sinceMicros()) / MICROS_IN_SECOND));
    }

    private static String span(long seconds) {
        if (seconds < SECONDS_SHOWN) {
            return seconds + " s";
        }
        Duration span = Duration.ofSeconds(seconds);
        return span.toMinutes() < MINUTES_SHOWN ? span.toMinutes() + " min" : span.toHours() + " h";
    }
}
