package io.distomon.core.monitor;

import org.jspecify.annotations.Nullable;

/**
 * What a link was like in a short span of before the start.
 *
 * @param polls how many polls ended, without those of outages
 * @param lost how many of these got no answer
 * @param medianMillis the median of the round trips; null when no poll was answered
 * @param jitterMillis how much these differed from one to the next on average; null when that is not known
 */
public record PastSpan(
        int polls,
        int lost,
        @Nullable Double medianMillis,
        @Nullable Double jitterMillis) {}
