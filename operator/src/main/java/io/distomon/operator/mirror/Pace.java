package io.distomon.operator.mirror;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * How often networks are looked at: once an interval, and while all is well in them so seldom that all networks together
 * have at most {@value #CALM_ROUNDS_A_SECOND} rounds a second, but twice a minute at least.
 *
 * @param interval from one round to the next
 * @param networks how many networks there are now
 */
public record Pace(Duration interval, IntSupplier networks) {
    private static final int CALM_ROUNDS_A_SECOND = 20;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** From one round to the next of a network in which all has been well for a while. */
    Duration calm() {
        Duration share = Duration.ofSeconds(1).multipliedBy(networks.getAsInt()).dividedBy(CALM_ROUNDS_A_SECOND);
        Duration seldom = share.compareTo(LONGEST) < 0 ? share : LONGEST;
        return seldom.compareTo(interval) > 0 ? seldom : interval;
    }
}
