package io.distomon.node.record;

import io.distomon.core.record.Transition;

/**
 * A change that is to be recorded.
 *
 * @param timeMicros when it was noticed, microseconds since the epoch
 */
record Noted(long timeMicros, Transition transition) {}
