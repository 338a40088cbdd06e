package io.distomon.node.streams;

import io.distomon.core.login.SourceAddress;
import io.distomon.node.record.Bookmark;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to listen, and how.
 *
 * @param source from where
 * @param untilMicros when the token expires, microseconds since the epoch
 * @param after up to where it has heard all already; null: it wants what happens from now on
 * @param giveUp closes the connection of who does not read
 */
public record Listening(
        SourceAddress source, long untilMicros, @Nullable Bookmark after, Runnable giveUp) {}
