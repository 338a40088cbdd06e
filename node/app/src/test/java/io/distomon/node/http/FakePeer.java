package io.distomon.node.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** What nodes meet instead of a peer, on loopback: a proxy that alters answers, or a member that lies. */
public final class FakePeer implements AutoCloseable {
    private static final Set<String> OF_THE_TRANSPORT = Set.of("host", "date", "connection", "content-length");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger answered = new AtomicInteger();
    private final HttpServer server;

    /** What it answers; when that fails, the connection breaks. Called by many threads. */
    @FunctionalInterface
    public interface Behaviour {
        HttpAnswer answer(Request request) throws Exception;
    }

    /** A request as it came. */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    public record Request(String path, HttpFields fields, byte[] body) {
        /** What the node at {@code port} answers to it. */
        public HttpAnswer passedTo(int port) throws IOException {
            try (RawHttp connection = new RawHttp(port)) {
                return connection.exchange(RawHttp.bytes(path, fields, body));
            }
        }

        /** An answer to it with a right signature of {@code signer}. */
        public HttpAnswer answered(Signer signer, int status, byte[] answer) {
            String contentType = status == 200 ? "application/json" : "application/problem+json";
            MessageSignature.OfRequest request = MessageSignature.OfRequest.read(
                            "POST", "application/json", ContentDigest.of(body), fields.all("Signature-Input"))
                    .orElseThrow();
            MessageSignature.OfResponse signature = new MessageSignature.OfResponse(
                    status,
                    contentType,
                    ContentDigest.of(answer),
                    request,
                    signer.nodeId(),
                    signer.verifier().fingerprint(),
                    request.created());
            return new HttpAnswer(
                    status,
                    HttpFields.of(
                            "Content-Type",
                            contentType,
                            "Content-Digest",
                            signature.contentDigest(),
                            "Signature-Input",
                            signature.signatureInput(),
                            "Signature",
                            signature.sign(signer)),
                    answer);
        }

        /** The same of a text. */
        public HttpAnswer answered(Signer signer, String answer) {
            return answered(signer, 200, answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @param port where it listens; 0 for any that is free */
    public FakePeer(int port, Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, behaviour));
        server.start();
    }

    /** A proxy on the way to the node at {@code port}, which changes what that answers. */
    public static Behaviour altering(int port, UnaryOperator<HttpAnswer> change) {
        return request -> change.apply(request.passedTo(port));
    }

    /** The body of an answer that brings {@code storeData}, an object in JSON. */
    public static String body(String networkId, String from, String to, String storeData) {
        return """
                {"network_id":"%s","sig_id":"%s","to":"%s","ms_send_time":1.5,"received_at":1800000000.5,\
                "sent_at":1800000000.5,"have":{},"store_data":%s,"refused":{}}""".formatted(networkId, from, to, storeData);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** How many requests it has answered. */
    public int answered() {
        return answered.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange, Behaviour behaviour) throws IOException {
        try (exchange) {
            HttpAnswer answer = behaviour.answer(new Request(
                    exchange.getRequestURI().getRawPath(),
                    fields(exchange.getRequestHeaders()),
                    exchange.getRequestBody().readAllBytes()));
            answer.fields().lines().stream()
                    .filter(line -> !isOfTheTransport(line.name()))
                    .forEach(line -> exchange.getResponseHeaders().add(line.name(), line.value()));
            // For this server, -1 says that there is no body.
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
            answered.incrementAndGet();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static HttpFields fields(Headers headers) {
        List<HttpFields.Field> lines = new ArrayList<>();
        headers.forEach((name, values) -> {
            if (!isOfTheTransport(name)) {
                values.forEach(value -> lines.add(new HttpFields.Field(name, value)));
            }
        });
        return new HttpFields(lines);
    }

    private static boolean isOfTheTransport(String name) {
        return OF_THE_TRANSPORT.contains(name.toLowerCase(Locale.ROOT));
    }
}
