package io.distomon.operator.mirror;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import io.distomon.core.tls.PeerTrust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Asks nodes for their stores, and for what they run with, over HTTP. Safe for use by many threads. */
public final class StoreClient {
    /** Within this an answer must be here whole. */
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    static final StoreAnswer NOT_WHOLE = new StoreAnswer.Failed("no whole answer within " + TIMEOUT.toSeconds() + " s");

    /** Largest answer that is read: of a network of 1,024 members, each with 60 pings or more. */
    static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

    /** What a node says of itself is at most some 500 bytes for each of a thousand members. */
    static final int MAX_INFO_BYTES = 2 * 1024 * 1024;

    /** Of all answers that are in memory at once, for all networks: a good part of the heap that the chart gives. */
    private static final int MAX_BYTES_AT_ONCE = 24 * 1024 * 1024;

    private static final int MAX_CURSOR_CHARS = 128;

    private final AnswerMemory memory = new AnswerMemory(MAX_BYTES_AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient shared = builder().build();

    /** What one network's answers may take of the memory. */
    AnswerMemory.Share share() {
        return memory.share();
    }

    /**
     * What nodes are asked by.
     *
     * @param authorities who may have made their certificates, besides those whom Java trusts; networks with none have it in
     *     common
     */
    HttpClient http(List<X509Certificate> authorities) {
        return authorities.isEmpty()
                ? shared
                : builder().sslContext(new PeerTrust(authorities).context()).build();
    }

    private HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads);
    }

    /**
     * {@code GET /store/{network_id}?raw=true}.
     *
     * @param http see {@link #http}
     * @param node where the node answers
     * @param share of the memory, the network's
     * @param cursor of the node's last answer; empty for everything
     * @param token which the node accepts
     * @param use what becomes of an answer, before the memory that it takes is given back
     */
    StoreAnswer ask(
            HttpClient http,
            URI node,
            AnswerMemory.Share share,
            String networkId,
            Optional<String> cursor,
            String token,
            Consumer<StoreAnswer.Changes> use)
            throws InterruptedException {
        return get(
                http,
                storeUri(node, networkId, cursor),
                share,
                MAX_ANSWER_BYTES,
                token,
                response -> read(response, use));
    }

    /**
     * {@code GET /info}, of a node that follows a repository.
     *
     * @param use what becomes of an answer
     */
    StoreAnswer askOfConfig(
            HttpClient http,
            URI node,
            AnswerMemory.Share share,
            String networkId,
            String token,
            Consumer<ConfigReport> use)
            throws InterruptedException {
        return get(
                http,
                URI.create(node + "/info"),
                share,
                MAX_INFO_BYTES,
                token,
                response -> readInfo(response, networkId, use));
    }

    private static StoreAnswer get(
            HttpClient http,
            URI uri,
            AnswerMemory.Share share,
            int maxBytes,
            String token,
            Function<HttpResponse<byte[]>, StoreAnswer> read)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .timeout(TIMEOUT)
                .build();
        try (AnswerBody body = new AnswerBody(share, maxBytes)) {
            return read.apply(whole(http, request, body));
        } catch (TimeoutException e) {
            return NOT_WHOLE;
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case HttpConnectTimeoutException timeout ->
                    new StoreAnswer.Failed("no connection within " + TIMEOUT.toSeconds() + " s");
                case HttpTimeoutException timeout -> NOT_WHOLE; // of the same time, which may be over first
                case ConnectException refused -> new StoreAnswer.Failed("no connection");
                case AnswerBody.NoRoom noRoom -> new StoreAnswer.Postponed(String.valueOf(noRoom.getMessage()));
                case AnswerBody.TooLarge tooLarge -> new StoreAnswer.Failed(tooLarge.reason());
                case IOException io -> new StoreAnswer.Failed(io.toString());
                case RuntimeException bug -> throw bug;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e);
            };
        }
    }

    /** The request's own timeout ends with the answer's head; this one is for all of it. */
    private static HttpResponse<byte[]> whole(HttpClient http, HttpRequest request, AnswerBody body)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, head -> body);
        try {
            return exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            exchange.cancel(true);
        }
    }

    private static URI storeUri(URI node, String networkId, Optional<String> cursor) {
        String after = cursor.map(text -> "&after=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .orElse("");
        return URI.create(node + "/store/" + networkId + "?raw=true" + after);
    }

    private static StoreAnswer readInfo(HttpResponse<byte[]> response, String networkId, Consumer<ConfigReport> use) {
        if (response.statusCode() != 200) {
            return new StoreAnswer.Failed("it answers " + response.statusCode());
        }
        try {
            use.accept(InfoAnswer.read(response.body(), networkId));
            return new StoreAnswer.Answered();
        } catch (InvalidJsonException e) {
            return new StoreAnswer.Failed("what it says of itself can't be used: " + e.getMessage());
        }
    }

    private static StoreAnswer read(HttpResponse<byte[]> response, Consumer<StoreAnswer.Changes> use) {
        if (response.statusCode() != 200) {
            return new StoreAnswer.Failed("it answers " + response.statusCode());
        }
        String cursor = response.headers().firstValue("Distomon-Cursor").orElse("");
        if (cursor.isEmpty() || cursor.length() > MAX_CURSOR_CHARS) {
            return new StoreAnswer.Failed("its answer has no usable Distomon-Cursor");
        }
        try {
            use.accept(new StoreAnswer.Changes(cursor, RawEntries.parse(response.body())));
            return new StoreAnswer.Answered();
        } catch (InvalidJsonException e) {
            return new StoreAnswer.Failed("its answer is no store: " + e.getMessage());
        }
    }
}
