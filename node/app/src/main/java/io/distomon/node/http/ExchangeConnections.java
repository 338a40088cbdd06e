package io.distomon.node.http;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Receiver;
import io.distomon.node.connections.ConnectionLimits;
import io.distomon.node.connections.Owner;
import io.distomon.node.pipeline.PipelinePart;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * Has exchanges answered on every connection to the API: behind what limits connections and alters requests, before the
 * framework, whose way to an answer costs several times what the exchange itself does.
 */
@Singleton
final class ExchangeConnections implements PipelinePart {
    private final Provider<Receiver> receiver;
    private final Clock clock;
    private final ConnectionLimits limits;

    ExchangeConnections(Provider<Receiver> receiver, Clock clock, ConnectionLimits limits) {
        this.receiver = receiver;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public void addTo(Channel connection) {
        if (limits.isManagement(connection)) {
            return;
        }
        ExchangeHandler handler = new ExchangeHandler(
                receiver.get(),
                clock,
                sender -> limits.belongsTo(connection, new Owner.Member(sender.networkId(), sender.sender())));
        connection.pipeline().addBefore(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND, "exchanges", handler);
    }
}
