package io.distomon.node.polls;

import io.distomon.core.Clock;
import io.distomon.core.tls.PeerTrust;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * What connections to peers are made of: each network has its own, by {@link PeerConnections#trusting}, on the event loops
 * that serve.
 */
@Factory
final class PollBeans {
    @Singleton
    PeerConnections connections(EventLoopGroupRegistry loops, Clock clock) {
        return new PeerConnections(
                loops.getEventLoopGroup("default").orElseThrow(), new PeerTrust(List.of())::context, clock);
    }
}
