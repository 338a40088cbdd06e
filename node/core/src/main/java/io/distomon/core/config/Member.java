package io.distomon.core.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One node of a network, as {@code config.yml} describes it to all.
 *
 * @param nodeId its id
 * @param url where it answers (http or https); null for a passive member, which is not polled but may report
 * @param pollRate how often the others poll it
 * @param retry how many failures in a row are forgiven; one more means offline
 */
public record Member(String nodeId, @Nullable URI url, Duration pollRate, int retry) {}
