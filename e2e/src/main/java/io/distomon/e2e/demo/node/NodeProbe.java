package io.distomon.e2e.demo.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.operator.mirror.TokenSigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

/** Asks nodes about themselves, as probes and a person's {@code curl} would. Safe for use by many threads. */
public final class NodeProbe implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /** Whether the node's readiness probe succeeds. */
    public boolean isReady(NodeProcess node) throws InterruptedException {
        HttpRequest request = get(node.managementPort(), "/health/readiness").build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The digest of the config that the node runs with, as {@code /info} has it; empty when it does not say. */
    public String configDigest(NodeProcess node, TokenSigner tokens) throws InterruptedException {
        HttpRequest request = get(node.apiPort(), "/info")
                .header("Authorization", "Bearer " + tokens.token(Instant.now()))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            JsonNode info = json.readTree(answer.body());
            return info.path("networks").path(0).path("config").path("digest").asText();
        } catch (JsonProcessingException e) {
            return "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static HttpRequest.Builder get(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT);
    }
}
