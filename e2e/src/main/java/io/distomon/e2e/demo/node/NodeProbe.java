package io.distomon.e2e.demo.node;

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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    /** What the node answers on a path of its API; empty when it does not answer, or not with 200. */
    public Optional<JsonNode> ask(NodeProcess node, String path, TokenSigner tokens) throws InterruptedException {
        HttpRequest request = get(node.apiPort(), path)
                .header("Authorization", "Bearer " + tokens.token(Instant.now()))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(json.readTree(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The digest of the config that the node runs with, as {@code /info} has it; empty when it does not say. */
    public String configDigest(NodeProcess node, TokenSigner tokens) throws InterruptedException {
        return ask(node, "/info", tokens)
                .map(info -> info.at("/networks/0/config/digest").asText())
                .orElse("");
    }

    /**
     * Why its polls fail, by the id of whom it polls, as {@code /links} has it: the stage and the fact. Nothing of those
     * that are answered; empty when it does not say.
     */
    public Map<String, String> failures(NodeProcess node, String networkId, TokenSigner tokens)
            throws InterruptedException {
        Map<String, String> failures = new TreeMap<>();
        ask(node, "/links/" + networkId, tokens)
                .ifPresent(answer -> answer.path("links").forEach(link -> {
                    if (link.path("detail").isTextual()) {
                        failures.put(
                                link.path("to").asText(), link.path("detail").asText());
                    }
                }));
        return failures;
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
