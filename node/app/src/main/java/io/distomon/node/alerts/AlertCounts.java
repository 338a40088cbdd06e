package io.distomon.node.alerts;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of what a receiver was told, since the start.
 *
 * @param messages how many, by what became of them; those under way don't count
 * @param lastSuccessMicros when it last took one, microseconds since the epoch; null when it has not
 */
public record AlertCounts(
        Map<Result, Long> messages, @Nullable Long lastSuccessMicros) {
    static final AlertCounts NONE = new AlertCounts(Map.of(), null);

    /** What becomes of a message. */
    public enum Result {
        /** The receiver took it. */
        OK,
        /** It does not take it. */
        REFUSED,
        /** It is tried again. */
        FAILED,
        /** It was tried for too long. */
        LOST
    }

    public AlertCounts {
        messages = Map.copyOf(messages);
    }

    /** The same and one more. */
    AlertCounts with(Result result, long nowMicros) {
        Map<Result, Long> more = new EnumMap<>(Result.class);
        more.putAll(messages);
        more.merge(result, 1L, Long::sum);
        return new AlertCounts(more, result == Result.OK ? (Long) nowMicros : lastSuccessMicros);
    }
}
