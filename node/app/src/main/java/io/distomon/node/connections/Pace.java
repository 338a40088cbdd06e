package io.distomon.node.connections;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads no more from a connection while its owner has to wait, and counts what comes and goes. What is not read stays with
 * the client, so it costs nothing. Stands before the HTTP codec, its
 * {@link #requests()} behind it. One for each connection, used by its event loop only.
 */
final class Pace extends ChannelDuplexHandler {
    /** Until it is asked again whether the owner still has to wait. */
    static final Duration PAUSE = Duration.ofMillis(200);

    private final Traffic traffic;
    private @Nullable Future<?> pause;

    /** Told of a connection's traffic. */
    interface Traffic {
        /** Whether nothing may be read now. */
        boolean hasToWait();

        /**
         * A request came.
         *
         * @return whether it has to wait: only now is known whose it is. It is counted when it is asked of again
         */
        boolean request(HttpRequest head);

        /** So many bytes came. */
        void read(int bytes);

        /** So many bytes were given to the connection. */
        void written(int bytes);

        /** So many of these have left it, or are given up. */
        void sent(int bytes);
    }

    Pace(Traffic traffic) {
        this.traffic = traffic;
    }

    /** What counts requests, behind the codec, and keeps those that have to wait. */
    ChannelInboundHandlerAdapter requests() {
        return new Requests();
    }

    private final class Requests extends ChannelInboundHandlerAdapter {
        /** What one reading brought, behind a request that has to wait. */
        private final Queue<Object> held = new ArrayDeque<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            held.add(message);
            if (held.size() == 1) {
                handOn(ctx);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            held.forEach(ReferenceCountUtil::release);
            held.clear();
            ctx.fireChannelInactive();
        }

        private void handOn(ChannelHandlerContext ctx) {
            while (!held.isEmpty()) {
                if (held.element() instanceof HttpRequest head && traffic.request(head)) {
                    pause = ctx.executor().schedule(() -> handOnLater(ctx), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                    return;
                }
                ctx.fireChannelRead(held.remove());
            }
        }

        private void handOnLater(ChannelHandlerContext ctx) {
            pause = null;
            handOn(ctx);
            if (held.isEmpty() && ctx.channel().isOpen()) {
                ctx.fireChannelReadComplete();
                ctx.read();
            }
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (pause != null) {
            return;
        }
        if (traffic.hasToWait()) {
            pause = ctx.executor().schedule(() -> goOn(ctx), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            traffic.read(bytes.readableBytes());
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            int count = bytes.readableBytes();
            traffic.written(count);
            super.write(ctx, message, promise.unvoid().addListener(done -> traffic.sent(count)));
        } else {
            super.write(ctx, message, promise);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        pause = null;
        if (ctx.channel().isOpen()) {
            read(ctx);
        }
    }
}
