package io.distomon.node.proxies;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
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
final class PathPrefix implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final String prefix;

    PathPrefix(ProxyProperties properties) {
        this.prefix = properties.prefix();
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        NettyServerCustomizer.Registry registry = event.getBean();
        registry.register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                return role == ChannelRole.CONNECTION && !prefix.isEmpty() ? new OfConnection(channel) : this;
            }
        });
        return registry;
    }

    /** The request target without the prefix; as it is, when it has none or is the prefix alone: {@link PrefixSlash}. */
    static String without(String prefix, String target) {
        String rest = target.startsWith(prefix) ? target.substring(prefix.length()) : "";
        return rest.startsWith("/") ? rest : target;
    }

    private final class OfConnection implements NettyServerCustomizer {
        private final Channel channel;

        OfConnection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            channel.pipeline()
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
    }
}
