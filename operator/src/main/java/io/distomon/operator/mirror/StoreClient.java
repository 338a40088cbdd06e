package io.distomon.operator.mirror;

import io.distomon.core.store.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks nodes for their stores over HTTP. Safe for use by many threads. */
public final class StoreClient {
    /** Within this an answer must be here whole. */
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Largest answer that is read: a network of 1,024 members, each with more to say than 500 pings. */
    static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

    private static final int MAX_CURSOR_CHARS = 128;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * {@code GET /store/{network_id}?raw=true}.
     *
     * @param node where the node answers
     * @param cursor of the node's last answer; empty for everything
     */
    StoreAnswer ask(URI node, String networkId, Optional<String> cursor, TokenSigner tokens)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(storeUri(node, networkId, cursor))
                .header("Authorization", "Bearer " + tokens.token(Instant.now()))
                .timeout(TIMEOUT)
                .build();
        // The request's own timeout ends with the answer's head; this one is for all of it.
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return read(exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new StoreAnswer.Failed("no whole answer within " + TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case HttpConnectTimeoutException timeout ->
                    new StoreAnswer.Failed("no connection within " + TIMEOUT.toSeconds() + " s");
                case ConnectException refused -> new StoreAnswer.Failed("no connection");
                case IOException io -> new StoreAnswer.Failed(io.toString());
                case RuntimeException bug -> throw bug;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e);
            };
        } finally {
            exchange.cancel(true);
        }
    }

    private static URI storeUri(URI node, String networkId, Optional<String> cursor) {
        String after = cursor.map(text -> "&after=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .orElse("");
        return URI.create(node + "/store/" + networkId + "?raw=true" + after);
    }

    private static StoreAnswer read(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            return new StoreAnswer.Failed("it answers " + response.statusCode());
        }
        String cursor = response.headers().firstValue("Distomon-Cursor").orElse("");
        if (cursor.isEmpty() || cursor.length() > MAX_CURSOR_CHARS) {
            return new StoreAnswer.Failed("its answer has no usable Distomon-Cursor");
        }
        try {
            return new StoreAnswer.Changes(cursor, RawEntries.parse(response.body()));
        } catch (InvalidJsonException e) {
            return new StoreAnswer.Failed("its answer is no store: " + e.getMessage());
        }
    }
}
