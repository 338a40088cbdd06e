package io.distomon.core.alert;

import io.distomon.core.exchange.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets what is wrong for a while become an alert, and ends one when it is over for as long: what comes and goes faster
 * fires once or never. For one thread.
 */
final class Alerts {
    private final String networkId;

    /** Since when what is wrong is so, of what has not fired. */
    private final Map<Subject, Moment> wrongSince = new HashMap<>();

    /** Since when what has fired is over, of what has not been resolved. */
    private final Map<Subject, Moment> wellSince = new HashMap<>();

    private final Map<Subject, Alert> firing = new TreeMap<>();

    /** All there are by their ids, in the order in which they fired. */
    private final Map<String, Alert> all = new LinkedHashMap<>();

    /** @param before those that were known before a restart */
    Alerts(String networkId, Collection<Alert> before) {
        this.networkId = networkId;
        before.forEach(this::put);
    }

    /** All that fire, and those resolved that were not forgotten, in the order in which they fired. */
    List<Alert> all() {
        return List.copyOf(all.values());
    }

    /** How many fire. */
    int firing() {
        return firing.size();
    }

    /** Whether what has fired is over, and may soon have been for long enough to be told. */
    boolean isEnding(Alert alert) {
        return wellSince.containsKey(alert.subject());
    }

    /** The groups of a division that fires; empty when none does. */
    List<List<String>> groups() {
        return firing.values().stream()
                .flatMap(alert -> alert.groups().stream())
                .toList();
    }

    void forget(Set<String> ids) {
        all.keySet().removeAll(ids);
    }

    /**
     * Takes in what a view says.
     *
     * @return what fired or was resolved
     */
    List<Alert> look(Troubles troubles, Duration grace, Moment now) {
        wrongSince.keySet().retainAll(troubles.wrong().keySet());
        wellSince.keySet().removeAll(troubles.wrong().keySet());
        wellSince.keySet().removeAll(troubles.unsaid());
        List<Alert> news = new ArrayList<>();
        for (Trouble trouble : new TreeMap<>(troubles.wrong()).values()) {
            if (!firing.containsKey(trouble.subject()) && isLongEnough(wrongSince, trouble.subject(), grace, now)) {
                wrongSince.remove(trouble.subject());
                news.add(fired(trouble, now));
            }
        }
        for (Alert alert : List.copyOf(firing.values())) {
            Subject subject = alert.subject();
            boolean isOver =
                    !troubles.wrong().containsKey(subject) && !troubles.unsaid().contains(subject);
            if (isOver && isLongEnough(wellSince, subject, grace, now)) {
                Moment over = Objects.requireNonNull(wellSince.remove(subject), "since when it is over");
                news.add(alert.resolved(over.wallMicros(), now.wallMicros()));
            }
        }
        news.forEach(this::put);
        return news;
    }

    private static boolean isLongEnough(Map<Subject, Moment> since, Subject subject, Duration grace, Moment now) {
        Moment first = since.computeIfAbsent(subject, any -> now);
        return now.monotonicNanos() - first.monotonicNanos() >= grace.toNanos();
    }

    /**
     * What says the same moment of what was over meanwhile is something else all the same. A moment is by the clocks of
     * others, of which some may be wrong or lie: what is so now did not begin later, nor before the epoch.
     */
    private Alert fired(Trouble trouble, Moment now) {
        Long said = trouble.sinceMicros();
        boolean isPossible = said != null && said >= 0 && said <= now.wallMicros();
        long since = isPossible ? Objects.requireNonNull(said) : now.wallMicros();
        boolean isKnown = all.containsKey(Alert.idOf(networkId, trouble.subject(), since));
        return Alert.fired(networkId, trouble, isKnown ? now.wallMicros() : since, now.wallMicros());
    }

    private void put(Alert alert) {
        all.put(alert.id(), alert);
        if (alert.isFiring()) {
            firing.put(alert.subject(), alert);
        } else {
            firing.remove(alert.subject());
        }
    }
}
