package io.distomon.core.alert;

import io.distomon.core.exchange.Moment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one receiver was told and is still to be told: never more than one message at a time, and after a failure the next
 * one later, twice as late each time. For one thread.
 */
final class Outbox {
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 20;
    private static final double CHANCE = 0.2;

    /** What a receiver knows of an alert. */
    enum Told {
        NOTHING,
        FIRING,
        RESOLVED;

        /** Of who knows all of an alert. */
        static Told of(Alert alert) {
            return alert.isFiring() ? FIRING : RESOLVED;
        }
    }

    private final RandomGenerator random;
    private final Map<String, Told> told = new HashMap<>();

    /** Of which it is not known whether the receiver was told. */
    private final Set<String> uncertain = new HashSet<>();

    private boolean underWay;
    private int failures;

    /** Since when something waits to be told; null when nothing does. */
    private @Nullable Moment waitsSince;

    /** When the receiver was told last that all is still so, if it wants that. */
    private @Nullable Moment renewed;

    /** Until when the receiver is left alone; null when it is not. */
    private @Nullable Moment failedAt;

    private Duration leftAlone = Duration.ZERO;

    Outbox(RandomGenerator random) {
        this.random = random;
    }

    Told told(String id) {
        return told.getOrDefault(id, Told.NOTHING);
    }

    void put(String id, Told what) {
        told.put(id, what);
    }

    /** The receiver need not be told any more, if it was not. */
    void passOver(String id) {
        told.putIfAbsent(id, Told.RESOLVED);
    }

    boolean isUncertain(String id) {
        return uncertain.contains(id);
    }

    void doubt(Collection<String> ids) {
        uncertain.addAll(ids);
    }

    void forget(Set<String> ids) {
        told.keySet().removeAll(ids);
        uncertain.removeAll(ids);
    }

    /** Whether what waits has waited for others for long enough, and the receiver may be told now. */
    boolean isDue(boolean somethingWaits, Duration groupWait, Moment now) {
        if (!somethingWaits) {
            waitsSince = null;
            return false;
        }
        if (waitsSince == null) {
            waitsSince = now;
        }
        return isFree(now) && now.monotonicNanos() - waitsSince.monotonicNanos() >= groupWait.toNanos();
    }

    /** Whether it is to be told again what it knows, and may be told now. */
    boolean isToBeRenewed(Duration interval, Moment now) {
        return isFree(now)
                && (renewed == null || now.monotonicNanos() - renewed.monotonicNanos() >= interval.toNanos());
    }

    private boolean isFree(Moment now) {
        return !underWay
                && (failedAt == null || now.monotonicNanos() - failedAt.monotonicNanos() >= leftAlone.toNanos());
    }

    /** A message is under way. */
    void sends() {
        underWay = true;
    }

    /** What became of it. */
    void done(Message message, Outcome outcome, Moment now) {
        underWay = false;
        switch (outcome) {
            case Outcome.Delivered() -> settle(message.notices(), now);
            case Outcome.Refused(String _) -> settle(message.notices(), now);
            case Outcome.Failed(String _, boolean mayHaveArrived, @Nullable Duration retryAfter) -> {
                failures++;
                failedAt = now;
                leftAlone = longer(backoff(), retryAfter);
                if (mayHaveArrived) {
                    message.notices()
                            .forEach(notice -> uncertain.add(notice.alert().id()));
                }
            }
        }
    }

    private void settle(List<Notice> notices, Moment now) {
        for (Notice notice : notices) {
            told.put(notice.alert().id(), Told.of(notice.alert()));
            uncertain.remove(notice.alert().id());
        }
        failures = 0;
        failedAt = null;
        waitsSince = null;
        renewed = now;
    }

    private Duration backoff() {
        Duration wait = SHORTEST_WAIT;
        for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && wait.compareTo(LONGEST_WAIT) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        Duration bounded = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        return Duration.ofNanos((long) (bounded.toNanos() * (1 - CHANCE * random.nextDouble())));
    }

    private static Duration longer(Duration backoff, @Nullable Duration retryAfter) {
        if (retryAfter == null || retryAfter.compareTo(backoff) < 0) {
            return backoff;
        }
        return retryAfter.compareTo(LONGEST_RETRY_AFTER) < 0 ? retryAfter : LONGEST_RETRY_AFTER;
    }
}
