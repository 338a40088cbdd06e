package io.distomon.core.record;

/**
 * A change that is to be recorded.
 *
 * @param timeMicros when it was noticed, microseconds since the epoch
 */
public record Noted(long timeMicros, Transition transition) {}
