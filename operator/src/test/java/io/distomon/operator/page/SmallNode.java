package io.distomon.operator.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Stands for a node, on loopback: answers as it is told, and remembers what it was asked. */
final class SmallNode implements AutoCloseable {
    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile HttpHandler manner = exchange -> answer(exchange, 200, "application/json", "{}");

    /** A request, as it came. */
    record Asked(String method, String target, List<String> authorization, List<String> fields) {}

    private SmallNode(HttpServer server) {
        this.server = server;
    }

    static SmallNode start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SmallNode node = new SmallNode(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            node.asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getOrDefault("Authorization", List.of()),
                    List.copyOf(exchange.getRequestHeaders().keySet())));
            node.manner.handle(exchange);
        });
        server.start();
        return node;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void answer(HttpHandler how) {
        manner = how;
    }

    void answer(int status, String type, String body) {
        answer(exchange -> answer(exchange, status, type, body));
    }

    List<Asked> asked() {
        return asked;
    }

    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
