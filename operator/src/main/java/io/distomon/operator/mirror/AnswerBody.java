package io.distomon.operator.mirror;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer's body, as far as it fits its own bound and what all answers that are in memory at once may take.
 * What it holds is given back by {@link #close()}.
 */
final class AnswerBody implements BodySubscriber<byte[]>, AutoCloseable {
    private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
    private final Semaphore budget;
    private final int maxBytes;

    private Flow.@Nullable Subscription subscription;
    private int held;
    private boolean closed;

    /** A body, or all together, is larger than it may be. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        private final String reason;

        TooLarge(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /**
     * @param budget a permit for each byte that all answers together may hold
     * @param maxBytes of this answer
     */
    AnswerBody(Semaphore budget, int maxBytes) {
        this.budget = budget;
        this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        bytes.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        int more = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        String refusal = take(more);
        if (refusal == null) {
            bytes.onNext(buffers);
        } else {
            Objects.requireNonNull(subscription).cancel();
            bytes.onError(new TooLarge(refusal));
        }
    }

    @Override
    public void onError(Throwable failure) {
        bytes.onError(failure);
    }

    @Override
    public void onComplete() {
        bytes.onComplete();
    }

    /** Nothing of the body is used any more; nothing more of it is read. */
    @Override
    public synchronized void close() {
        closed = true;
        budget.release(held);
        held = 0;
    }

    private synchronized @Nullable String take(int more) {
        if (closed) {
            return "nobody waits for it any more";
        }
        if (more > maxBytes - held) {
            return "its answer is larger than " + maxBytes + " bytes";
        }
        if (!budget.tryAcquire(more)) {
            return "its answer and others that are read just now are too large together";
        }
        held += more;
        return null;
    }
}
