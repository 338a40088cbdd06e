package io.distomon.node;

import io.distomon.core.Clock;
import io.distomon.node.streams.Streams;
import io.distomon.node.threads.MonitorManager;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node at work. Several can run in one process, each with its own config directory and ports. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** More than {@code micronaut.netty.event-loops} gives them: reached only by a thread that hangs. */
    private static final Duration PORTS_CLOSED = Duration.ofSeconds(5);

    private final ApplicationContext context;
    private final URI api;
    private final List<EventLoopGroup> eventLoops;

    private Node(ApplicationContext context, URI api) {
        this.context = context;
        this.api = api;
        EventLoopGroupRegistry registry = context.getBean(EventLoopGroupRegistry.class);
        this.eventLoops = Stream.of("parent", "default")
                .map(name -> registry.getEventLoopGroup(name).orElseThrow())
                .toList();
    }

    /**
     * Starts a node; it answers when this returns.
     *
     * @param properties settings that go before those of the environment and of {@code application.yml}
     * @throws RuntimeException when it can't start; with a {@link io.distomon.core.config.ConfigException} among its
     *     causes when the config is why
     */
    public static Node start(Map<String, Object> properties) {
        return start(properties, Clock.system());
    }

    /** Likewise, with clocks that need not be the machine's. */
    static Node start(Map<String, Object> properties, Clock clock) {
        ApplicationContext context = ApplicationContext.builder()
                .banner(false)
                .properties(properties)
                .singletons(clock)
                .build();
        try {
            context.start();
            EmbeddedServer server = context.getBean(EmbeddedServer.class);
            server.start();
            LOG.info(
                    "distomon {} answers on port {}, health on port {}",
                    Version.current(),
                    server.getPort(),
                    context.getRequiredProperty("endpoints.all.port", Integer.class));
            return new Node(context, server.getURI());
        } catch (RuntimeException | Error e) {
            context.close();
            throw e;
        }
    }

    /** Where its API answers. */
    public URI api() {
        return api;
    }

    /** Says farewell to the peers, then stops everything; its ports are free when this returns. */
    @Override
    public void close() {
        LOG.info("Stopping");
        context.getBean(Streams.class).close();
        try {
            context.getBean(MonitorManager.class).leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.close();
        // The server ends its event loops, which hold the ports, without waiting for them.
        for (EventLoopGroup group : eventLoops) {
            if (!group.terminationFuture().awaitUninterruptibly(PORTS_CLOSED.toMillis())) {
                LOG.warn("A connection did not close within {} s", PORTS_CLOSED.toSeconds());
            }
        }
        LOG.info("Stopped");
    }
}
