package io.distomon.node.config;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The config in use and how it stands.
 *
 * @param config the last one that was good
 * @param loadedAt when it was taken
 * @param error why what the files say now is not in use, one line for each mistake; null when it is
 */
public record ConfigState(
        NodeConfig config, Instant loadedAt, @Nullable String error) {}
