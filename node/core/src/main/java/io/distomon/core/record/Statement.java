package io.distomon.core.record;

import org.jspecify.annotations.Nullable;

/**
 * What an observer had signed of the subject when it changed; see {@link io.distomon.core.view.Witness}.
 *
 * @param status online or offline
 * @param sinceMicros since when, by the observer's clock, microseconds since the epoch; null when it does not say
 * @param error why its last attempt failed; null when all is well
 * @param standing counted, or why it did not count
 */
public record Statement(
        String status, @Nullable Long sinceMicros, @Nullable String error, String standing) {}
