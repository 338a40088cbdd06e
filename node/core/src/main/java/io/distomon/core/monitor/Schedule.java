package io.distomon.core.monitor;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32C;

/**
 * Poll times on a fixed grid, so that neither slow answers nor late wake-ups make them drift. A poll that could not
 * start in time is left out, never made up for. Immutable.
 *
 * @param phaseNanos the monotonic time of the first poll
 * @param periodNanos the time from one poll to the next
 */
record Schedule(long phaseNanos, long periodNanos) {
    /**
     * A grid whose first time lies in the first period after {@code startNanos}, at a place that depends only on the two
     * ids: the polls of a network's nodes are spread, also when all start at once.
     */
    static Schedule spread(String observerId, String peerId, long startNanos, Duration period) {
        CRC32C hash = new CRC32C();
        hash.update((observerId + ">" + peerId).getBytes(StandardCharsets.UTF_8));
        double fraction = hash.getValue() / (double) (1L << 32);
        long offsetMicros = (long) (fraction * period.toNanos() / 1_000);
        return new Schedule(startNanos + offsetMicros * 1_000, period.toNanos());
    }

    /** The first time of the grid that is later than {@code nowNanos}. */
    long after(long nowNanos) {
        long periods = Math.max(0, Math.floorDiv(nowNanos - phaseNanos, periodNanos) + 1);
        return phaseNanos + periods * periodNanos;
    }
}
