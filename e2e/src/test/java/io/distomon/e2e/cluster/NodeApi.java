package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A node's API as its users see it: the password for a token, the token for everything else. */
final class NodeApi implements AutoCloseable {
    private static final int API_PORT = 8000;

    private final PortForward forward;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String token;

    private NodeApi(PortForward forward, String password) {
        this.forward = forward;
        String basic = Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        this.token = send(request("/login")
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .path("access_token")
                .asText();
    }

    static NodeApi login(Kubectl kubectl, String pod, String password) {
        PortForward forward = PortForward.to(kubectl, pod, API_PORT);
        try {
            return new NodeApi(forward, password);
        } catch (RuntimeException e) {
            forward.close();
            throw e;
        }
    }

    JsonNode get(String path) {
        return send(request(path).header("Authorization", "Bearer " + token).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.request().uri().getPath() + " answers " + response.statusCode()
                        + " " + response.body());
            }
            return Kubectl.read(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        forward.close();
    }
}
