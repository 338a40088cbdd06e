package io.distomon.node.record;

import org.jspecify.annotations.Nullable;

/**
 * Which records are asked for; times are microseconds since the epoch.
 *
 * @param beforeSeq only those before this one
 * @param sinceMicros only from this moment on; null: from the first on
 * @param untilMicros only before this one; null: up to the last
 * @param node only what concerns it; null: all
 * @param limit so many at most, the newest of them
 */
public record Wanted(
        long beforeSeq,
        @Nullable Long sinceMicros,
        @Nullable Long untilMicros,
        @Nullable String node,
        int limit) {}
