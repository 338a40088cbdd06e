package io.distomon.node.polls;

import io.distomon.core.Clock;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import jakarta.inject.Singleton;

/** What polls is one for all networks, and works on the event loops that serve. */
@Factory
final class PollBeans {
    @Singleton
    PeerConnections connections(EventLoopGroupRegistry loops, Clock clock) {
        return new PeerConnections(
                loops.getEventLoopGroup("default").orElseThrow(), PeerConnections::trustOfTheJdk, clock);
    }
}
