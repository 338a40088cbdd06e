package io.distomon.node.polls;

import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.Moment;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request under way to one address, of which one thread waits for the outcome. What is not private is for its event
 * loop, but for what says otherwise.
 */
final class Attempt {
    private final HttpCall call;
    private final InetSocketAddress address;
    private final boolean isKept;
    private final EventLoop loop;
    private final CompletableFuture<Arrival> outcome = new CompletableFuture<>();
    private volatile boolean isConnected;
    private volatile boolean isAnswered;
    private @Nullable Future<?> deadline;
    private @Nullable Channel channel;

    /** @param at when the last byte came */
    record Arrival(HttpAnswer answer, Moment at) {}

    /**
     * @param isKept whether it goes out on a connection that was there already
     * @param loop of its connection
     */
    Attempt(HttpCall call, InetSocketAddress address, boolean isKept, EventLoop loop) {
        this.call = call;
        this.address = address;
        this.isKept = isKept;
        this.loop = loop;
    }

    HttpCall call() {
        return call;
    }

    /** Whom it asks; for any thread. */
    InetSocketAddress address() {
        return address;
    }

    /** Runs a step on the event loop; for any thread. */
    void onLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(new IOException("the node stops", e));
        }
    }

    /** From now on it fails when it takes longer. */
    void within(Duration timeout) {
        deadline = loop.schedule(
                () -> failed(new SocketTimeoutException("no whole answer")), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** It goes on there, or, if it is over, ends that. */
    void on(Channel connection) {
        channel = connection;
        if (outcome.isDone()) {
            closeConnection();
        }
    }

    /** There is a connection, on which it begins to go out. */
    void connected() {
        isConnected = true;
    }

    /** The head of its answer is here. */
    void answered() {
        isAnswered = true;
    }

    /** All is here; from now on its connection is no business of this one. */
    void arrived(Arrival arrival) {
        cancelDeadline();
        channel = null;
        outcome.complete(arrival);
    }

    /** It is over, and so is its connection. A second time does nothing. */
    void failed(IOException why) {
        cancelDeadline();
        if (outcome.completeExceptionally(why)) {
            closeConnection();
        }
    }

    // ---- For the thread that waits ----

    /** Waits for the outcome, which comes within the time that it was given. */
    Arrival await() throws IOException, InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** The outcome: an arrival, or an {@link IOException}. */
    CompletableFuture<Arrival> outcome() {
        return outcome;
    }

    /** Whether there was a connection for it, or to the proxy on the way. */
    boolean isConnected() {
        return isConnected;
    }

    /** Whether it went out on a connection that was there already, and no answer has begun. */
    boolean isKeptAndUnanswered() {
        return isKept && !isAnswered;
    }

    /** Nobody waits any more. Does nothing when it is over. */
    void giveUp() {
        if (outcome.cancel(false)) {
            onLoop(() -> {
                cancelDeadline();
                closeConnection();
            });
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void closeConnection() {
        if (channel != null) {
            var _ = channel.close();
        }
    }
}
