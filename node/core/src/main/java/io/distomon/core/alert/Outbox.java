package io.distomon.core.alert;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.exchange.Moment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** For so long what a receiver refused is not offered to it again, unless its url, type or key changes. */
    static final Duration REFUSAL_HOLDS = Duration.ofHours(1);

    /** What a receiver knows of an alert, or why it is not to know more. */
    enum Told {
        /** Nothing, and is to be told. */
        NOTHING,
        /** Nothing, as it fired in a silence: that it is over it is told only if the silence ends before. */
        HELD_BACK,
        /** That it fires. */
        FIRING,
        /** That it is over, or nothing more is to be told. */
        RESOLVED,
        /** Nothing, as it refused to be told: that it is over it is not told either. */
        REFUSED,
        /** That it fires; it refused to be told that it is over. */
        END_REFUSED;

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

    /** When it was told last of each alert, in nanoseconds of the monotonic clock. */
    private final Map<String, Long> toldNanos = new HashMap<>();

    /** Whom the outbox is for; null before the first look. */
    private @Nullable AlertReceiver receiver;

    /** Whether what is under way goes to whom the outbox was for before. */
    private boolean isStale;

    /** When it refused something last; null when it has not since it was looked at anew. */
    private @Nullable Moment refusedAt;

    private int atOnce = Dispatch.MAX_AT_ONCE;

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

    /** Whether the receiver is still to be told something of an alert. */
    boolean isOpen(Alert alert) {
        Told what = told(alert.id());
        return what == Told.NOTHING || (what == Told.FIRING && !alert.isFiring());
    }

    /** Nobody is told of what fires in a silence; the receiver was not told of it before. */
    void holdBack(String id) {
        told.putIfAbsent(id, Told.HELD_BACK);
    }

    /**
     * The silence is over.
     *
     * @return whether it held this back
     */
    boolean release(String id) {
        return told.remove(id, Told.HELD_BACK);
    }

    /**
     * Takes in whom it is for. Another url, type or key may be a mended one, and what was refused long ago may be taken
     * now: what still fires is told then, and that something is over to who had taken that it fires.
     *
     * @param all the alerts there are
     * @return whether there is more to be told now
     */
    boolean meet(AlertReceiver now, Collection<Alert> all, Moment moment) {
        boolean isOther = receiver == null
                || receiver.type() != now.type()
                || !receiver.url().equals(now.url())
                || !Objects.equals(receiver.signingKey(), now.signingKey());
        receiver = now;
        if (isOther) {
            isStale = underWay;
            atOnce = Dispatch.MAX_AT_ONCE;
            failures = 0;
            failedAt = null;
        }
        boolean isLongAgo =
                refusedAt != null && moment.monotonicNanos() - refusedAt.monotonicNanos() >= REFUSAL_HOLDS.toNanos();
        return (isOther || isLongAgo) && offerAgain(all);
    }

    private boolean offerAgain(Collection<Alert> all) {
        refusedAt = null;
        boolean isMore = false;
        for (Alert alert : all) {
            isMore |= alert.isFiring()
                    ? told.remove(alert.id(), Told.REFUSED)
                    : told.replace(alert.id(), Told.END_REFUSED, Told.FIRING);
        }
        return isMore;
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
        toldNanos.keySet().removeAll(ids);
    }

    /** How many alerts a message may have. */
    int atOnce() {
        return atOnce;
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

    /** Whether it is to be told again what it knows of some of these, and may be told now. */
    boolean isToBeRenewed(List<Alert> some, Duration interval, Moment now) {
        return isFree(now)
                && some.stream().anyMatch(alert -> now.monotonicNanos() - toldNanos(alert) >= interval.toNanos());
    }

    /** When it was told last of an alert. */
    long toldNanos(Alert alert) {
        return toldNanos.getOrDefault(alert.id(), Long.MIN_VALUE / 2);
    }

    private boolean isFree(Moment now) {
        return !underWay
                && (failedAt == null || now.monotonicNanos() - failedAt.monotonicNanos() >= leftAlone.toNanos());
    }

    /** A message is under way. */
    void sends() {
        underWay = true;
    }

    /**
     * What became of it.
     *
     * @return whether the receiver now knows, or is to know, something else
     */
    boolean done(Message message, Outcome outcome, Moment now) {
        boolean wasStale = isStale;
        underWay = false;
        isStale = false;
        return switch (outcome) {
            case Outcome.Delivered() -> settle(message.notices(), now);
            case Outcome.Refused(String _) -> !wasStale && refuse(message.notices(), now);
            case Outcome.TooLarge(String _) -> {
                atOnce = Math.max(1, message.notices().size() / 2);
                yield false;
            }
            case Outcome.Failed(String _, boolean mayHaveArrived, @Nullable Duration retryAfter) -> {
                fail(message.notices(), mayHaveArrived, retryAfter, now);
                yield false;
            }
        };
    }

    private boolean settle(List<Notice> notices, Moment now) {
        boolean isNew = false;
        for (Notice notice : notices) {
            Told what = Told.of(notice.alert());
            isNew |= told.put(notice.alert().id(), what) != what;
            uncertain.remove(notice.alert().id());
        }
        answered(notices, now);
        return isNew;
    }

    private boolean refuse(List<Notice> notices, Moment now) {
        boolean isNew = false;
        for (Notice notice : notices) {
            Alert alert = notice.alert();
            if (isOpen(alert)) {
                told.put(alert.id(), told(alert.id()) == Told.FIRING ? Told.END_REFUSED : Told.REFUSED);
                isNew = true;
            }
        }
        refusedAt = now;
        answered(notices, now);
        return isNew;
    }

    private void answered(List<Notice> notices, Moment now) {
        notices.forEach(notice -> toldNanos.put(notice.alert().id(), now.monotonicNanos()));
        failures = 0;
        failedAt = null;
        waitsSince = null;
    }

    private void fail(List<Notice> notices, boolean mayHaveArrived, @Nullable Duration retryAfter, Moment now) {
        failures++;
        failedAt = now;
        leftAlone = longer(backoff(), retryAfter);
        if (mayHaveArrived) {
            notices.forEach(notice -> uncertain.add(notice.alert().id()));
        }
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
