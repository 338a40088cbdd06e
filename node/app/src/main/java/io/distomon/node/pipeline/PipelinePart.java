package io.distomon.node.pipeline;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;

/** Has a part in the pipelines of the connections that the server accepts. Beans; asked on many threads. */
public interface PipelinePart extends BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    /** Adds its handlers to a connection on which nothing has been read yet, or none. */
    void addTo(Channel connection);

    @Override
    default NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        NettyServerCustomizer.Registry registry = event.getBean();
        registry.register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                return role == ChannelRole.CONNECTION ? ofConnection(channel) : this;
            }
        });
        return registry;
    }

    private NettyServerCustomizer ofConnection(Channel connection) {
        return new NettyServerCustomizer() {
            @Override
            public void onStreamPipelineBuilt() {
                addTo(connection);
            }
        };
    }
}
