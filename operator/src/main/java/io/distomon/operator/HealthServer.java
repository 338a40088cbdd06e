package io.distomon.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Says over HTTP whether the operator lives ({@code /healthz}) and works ({@code /readyz}): 200 with {@code ok}, or 503
 * with what is wrong; and what it does, in numbers ({@code /metrics}).
 */
final class HealthServer implements AutoCloseable {
    private static final int MAX_WAITING = 16;

    private final HttpServer server;

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts to answer.
     *
     * @param port where; 0 for any free one
     * @param dead why the process should be restarted; empty while it should not
     * @param unready why it does not work right now; empty while it does
     * @param metrics what answers a scrape
     */
    static HealthServer start(
            int port, Supplier<Optional<String>> dead, Supplier<Optional<String>> unready, HttpHandler metrics)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), MAX_WAITING);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, dead.get()));
        server.createContext("/readyz", exchange -> answer(exchange, unready.get()));
        server.createContext("/metrics", metrics);
        server.start();
        return new HealthServer(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, Optional<String> trouble) throws IOException {
        try (exchange) {
            byte[] body = (trouble.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(trouble.isEmpty() ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
