package io.distomon.core.record;

import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.time.Duration;

/**
 * What is so by the view of a node that may have just started. It has heard hardly anybody then, which is no news of them:
 * until it has, and for a bounded time, what was recorded before goes on. For one thread.
 */
public final class Recollection {
    /** Whom nobody has met since the start is unknown for so long, and a little longer when it has just been met. */
    private static final Duration COMING_UP = Duration.ofSeconds(150);

    private final long startedNanos;
    private boolean isOver;

    /** @param startedNanos when the node began to look, on the clock of {@link ViewInput#nowNanos} */
    public Recollection(long startedNanos) {
        this.startedNanos = startedNanos;
    }

    /**
     * What is so now.
     *
     * @param before by the records
     * @param input what the view is made of
     * @param configDigest of the config that it was made with
     */
    public Situation situation(Situation before, NetworkView view, ViewInput input, String configDigest) {
        Situation now = Situation.of(view, configDigest)
                .withUnmended(before, view, input.observers())
                .bounded(before);
        isOver |= input.nowNanos() - startedNanos >= COMING_UP.toNanos() || before.isAnsweredBy(view, input);
        return isOver ? now : now.recalling(before);
    }
}
