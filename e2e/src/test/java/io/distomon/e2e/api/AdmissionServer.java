package io.distomon.e2e.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import io.distomon.e2e.https.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.function.Function;

/**
 * An admission webhook, as policies and meshes have one: over TLS on loopback, asked by the API server for each object that
 * is created or updated.
 */
final class AdmissionServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsServer server;
    private final String caBundle;
    private final Function<JsonNode, Answer> admission;

    private AdmissionServer(HttpsServer server, String caBundle, Function<JsonNode, Answer> admission) {
        this.server = server;
        this.caBundle = caBundle;
        this.admission = admission;
    }

    /** What becomes of an object. */
    sealed interface Answer {
        /** It is taken, changed by a JSON patch (RFC 6902). */
        record Taken(ArrayNode patch) implements Answer {
            /** As it is. */
            Taken() {
                this(JSON.createArrayNode());
            }
        }

        /** It is not, with this code of the API server's answer. */
        record Refused(int code) implements Answer {}

        /** The connection is closed, which the API server answers with 500. */
        record Closed() implements Answer {}
    }

    /**
     * Starts it.
     *
     * @param directory for its certificate
     * @param admission the answer to a request, as an AdmissionReview has it
     */
    static AdmissionServer start(Path directory, Function<JsonNode, Answer> admission)
            throws IOException, GeneralSecurityException {
        LoopbackServer made = LoopbackServer.make(directory);
        HttpsServer https = made.server();
        AdmissionServer server = new AdmissionServer(https, base64(made.certificate()), admission);
        https.createContext("/", server::answer);
        https.start();
        return server;
    }

    /** Where it is asked. */
    URI url() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/admit");
    }

    /** Whom the API server is to trust, as a webhook's configuration has it. */
    String caBundle() {
        return caBundle;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
            ObjectNode review = JSON.createObjectNode()
                    .put("apiVersion", "admission.k8s.io/v1")
                    .put("kind", "AdmissionReview");
            ObjectNode response =
                    review.putObject("response").put("uid", request.path("uid").asText());
            switch (admission.apply(request)) {
                case Answer.Taken(ArrayNode patch) ->
                    response.put("allowed", true)
                            .put("patchType", "JSONPatch")
                            .put("patch", Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(patch)));
                case Answer.Refused(int code) ->
                    response.put("allowed", false)
                            .putObject("status")
                            .put("code", code)
                            .put("message", "not now");
                case Answer.Closed() -> {
                    return;
                }
            }
            byte[] body = JSON.writeValueAsBytes(review);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
