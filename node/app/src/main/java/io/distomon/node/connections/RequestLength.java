package io.distomon.node.connections;

import io.distomon.core.exchange.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which one request goes on and on. What is too long or refused is answered at once, but the
 * framework then reads on to its end, wherever that is. Stands behind the HTTP codec, its {@link #bytes()} before it. One
 * for each connection, used by its event loop only.
 */
final class RequestLength extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLength.class);

    /** More than any request, the frames of its chunks included: whoever sends a little too much is told so first. */
    static final int MAX_BYTES = 2 * Limits.MAX_MESSAGE_BYTES;

    private final Consumer<Closure> onClose;
    private long bytesSinceHead;

    /** @param onClose told when the connection is about to be closed */
    RequestLength(Consumer<Closure> onClose) {
        this.onClose = onClose;
    }

    /** What counts, before the codec takes anything out. */
    ChannelInboundHandlerAdapter bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof ByteBuf bytes) {
                    bytesSinceHead += bytes.readableBytes();
                    if (bytesSinceHead > MAX_BYTES) {
                        bytes.release();
                        onClose.accept(Closure.TOO_LONG);
                        ctx.close().addListener(done -> LOG.debug("Sent too much: {}", ctx.channel()));
                        return;
                    }
                }
                ctx.fireChannelRead(message);
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
            bytesSinceHead = 0;
        }
        ctx.fireChannelRead(message);
    }
}
