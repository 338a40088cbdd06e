package io.distomon.node;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Receiver;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** The core's parts as beans. */
@Factory
final class NodeBeans {
    /** Unless {@link Node} was started with another. */
    @Singleton
    @Secondary
    Clock clock() {
        return Clock.system();
    }

    /** Made at start, not with the first request: what was signed before it was made is refused. */
    @Context
    Receiver receiver(Clock clock, MonitorManager monitors) {
        return new Receiver(
                clock,
                new SecureRandom(),
                networkId -> monitors.network(networkId).map(RunningNetwork::exchange));
    }
}
