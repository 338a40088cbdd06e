package io.distomon.operator.mirror;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer's body, as far as it fits its own bound and its network's share of the memory. What it holds is given
 * back by {@link #close()}.
 */
final class AnswerBody implements BodySubscriber<byte[]>, AutoCloseable {
    private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
    private final AnswerMemory.Share memory;
    private final int maxBytes;

    private Flow.@Nullable Subscription subscription;
    private int held;
    private boolean closed;

    /** A body is larger than any may be. */
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

    /** There is no room for a body now. */
    static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1;

        NoRoom() {
            super("its answer and others that are read just now are too large together");
        }
    }

    /**
     * @param memory what its network may hold
     * @param maxBytes of this answer
     */
    AnswerBody(AnswerMemory.Share memory, int maxBytes) {
        this.memory = memory;
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
        IOException refusal = take(more);
        if (refusal == null) {
            bytes.onNext(buffers);
        } else {
            Objects.requireNonNull(subscription).cancel();
            bytes.onError(refusal);
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
        memory.giveBack(held);
        held = 0;
    }

    private synchronized @Nullable IOException take(int more) {
        if (closed) {
            return new TooLarge("nobody waits for it any more");
        }
        if (more > maxBytes - held) {
            return new TooLarge("its answer is larger than " + maxBytes + " bytes");
        }
        if (!memory.take(more)) {
            return new NoRoom();
        }
        held += more;
        return null;
    }
}
