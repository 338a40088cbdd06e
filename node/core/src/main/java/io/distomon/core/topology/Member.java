package io.distomon.core.topology;

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
 * @param retryInterval how soon after a failed poll the next one begins, as configured; null: by the rule of
 *     {@link #retrySpacing()}
 */
public record Member(
        String nodeId,
        @Nullable URI url,
        Duration pollRate,
        int retry,
        @Nullable Duration retryInterval) {
    /** The poll rate of a member for which {@code config.yml} says none. */
    public static final Duration DEFAULT_POLL_RATE = Duration.ofSeconds(10);

    /** The retry limit of a member for which {@code config.yml} says none. */
    public static final int DEFAULT_RETRY = 2;

    private static final Duration MIN_DEFAULT_RETRY_SPACING = Duration.ofSeconds(1);
    private static final int DEFAULT_RETRIES_IN_POLL_RATE = 8;

    public Member {
        if (url != null && url.toString().endsWith("/")) {
            url = URI.create(url.toString().replaceAll("/+$", ""));
        }
    }

    /** A member whose failed polls are repeated by the rule of {@link #retrySpacing()}. */
    public Member(String nodeId, @Nullable URI url, Duration pollRate, int retry) {
        this(nodeId, url, pollRate, retry, null);
    }

    /**
     * From the beginning of a poll that fails to the beginning of the next one: s of exchange.md, Monitors. The configured
     * interval; without one an eighth of the poll rate, at least a second. Never longer than the poll rate, so a longer
     * interval, such as the default of a network for a member that is polled more often, counts as the poll rate.
     */
    public Duration retrySpacing() {
        Duration spacing = retryInterval;
        if (spacing == null) {
            Duration eighth = pollRate.dividedBy(DEFAULT_RETRIES_IN_POLL_RATE);
            spacing = eighth.compareTo(MIN_DEFAULT_RETRY_SPACING) > 0 ? eighth : MIN_DEFAULT_RETRY_SPACING;
        }
        return spacing.compareTo(pollRate) < 0 ? spacing : pollRate;
    }
}
