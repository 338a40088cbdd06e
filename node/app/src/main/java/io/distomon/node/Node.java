package io.distomon.node;

import io.distomon.node.threads.MonitorManager;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node at work. Several can run in one process, each with its own config directory and ports. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final ApplicationContext context;
    private final URI api;

    private Node(ApplicationContext context, URI api) {
        this.context = context;
        this.api = api;
    }

    /**
     * Starts a node; it answers when this returns.
     *
     * @param properties settings that go before those of the environment and of {@code application.yml}
     * @throws RuntimeException when it can't start; with a {@link io.distomon.core.config.ConfigException} among its
     *     causes when the config is why
     */
    public static Node start(Map<String, Object> properties) {
        ApplicationContext context = ApplicationContext.builder()
                .banner(false)
                .properties(properties)
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

    /** Says farewell to the peers, then stops everything. */
    @Override
    public void close() {
        LOG.info("Stopping");
        try {
            context.getBean(MonitorManager.class).leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.close();
        LOG.info("Stopped");
    }
}
