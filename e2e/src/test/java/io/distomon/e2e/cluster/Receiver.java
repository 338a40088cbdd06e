package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Somebody's webhook on this machine's loopback, which takes what has their signature, as node/README.md has it, and refuses
 * the rest. Safe for use by many threads.
 */
final class Receiver implements AutoCloseable {
    private static final Pattern SIGNATURE = Pattern.compile("t=([0-9]+),v1=([0-9a-f]{64})");

    private final HttpServer server;
    private final byte[] key;
    private final List<String> told = new CopyOnWriteArrayList<>();

    private Receiver(HttpServer server, String key) {
        this.server = server;
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    static Receiver start(String key) throws IOException {
        Receiver receiver =
                new Receiver(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), key);
        receiver.server.createContext("/", receiver::take);
        receiver.server.start();
        return receiver;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** What it took and refused, each alert as in {@code /in fra: nyc node_offline firing}. */
    List<String> told() {
        return List.copyOf(told);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            boolean isOurs = isOurs(
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Distomon-Signature"), ""), body);
            if (isOurs) {
                JsonNode message = Kubectl.read(new String(body, StandardCharsets.UTF_8));
                message.path("alerts")
                        .forEach(alert -> told.add("%s %s: %s %s %s"
                                .formatted(
                                        path,
                                        message.path("sender").asText(),
                                        alert.path("subject").asText(),
                                        alert.path("kind").asText(),
                                        alert.path("state").asText())));
            } else {
                told.add(path + " without our signature");
            }
            exchange.sendResponseHeaders(isOurs ? 200 : 403, -1);
        }
    }

    private boolean isOurs(String signature, byte[] body) {
        Matcher parts = SIGNATURE.matcher(signature);
        if (!parts.matches()) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((parts.group(1) + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body)).equals(parts.group(2));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
