package io.distomon.core.alert;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a message. */
public sealed interface Outcome {
    /** The receiver took it. */
    record Delivered() implements Outcome {}

    /**
     * The receiver does not take it, and would not a moment later either.
     *
     * @param why in words, without the receiver's URL
     */
    record Refused(String why) implements Outcome {}

    /**
     * The receiver takes less at once.
     *
     * @param why in words, without the receiver's URL
     */
    record TooLarge(String why) implements Outcome {}

    /**
     * Perhaps it is taken later.
     *
     * @param why in words, without the receiver's URL
     * @param mayHaveArrived whether the receiver may have read it all the same
     * @param retryAfter how long the receiver wants to be left alone; null when it does not say
     */
    record Failed(
            String why, boolean mayHaveArrived, @Nullable Duration retryAfter) implements Outcome {}
}
