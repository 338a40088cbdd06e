package io.distomon.node.http;

import io.distomon.node.pipeline.PipelinePart;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

/**
 * Answers HEAD with all that GET would be answered with, its length too, but the body (RFC 9110 section 9.3.2): from here
 * on it is a GET, and the codec, which saw what it was, leaves the body out.
 */
@Singleton
final class HeadAsGet implements PipelinePart {
    /** Set by nobody else: whoever asks with it gets no body, as he has asked for. */
    private static final String MARK = "Distomon-Head";

    /** Whether only the head of an answer is wanted; for answers that have no end. */
    static boolean wasHead(io.micronaut.http.HttpRequest<?> request) {
        return request.getHeaders().contains(MARK);
    }

    @Override
    public void addTo(Channel connection) {
        connection
                .pipeline()
                .addAfter(
                        ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                        "head-as-get",
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                if (message instanceof HttpRequest request
                                        && request.method().equals(HttpMethod.HEAD)) {
                                    request.setMethod(HttpMethod.GET);
                                    request.headers().set(MARK, "true");
                                }
                                ctx.fireChannelRead(message);
                            }
                        });
    }
}
