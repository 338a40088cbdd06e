package io.distomon.e2e.demo.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback with a path for each receiver of a network's alerts. It checks signatures as node/README.md has it: what
 * is not signed with the key of a receiver that has one is answered 403, and nobody hears of it. Safe for use by many threads.
 */
public final class Receivers implements AutoCloseable {
    private static final Pattern SIGNATURE = Pattern.compile("t=([0-9]{1,18}),v1=([0-9a-f]{64})");
    private static final Duration MAX_AGE = Duration.ofMinutes(5);
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int MAX_UNREAD = 100;
    private static final int KEY_BYTES = 32;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final Runnable news;
    private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
    private final BlockingQueue<Told> unread = new ArrayBlockingQueue<>(MAX_UNREAD);

    /** @param key null for one that takes what is not signed */
    private record Receiver(
            String name, AlertReceiver.Type type, @Nullable Secret key) {}

    private Receivers(HttpServer server, Runnable news) {
        this.server = server;
        this.news = news;
    }

    /**
     * Starts to listen on a free port.
     *
     * @param news run when there is something to read
     */
    public static Receivers start(Runnable news) throws IOException {
        Receivers receivers =
                new Receivers(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), news);
        receivers.server.setExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
        receivers.server.createContext("/", receivers::take);
        receivers.server.start();
        return receivers;
    }

    /** Where a receiver of this name is told from now on. */
    public Secret url(String name, AlertReceiver.Type type) {
        receivers.computeIfAbsent(name, missing -> new Receiver(name, type, null));
        return new Secret("http://127.0.0.1:%s/%s".formatted(server.getAddress().getPort(), name));
    }

    /** What messages to it must be signed with from now on, of one that has a {@link #url}. */
    public Secret key(String name) {
        Receiver before = Objects.requireNonNull(receivers.get(name), name);
        Secret key = before.key() == null ? randomKey() : before.key();
        receivers.put(name, new Receiver(name, before.type(), key));
        return key;
    }

    /** What was told since the last call, the oldest first; of much that nobody read, the first {@value #MAX_UNREAD}. */
    public List<Told> read() {
        List<Told> told = new ArrayList<>();
        unread.drainTo(told);
        return told;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static Secret randomKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new Secret(HexFormat.of().formatHex(key));
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(answer(exchange), -1);
        }
    }

    private int answer(HttpExchange exchange) throws IOException {
        // Alertmanager's API is below its address.
        Receiver receiver =
                receivers.get(exchange.getRequestURI().getPath().substring(1).split("/", 2)[0]);
        if (receiver == null) {
            return 404;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
        String signature = exchange.getRequestHeaders().getFirst("Distomon-Signature");
        if (receiver.key() != null && !isSigned(signature, body, receiver.key())) {
            return 403;
        }
        try {
            told(receiver, json.readTree(body)).forEach(unread::offer);
        } catch (IOException e) {
            return 400; // no JSON
        }
        news.run();
        return 200;
    }

    private static boolean isSigned(@Nullable String signature, byte[] body, Secret key) {
        Matcher parts = SIGNATURE.matcher(Objects.requireNonNullElse(signature, ""));
        if (!parts.matches()) {
            return false;
        }
        Instant signed = Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            mac.update((parts.group(1) + ".").getBytes(StandardCharsets.US_ASCII));
            return MessageDigest.isEqual(mac.doFinal(body), HexFormat.of().parseHex(parts.group(2)))
                    && Duration.between(signed, Instant.now()).abs().compareTo(MAX_AGE) < 0;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Told> told(Receiver receiver, JsonNode message) {
        return switch (receiver.type()) {
            case WEBHOOK ->
                message.path("alerts")
                        .valueStream()
                        .map(alert -> new Told(
                                receiver.name(),
                                message.path("sender").asText(),
                                receiver.key() != null,
                                alert.path("state").asText(),
                                alert.path("subject").asText(),
                                alert.path("summary").asText()))
                        .toList();
            case SLACK -> forPeople(receiver, message.path("text").asText());
            case DISCORD -> forPeople(receiver, message.path("content").asText().replaceAll("\\\\(.)", "$1"));
            case ALERTMANAGER ->
                message.valueStream()
                        .map(alert -> new Told(
                                receiver.name(),
                                alert.at("/annotations/sender").asText(),
                                false,
                                "",
                                alert.at("/labels/node").asText(),
                                alert.at("/annotations/summary").asText()))
                        .toList();
        };
    }

    private static List<Told> forPeople(Receiver receiver, String text) {
        return text.lines()
                .map(line -> new Told(receiver.name(), "", false, "", "", line))
                .toList();
    }
}
