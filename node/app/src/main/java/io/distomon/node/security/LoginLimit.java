package io.distomon.node.security;

import io.distomon.node.connections.Source;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When somebody may try a password. Each attempt counts as a failure until it is known to be none, so that many at once
 * are as few as one after the other; one that comes too early doesn't count.
 *
 * <ul>
 *   <li>A source has {@value #FREE_OF_SOURCE} attempts, then each waits twice as long as the one before it: 1 s, 2 s, …,
 *       {@value #MAX_WAIT_SECONDS} s. Success forgets them.
 *   <li>A user whose password was tried {@value #FREE_OF_USER} times in vain is under attack from many sources. Then every
 *       source is sent away once before each attempt, to wait as long as those failures make it, and is let through when
 *       it has: what others do meanwhile locks nobody out for longer than {@value #MAX_WAIT_SECONDS} s. All names that
 *       nobody has count as one user, whom the same happens to.
 *   <li>What nobody added to for {@value #FORGOTTEN_AFTER_SECONDS} s is forgotten. Of more than {@value #MAX_SOURCES}
 *       sources the least recent is.
 * </ul>
 *
 * Safe for use by many threads: one lock, held briefly.
 */
final class LoginLimit {
    static final int FREE_OF_SOURCE = 5;
    static final int FREE_OF_USER = 100;
    static final int MAX_WAIT_SECONDS = 60;
    static final int FORGOTTEN_AFTER_SECONDS = 3600;
    static final int MAX_SOURCES = 10_000;

    private static final long SECOND = 1_000_000_000L;

    private final String existingUser;
    private final Failures ofExistingUser;
    private final Failures ofNobody;
    private final Map<Source, Failures> bySource = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Failures> leastRecent) {
            return size() > MAX_SOURCES;
        }
    };

    private static final class Failures {
        private int count;
        private long latest;

        /** When a source that waits for what others did has waited enough. */
        private @Nullable Long admittedFrom;

        Failures(long now) {
            latest = now;
        }

        void forgetIfOld(long now) {
            if (now - latest >= FORGOTTEN_AFTER_SECONDS * SECOND) {
                count = 0;
                latest = now;
                admittedFrom = null;
            }
        }

        void add(long now) {
            count++;
            latest = now;
        }

        /** Nanoseconds from the latest failure to the next attempt. */
        long pause(int free) {
            if (count < free) {
                return 0;
            }
            int doublings = Math.min(count - free, MAX_WAIT_SECONDS);
            return Math.min(1L << doublings, MAX_WAIT_SECONDS) * SECOND;
        }
    }

    /**
     * @param existingUser the one who can log in
     * @param now monotonic nanoseconds, as everywhere here
     */
    LoginLimit(String existingUser, long now) {
        this.existingUser = existingUser;
        this.ofExistingUser = new Failures(now);
        this.ofNobody = new Failures(now);
    }

    /**
     * Counts an attempt.
     *
     * @return zero: go on; else it comes too early by that much
     */
    synchronized Duration begin(Source source, String user, long now) {
        Failures ofSource = bySource.computeIfAbsent(source, key -> new Failures(now));
        Failures ofUser = of(user);
        ofSource.forgetIfOld(now);
        ofUser.forgetIfOld(now);
        long causedByOthers = ofUser.pause(FREE_OF_USER);
        if (causedByOthers > 0 && ofSource.admittedFrom == null) {
            ofSource.admittedFrom = now + causedByOthers;
        }
        long early = ofSource.latest + ofSource.pause(FREE_OF_SOURCE) - now;
        if (ofSource.admittedFrom != null) {
            early = Math.max(early, ofSource.admittedFrom - now);
        }
        if (early > 0) {
            return Duration.ofNanos(early);
        }
        ofSource.admittedFrom = null;
        ofSource.add(now);
        ofUser.add(now);
        return Duration.ZERO;
    }

    /** An attempt that was counted was none that failed. */
    synchronized void succeeded(Source source, String user) {
        bySource.remove(source);
        Failures ofUser = of(user);
        ofUser.count = Math.max(0, ofUser.count - 1);
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return bySource.size();
    }

    private Failures of(String user) {
        return user.equals(existingUser) ? ofExistingUser : ofNobody;
    }
}
