package io.distomon.node.connections;

import io.distomon.core.exchange.Limits;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose client takes too long, however busy it looks meanwhile. Stands behind the HTTP codec, its
 * {@link #bytes()} before it. One for each connection, used by its event loop only.
 *
 * <pre>
 * the connection is open         the head must be there within 10 s
 * the head is there              the body must be there within 20 s
 * the request is there           the node's turn: no deadline
 * the answer is out              the next request must begin within 90 s
 * the next request has begun     its head must be there within 10 s
 * </pre>
 */
final class RequestDeadlines extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDeadlines.class);

    static final Duration HEAD = Duration.ofSeconds(10);

    /** More than a message has, so that its sender is told first. */
    static final Duration BODY = Limits.REQUEST_ARRIVAL.plusSeconds(10);

    static final Duration NEXT = Duration.ofSeconds(90);

    /** Requests on one connection that have no answer yet: nobody needs more, and each takes a thread. */
    static final int MAX_UNANSWERED = 16;

    private final Consumer<Turn> onTurn;
    private final Consumer<Closure> onClose;
    private boolean arriving;
    private int unanswered;
    private boolean streaming;
    private boolean idle;
    private @Nullable Future<?> deadline;

    /** Who has to do something next. */
    enum Turn {
        /** The client: a request of it is arriving. */
        CLIENT,
        /** The node: it has the whole request and has not answered it yet. */
        NODE,
        /** Nobody: there is no request. */
        NOBODY
    }

    /**
     * @param onTurn told, whenever it may have changed
     * @param onClose told when the connection is about to be closed
     */
    RequestDeadlines(Consumer<Turn> onTurn, Consumer<Closure> onClose) {
        this.onTurn = onTurn;
        this.onClose = onClose;
    }

    /** What sees that a request begins, before its head is whole. */
    ChannelInboundHandlerAdapter bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (idle) {
                    within(HEAD, Closure.HEAD_LATE, ctx);
                }
                ctx.fireChannelRead(message);
            }
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        within(HEAD, Closure.HEAD_LATE, ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            arriving = true;
            unanswered++;
            if (unanswered > MAX_UNANSWERED || streaming) {
                ReferenceCountUtil.release(message);
                if (ctx.channel().isOpen()) {
                    close(Closure.PIPELINED, ctx);
                }
                return;
            }
            within(BODY, Closure.BODY_LATE, ctx);
        }
        if (message instanceof LastHttpContent) {
            arriving = false;
        }
        turn(ctx);
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof HttpResponse response && !interim) {
            streaming = isStream(response) && !(message instanceof LastHttpContent); // of a HEAD there is no more
        }
        super.write(ctx, message, promise);
        if (streaming && unanswered > 1) {
            // Answers to what came with it would wait, in memory, for as long as it lasts.
            close(Closure.PIPELINED, ctx);
        }
        if (message instanceof LastHttpContent && !interim) {
            streaming = false;
            unanswered--;
            turn(ctx);
        }
    }

    private static boolean isStream(HttpResponse response) {
        String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.startsWith(HttpHeaderValues.TEXT_EVENT_STREAM.toString());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    private void turn(ChannelHandlerContext ctx) {
        boolean ours = !arriving && unanswered > 0;
        if (ours) {
            cancel();
        } else if (!arriving) {
            within(NEXT, Closure.IDLE, ctx);
            idle = true;
        }
        onTurn.accept(arriving ? Turn.CLIENT : ours ? Turn.NODE : Turn.NOBODY);
    }

    private void within(Duration limit, Closure otherwise, ChannelHandlerContext ctx) {
        cancel();
        deadline = ctx.executor().schedule(() -> close(otherwise, ctx), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void close(Closure reason, ChannelHandlerContext ctx) {
        onClose.accept(reason);
        ctx.close().addListener(done -> LOG.debug("Closed ({}): {}", reason.wireName(), ctx.channel()));
    }

    private void cancel() {
        idle = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
