package io.distomon.core.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One node of a network, as {@code config.yml} describes it to all.
 *
 * @param nodeId its id
 * @param url where it answers (http or https), kept without trailing slashes; null for a passive member, which is not
 *     polled but may report
 * @param pollRate how often the others poll it
 * @param retry how many failures in a row are forgiven; one more means offline
 */
public record Member(String nodeId, @Nullable URI url, Duration pollRate, int retry) {
    /** The poll rate of a member for which {@code config.yml} says none. */
    public static final Duration DEFAULT_POLL_RATE = Duration.ofSeconds(10);

    /** The retry limit of a member for which {@code config.yml} says none. */
    public static final int DEFAULT_RETRY = 2;

    public Member {
        if (url != null && url.toString().endsWith("/")) {
            url = URI.create(url.toString().replaceAll("/+$", ""));
        }
    }
}
