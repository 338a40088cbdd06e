package io.distomon.node.proxies;

import io.distomon.node.pipeline.PipelinePart;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

/**
 * Takes the prefix off the paths of requests, before anything looks at them: {@code /prefix/mon/lab} is {@code /mon/lab}.
 * What comes without it is answered as ever: proxies that take it off themselves, and who asks the node directly. No
 * message's signature holds a path.
 */
@Singleton
final class PathPrefix implements PipelinePart {
    private final String prefix;

    PathPrefix(ProxyProperties properties) {
        this.prefix = properties.prefix();
    }

    @Override
    public void addTo(Channel connection) {
        if (prefix.isEmpty()) {
            return;
        }
        connection
                .pipeline()
                .addAfter(
                        ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                        "path-prefix",
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                if (message instanceof HttpRequest request) {
                                    request.setUri(without(prefix, request.uri()));
                                }
                                ctx.fireChannelRead(message);
                            }
                        });
    }

    /** The request target without the prefix; as it is, when it has none or is the prefix alone: {@link PrefixSlash}. */
    static String without(String prefix, String target) {
        String rest = target.startsWith(prefix) ? target.substring(prefix.length()) : "";
        return rest.startsWith("/") ? rest : target;
    }
}
