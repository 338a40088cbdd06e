package io.distomon.core.monitor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How long the last answered polls took from beginning to end, connecting included. Not thread-safe. */
final class RecentSpans {
    private static final int KEPT = 16;

    private final Deque<Duration> spans = new ArrayDeque<>();

    void add(Duration span) {
        if (spans.size() == KEPT) {
            spans.removeFirst();
        }
        spans.addLast(span);
    }

    /** Of all that are kept; zero when there is none. */
    Duration longest() {
        Duration longest = Duration.ZERO;
        for (Duration span : spans) {
            longest = span.compareTo(longest) > 0 ? span : longest;
        }
        return longest;
    }
}
