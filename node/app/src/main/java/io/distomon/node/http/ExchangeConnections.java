package io.distomon.node.http;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Receiver;
import io.distomon.node.connections.ConnectionLimits;
import io.distomon.node.connections.Owner;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * Has exchanges answered on every connection to the API: behind what limits connections and alters requests, before the
 * framework, whose way to an answer costs several times what the exchange itself does.
 */
@Singleton
final class ExchangeConnections implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final Provider<Receiver> receiver;
    private final Clock clock;
    private final ConnectionLimits limits;

    ExchangeConnections(Provider<Receiver> receiver, Clock clock, ConnectionLimits limits) {
        this.receiver = receiver;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        NettyServerCustomizer.Registry registry = event.getBean();
        registry.register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                return role == ChannelRole.CONNECTION && !limits.isManagement(channel)
                        ? new OfConnection(channel)
                        : this;
            }
        });
        return registry;
    }

    private final class OfConnection implements NettyServerCustomizer {
        private final Channel channel;

        OfConnection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            ExchangeHandler handler = new ExchangeHandler(
                    receiver.get(),
                    clock,
                    sender -> limits.belongsTo(channel, new Owner.Member(sender.networkId(), sender.sender())));
            channel.pipeline().addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "exchanges", handler);
        }
    }
}
