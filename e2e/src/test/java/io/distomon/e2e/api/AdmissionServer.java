package io.distomon.e2e.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.distomon.e2e.cluster.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An admission webhook, as policies and meshes have one: over TLS on loopback, asked by the API server for each object that
 * is created or updated.
 */
final class AdmissionServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "not a secret";
    private static final String ALIAS = "webhook";

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
        Path store = directory.resolve("webhook.p12");
        Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=webhook",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .output();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        https.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        AdmissionServer server =
                new AdmissionServer(https, pem(keys.getCertificate(ALIAS).getEncoded()), admission);
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

    private static String pem(byte[] certificate) {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
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
