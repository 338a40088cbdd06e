package io.distomon.node.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A receiver on loopback that keeps what it is told and answers as it is told to. Safe for use by many threads. */
public final class Inbox implements AutoCloseable {
    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile @Nullable String headerName;
    private volatile String headerValue = "";

    /**
     * Something that it was told.
     *
     * @param signature the header of that name; empty without
     */
    public record Received(String path, String contentType, String signature, String body) {
        public JsonNode json() throws IOException {
            return new ObjectMapper().readTree(body);
        }
    }

    public Inbox() throws IOException {
        this(0);
    }

    /** @param port where, or 0 */
    public Inbox(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::take);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/in?token=hunter2";
    }

    public Inbox answering(int with) {
        status = with;
        return this;
    }

    public Inbox answering(int with, String name, String value) {
        headerValue = value;
        headerName = name;
        return answering(with);
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /** Each message as its alerts in brackets: {@code +nyc} fires, {@code -nyc} is resolved, {@code *} is a repeat. */
    public List<String> told() throws IOException {
        List<String> told = new ArrayList<>();
        for (Received each : received) {
            List<String> alerts = new ArrayList<>();
            for (JsonNode alert : each.json().get("alerts")) {
                alerts.add((alert.get("repeat").asBoolean() ? "*" : "")
                        + (alert.get("state").asText().equals("firing") ? "+" : "-")
                        + alert.get("subject").asText());
            }
            told.add(each.json().get("sender").asText() + alerts);
        }
        return told;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(
                    exchange.getRequestURI().toString(),
                    first(exchange, "Content-Type"),
                    first(exchange, "Distomon-Signature"),
                    body));
            String name = headerName;
            if (name != null) {
                exchange.getResponseHeaders().set(name, headerValue);
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static String first(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
