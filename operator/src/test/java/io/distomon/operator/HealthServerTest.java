package io.distomon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final AtomicReference<Optional<String>> dead = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> unready = new AtomicReference<>(Optional.empty());

    @Test
    void tellsLifeAndReadinessApart() throws Exception {
        try (HealthServer server = HealthServer.start(0, dead::get, unready::get);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(get(http, server, "/healthz")).isEqualTo("200 ok\n");
            assertThat(get(http, server, "/readyz")).isEqualTo("200 ok\n");

            unready.set(Optional.of("starting"));
            assertThat(get(http, server, "/healthz")).isEqualTo("200 ok\n");
            assertThat(get(http, server, "/readyz")).isEqualTo("503 starting\n");

            dead.set(Optional.of("the watch on the API is broken"));
            assertThat(get(http, server, "/healthz")).isEqualTo("503 the watch on the API is broken\n");
        }
    }

    private static String get(HttpClient http, HealthServer server, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + server.port() + path);
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
