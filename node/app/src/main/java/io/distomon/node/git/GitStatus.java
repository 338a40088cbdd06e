package io.distomon.node.git;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the last look at a repository went.
 *
 * @param newest the commit that was fetched last; null when none was since the start
 * @param fetchedAt when the repository last answered; null when it has not since the start
 * @param error why it did not answer the last time, on one line without secrets; null when it did
 */
public record GitStatus(
        @Nullable String newest,
        @Nullable Instant fetchedAt,
        @Nullable String error) {}
