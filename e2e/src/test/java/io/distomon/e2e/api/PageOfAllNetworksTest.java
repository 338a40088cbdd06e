package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.operator.RunningOperator;
import io.distomon.operator.Settings;
import io.distomon.operator.page.PageSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's page, of networks whose nodes are played: what it tells of them is what the API server holds. */
class PageOfAllNetworksTest extends OperatorBeforeApiServer {
    private static final String PASSWORD = "correct horse";

    private final HttpClient http = HttpClient.newHttpClient();

    PageOfAllNetworksTest() {
        super("e2e-page");
    }

    @AfterAll
    void stop() {
        http.close();
    }

    @Test
    void theNetworksAreThoseOfTheClusterAndANodeOfEachIsAskedUntilItIsDeleted(@TempDir Path directory)
            throws Exception {
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        try (PlayedNodes nodes = PlayedNodes.start(client, namespace);
                RunningOperator operator = RunningOperator.start(
                        new Settings(
                                Set.of(namespace),
                                "distomon-node:test",
                                Duration.ofSeconds(1),
                                PATIENCE,
                                0,
                                Optional.of(new PageSettings(0, password))),
                        withTheRightsOfTheChart(namespace, server.url()),
                        network -> PlayedNodes.addresses(nodes.url(), network))) {
            int port = operator.pagePort().orElseThrow();
            apply("seen", nodes("ams", "fra"));
            apply("refused", "{nodes: [%s]}".formatted(unusable("out")));
            untilSaid("seen", "MeshHealthy", ConditionStatus.True, "AllOnline");
            untilSaid("refused", "Accepted", ConditionStatus.False, "InvalidSpec");
            String token = token(port);

            await().atMost(SOON).untilAsserted(() -> {
                JsonNode networks = json(get(port, "/info", token)).get("networks");
                assertThat(networks)
                        .extracting(network -> network.get("network_id").asText())
                        .containsExactly(namespace + "/refused", namespace + "/seen");
                assertThat(networks.get(0).get("in_words").asText()).contains("publicKeys");
                assertThat(networks.get(1).get("online").asInt()).isEqualTo(2);
                assertThat(networks.get(1).get("nodes").asInt()).isEqualTo(2);
            });
            HttpResponse<String> store = get(port, "/store/" + namespace + "/seen?raw=true", token);
            assertThat(store.statusCode()).isEqualTo(200);
            assertThat(json(store).fieldNames()).toIterable().containsExactlyInAnyOrder("ams", "fra");
            assertThat(store.headers().firstValue("Distomon-Node")).contains("ams");
            nodes.die("seen", "ams");
            assertThat(get(port, "/store/" + namespace + "/seen?raw=true", token)
                            .headers()
                            .firstValue("Distomon-Node"))
                    .contains("fra");
            assertThat(get(port, "/store/" + namespace + "/refused?raw=true", token)
                            .statusCode())
                    .isEqualTo(503);

            delete("seen");

            await().atMost(SOON)
                    .until(() -> get(port, "/store/" + namespace + "/seen?raw=true", token)
                                    .statusCode()
                            == 404);
            assertThat(readiness(operator)).isEqualTo("ok\n");
        }
    }

    private String token(int port) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri(port, "/login"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"admin\",\"password\":\"%s\"}".formatted(PASSWORD)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return json(response).get("access_token").asText();
    }

    private HttpResponse<String> get(int port, String path, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(port, path))
                        .header("Authorization", "Bearer " + token)
                        .timeout(SOON)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }
}
