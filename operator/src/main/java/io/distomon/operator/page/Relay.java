package io.distomon.operator.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.distomon.operator.mirror.Inquiry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Passes questions on to a network's nodes, one after the other until one answers, and the answer to whoever asked, as it
 * comes: nothing of it is kept. With it go its status, the kind of its content, where its store stands, and which node it is
 * from. Nothing of the caller's goes to a node but the question. Without state.
 */
final class Relay {
    static final String NODE = "Distomon-Node";

    /** What the page takes at most. */
    static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

    /** Together they take less time than the page waits. */
    static final int MOST_ASKED = 3;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final String JSON = "application/json";
    private static final List<String> CURSORS = List.of("Distomon-Cursor", "Distomon-Complete");
    private static final Pattern CURSOR = Pattern.compile("[!-~]{1,128}");

    /** What came of asking. */
    sealed interface Outcome {
        record Passed() implements Outcome {}

        /** Nothing was sent to whoever asked. */
        record Nobody(Problem problem) implements Outcome {}
    }

    /**
     * Asks, and passes the answer on.
     *
     * @throws IOException when the answer broke off, or whoever asked has gone: their connection must end
     */
    Outcome pass(HttpExchange exchange, Question question, Inquiry inquiry) throws IOException, InterruptedException {
        String token = inquiry.tokens().token(Instant.now());
        StringJoiner failures = new StringJoiner("; ");
        boolean unknown = false;
        for (Map.Entry<String, URI> node :
                inquiry.nodes().entrySet().stream().limit(MOST_ASKED).toList()) {
            HttpResponse<InputStream> response;
            try {
                response = ask(question.at(node.getValue(), inquiry.networkId()), question, inquiry, token);
            } catch (IOException e) {
                failures.add(node.getKey() + ": " + reason(e));
                continue;
            }
            try (InputStream body = response.body()) {
                Optional<String> fault = fault(response, question);
                if (fault.isEmpty()) {
                    hand(exchange, node.getKey(), response, body, question);
                    return new Outcome.Passed();
                }
                failures.add(node.getKey() + ": " + fault.get());
                unknown |= response.statusCode() == 404;
            }
        }
        String why =
                "no node of " + question.network() + " answers this" + (failures.length() == 0 ? "" : ": " + failures);
        return new Outcome.Nobody(
                new Problem(unknown ? Problem.Status.NOT_FOUND : Problem.Status.UNAVAILABLE, why, unknown ? 0 : 1));
    }

    private static HttpResponse<InputStream> ask(URI uri, Question question, Inquiry inquiry, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Authorization", "Bearer " + token);
        question.lastEventId().ifPresent(id -> request.header("Last-Event-ID", id));
        return inquiry.http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Why this is no answer to be passed on; empty when it is. */
    private static Optional<String> fault(HttpResponse<?> response, Question question) {
        int status = response.statusCode();
        if (status != 200 && status != 400) {
            return Optional.of("it answers " + status);
        }
        String expected = status == 400 ? Problem.TYPE : question.isStream() ? "text/event-stream" : JSON;
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.equals(expected) && !type.startsWith(expected + ";")) {
            return Optional.of("its answer is no " + expected);
        }
        return length(response) > MAX_ANSWER_BYTES
                ? Optional.of("its answer is larger than %s bytes".formatted(MAX_ANSWER_BYTES))
                : Optional.empty();
    }

    private static void hand(
            HttpExchange exchange, String node, HttpResponse<?> response, InputStream body, Question question)
            throws IOException {
        Headers fields = exchange.getResponseHeaders();
        fields.set(NODE, node);
        fields.set("Cache-Control", "no-store");
        fields.set("X-Content-Type-Options", "nosniff");
        String type = response.statusCode() == 400 ? Problem.TYPE : question.isStream() ? "text/event-stream" : JSON;
        fields.set("Content-Type", type);
        if (question.isStream()) {
            // nginx would keep what comes until it has a buffer full of it.
            fields.set("X-Accel-Buffering", "no");
        }
        for (String name : CURSORS) {
            response.headers()
                    .firstValue(name)
                    .filter(value -> CURSOR.matcher(value).matches())
                    .ifPresent(value -> fields.set(name, value));
        }
        long length = length(response);
        exchange.sendResponseHeaders(response.statusCode(), length < 0 ? 0 : length == 0 ? -1 : length);
        OutputStream out = exchange.getResponseBody();
        byte[] buffer = new byte[BUFFER_BYTES];
        long passed = 0;
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            passed += read;
            if (passed > MAX_ANSWER_BYTES) {
                throw new IOException("the answer of %s is larger than %s bytes".formatted(node, MAX_ANSWER_BYTES));
            }
            out.write(buffer, 0, read);
            if (question.isStream()) {
                out.flush();
            }
        }
    }

    /** -1 when it does not say. */
    private static long length(HttpResponse<?> response) {
        return response.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case HttpConnectTimeoutException timeout -> "no connection in time";
            case HttpTimeoutException timeout -> "no answer within " + TIMEOUT.toSeconds() + " s";
            case ConnectException refused -> "no connection";
            default -> failure.toString();
        };
    }
}
