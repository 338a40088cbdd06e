package io.distomon.node.git;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to ask a repository again: within the poll interval as long as it answers; twice as long after each failure in a
 * row, up to ten minutes (or the poll interval, if that is longer). A part of each wait is left to chance, so that the
 * nodes of a network don't all ask at once, least of all after an outage.
 */
final class Backoff {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MAX_DOUBLINGS = 20;
    private static final double CHANCE = 0.2;

    private Backoff() {}

    /**
     * The next wait.
     *
     * @param failures how many in a row there were
     */
    static Duration next(Duration poll, int failures, RandomGenerator random) {
        Duration longest = poll.compareTo(LONGEST) > 0 ? poll : LONGEST;
        Duration wait = poll;
        for (int i = 0; i < Math.min(failures, MAX_DOUBLINGS) && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        Duration bounded = wait.compareTo(longest) < 0 ? wait : longest;
        return Duration.ofNanos((long) (bounded.toNanos() * (1 - CHANCE * random.nextDouble())));
    }
}
