package io.distomon.node.config;

import io.distomon.core.config.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says when files that change are whole: they looked the same twice, at least the settle time apart, or links were turned
 * to others, which is done once these are whole. Used by one thread at a time.
 */
public final class Settling {
    /** At a start, files that never come to rest are taken as they are after so long. */
    private static final Duration LONGEST_START = Duration.ofSeconds(10);

    private final Duration settle;
    private @Nullable Fingerprint read;
    private @Nullable Fingerprint changed;
    private long changedAt;

    /** @param settle how long files must look the same */
    public Settling(Duration settle) {
        this.settle = settle;
    }

    /**
     * Whether the files are to be read: they changed since {@link #read}, and are whole.
     *
     * @param nanos the time, as of {@link System#nanoTime}
     */
    public boolean isDue(Fingerprint now, long nanos) {
        if (now.equals(read)) {
            changed = null;
            return false;
        }
        if (read == null || now.isSwapOf(read)) {
            return true;
        }
        if (!now.equals(changed)) {
            changed = now;
            changedAt = nanos;
            return false;
        }
        return nanos - changedAt >= settle.toNanos();
    }

    /** The files were read after they looked so. */
    public void read(Fingerprint fingerprint) {
        read = fingerprint;
        changed = null;
    }

    /** Waits, before the first reading, until files that were written just now are whole. */
    public Fingerprint first(Supplier<Fingerprint> look) throws InterruptedException {
        Fingerprint now = look.get();
        Duration wait = settle.compareTo(LONGEST_START) < 0 ? settle : LONGEST_START;
        for (Duration waited = Duration.ZERO;
                waited.compareTo(LONGEST_START) < 0 && now.isYounger(settle, Instant.now());
                waited = waited.plus(wait)) {
            Thread.sleep(wait);
            Fingerprint next = look.get();
            if (next.equals(now)) {
                break;
            }
            now = next;
        }
        return now;
    }
}
