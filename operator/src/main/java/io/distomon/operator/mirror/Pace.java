package io.distomon.operator.mirror;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * How often networks are looked at: once an interval; while all is well in them so seldom that all networks together have at
 * most {@value #CALM_ROUNDS_A_SECOND} rounds a second; and the longer nobody answers, the less often, as there may be
 * nobody. But twice a minute at least.
 *
 * @param interval from one round to the next
 * @param networks how many networks there are now
 */
public record Pace(Duration interval, IntSupplier networks) {
    private static final int CALM_ROUNDS_A_SECOND = 20;

    /** So many rounds in which nobody answers follow each other as any. */
    private static final int ROUNDS_BEFORE_SLOWER = 12;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** From one round to the next of a network in which all has been well for a while. */
    Duration calm() {
        return seldom(Duration.ofSeconds(1).multipliedBy(networks.getAsInt()).dividedBy(CALM_ROUNDS_A_SECOND));
    }

    /**
     * From one round to the next of a network of which nobody answers.
     *
     * @param rounds how many in a row have found nobody
     */
    Duration silent(int rounds) {
        return seldom(interval.multipliedBy(Math.max(1, rounds - ROUNDS_BEFORE_SLOWER)));
    }

    /** No longer than the longest pause, and no shorter than the usual one. */
    private Duration seldom(Duration pause) {
        Duration bounded = pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
        return bounded.compareTo(interval) > 0 ? bounded : interval;
    }
}
