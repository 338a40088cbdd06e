package io.distomon.core.login;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * When somebody may try a password. Each attempt counts as a failure until it is known to be none, so that many at once
 * are as few as one after the other; one that comes too early doesn't count, nor does one that is the same as one of the
 * source's last {@value #REMEMBERED_OF_SOURCE} that failed.
 *
 * <p>A source has {@value #FREE_OF_SOURCE} attempts, then each waits twice as long as the one before it: 1 s, 2 s, …,
 * {@value #MAX_WAIT_SECONDS} s. Success forgets them, and so does an hour without any. Of more than {@value #MAX_SOURCES}
 * sources the least recent is forgotten.
 *
 * <p>What other sources do makes nobody wait, or whoever has many of them could lock everybody out. How much these can
 * guess together is bounded by the comparisons: about five a second for each of the cores. Who shares a source with
 * somebody who guesses shares his waits, as nothing tells one from the other.
 *
 * <p>Safe for use by many threads: one lock, held briefly.
 */
public final class LoginLimit {
    public static final int FREE_OF_SOURCE = 5;
    public static final int MAX_WAIT_SECONDS = 60;
    static final int FORGOTTEN_AFTER_SECONDS = 3600;
    static final int MAX_SOURCES = 10_000;
    static final int REMEMBERED_OF_SOURCE = 4;

    private static final long SECOND = 1_000_000_000L;

    private final Map<SourceAddress, Failures> bySource = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SourceAddress, Failures> leastRecent) {
            return size() > MAX_SOURCES;
        }
    };

    private static final class Failures {
        private final Queue<String> digests = new ArrayDeque<>();
        private int count;
        private long latest;

        Failures(long now) {
            latest = now;
        }

        void add(long now) {
            count++;
            latest = now;
        }

        void remember(String digest) {
            digests.add(digest);
            if (digests.size() > REMEMBERED_OF_SOURCE) {
                digests.remove();
            }
        }

        long early(long now) {
            return count < FREE_OF_SOURCE ? 0 : latest + pause() - now;
        }

        private long pause() {
            int doublings = Math.min(count - FREE_OF_SOURCE, MAX_WAIT_SECONDS);
            return Math.min(1L << doublings, MAX_WAIT_SECONDS) * SECOND;
        }
    }

    /**
     * Whether an attempt may be made; counts none.
     *
     * @param now monotonic nanoseconds, as everywhere here
     * @return zero: yes; else it comes too early by that much
     */
    public synchronized Duration early(SourceAddress source, long now) {
        Failures ofSource = of(source, now);
        return ofSource == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, ofSource.early(now)));
    }

    /**
     * Counts an attempt.
     *
     * @return zero: go on; else it comes too early by that much
     */
    public synchronized Duration begin(SourceAddress source, long now) {
        Duration early = early(source, now);
        if (early.isZero()) {
            bySource.computeIfAbsent(source, key -> new Failures(now)).add(now);
        }
        return early;
    }

    /** Whether the source has tried just that a short while ago, and it did not succeed. */
    public synchronized boolean wasWrong(SourceAddress source, String digest) {
        Failures ofSource = bySource.get(source);
        return ofSource != null && ofSource.digests.contains(digest);
    }

    /** An attempt has failed: trying the same again is none. */
    public synchronized void failed(SourceAddress source, String digest) {
        Failures ofSource = bySource.get(source);
        if (ofSource != null) {
            ofSource.remember(digest);
        }
    }

    /** An attempt was none that failed. */
    public synchronized void succeeded(SourceAddress source) {
        bySource.remove(source);
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return bySource.size();
    }

    private @Nullable Failures of(SourceAddress source, long now) {
        Failures ofSource = bySource.get(source);
        if (ofSource != null && now - ofSource.latest >= FORGOTTEN_AFTER_SECONDS * SECOND) {
            bySource.remove(source);
            return null;
        }
        return ofSource;
    }
}
