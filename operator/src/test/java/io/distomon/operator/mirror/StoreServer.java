package io.distomon.operator.mirror;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.config.Secret;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.StoreChanges;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** What a node answers an operator with, on loopback: the raw form of a real store, to whoever has a good token. */
final class StoreServer implements AutoCloseable {
    private static final String CURSOR = "Distomon-Cursor";

    private final SharedStore store;
    private final Secret tokenSecret;
    private final HttpServer server;
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Manner manner = new Manner.Honest();
    private volatile String info = "";

    /** How it answers. */
    sealed interface Manner {
        record Honest() implements Manner {}

        /** Takes the request and says nothing. */
        record Silent() implements Manner {}

        /** Always the same. */
        record Fixed(int status, @Nullable String cursor, String body) implements Manner {}
    }

    private StoreServer(SharedStore store, Secret tokenSecret, HttpServer server) {
        this.store = store;
        this.tokenSecret = tokenSecret;
        this.server = server;
    }

    static StoreServer start(SharedStore store, Secret tokenSecret) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        StoreServer server = new StoreServer(store, tokenSecret, http);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/store/" + store.networkId(), server::answer);
        http.createContext("/info", server::inform);
        http.start();
        return server;
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    void answer(Manner next) {
        manner = next;
    }

    /** What it says of itself from now on; before, it says nothing. */
    void inform(String next) {
        info = next;
    }

    /** The query of each request so far. */
    List<String> queries() {
        return queries;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            queries.add(exchange.getRequestURI().getQuery());
            switch (manner) {
                case Manner.Honest() -> answerHonestly(exchange);
                case Manner.Silent() -> closed.await();
                case Manner.Fixed(int status, String cursor, String body) -> send(exchange, status, cursor, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void inform(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isGood = isGood(exchange.getRequestHeaders().getFirst("Authorization"));
            send(exchange, isGood ? info.isEmpty() ? 404 : 200 : 401, null, isGood ? info : "");
        }
    }

    private void answerHonestly(HttpExchange exchange) throws IOException {
        if (!isGood(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, null, "");
            return;
        }
        String query = exchange.getRequestURI().getQuery();
        int after = query.indexOf("&after=");
        StoreChanges changes = store.changesAfter(after < 0 ? null : query.substring(after + "&after=".length()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            RawEntries.of(changes.entries().values().stream()
                            .map(HeldEntry::entry)
                            .toList())
                    .write(json);
        }
        send(exchange, 200, changes.cursor(), body.toString(StandardCharsets.UTF_8));
    }

    private boolean isGood(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        try {
            SignedJWT token = SignedJWT.parse(authorization.substring("Bearer ".length()));
            return token.verify(new MACVerifier(tokenSecret.reveal().getBytes(StandardCharsets.UTF_8)))
                    && token.getJWTClaimsSet().getExpirationTime() != null
                    && token.getJWTClaimsSet().getSubject().equals("distomon-operator");
        } catch (Exception e) {
            throw new AssertionError("found a token that can't be read", e);
        }
    }

    private static void send(HttpExchange exchange, int status, @Nullable String cursor, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (cursor != null) {
            exchange.getResponseHeaders().set(CURSOR, cursor);
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
