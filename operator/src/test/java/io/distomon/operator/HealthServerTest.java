package io.distomon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import io.distomon.operator.metrics.MetricsHandler;
import io.distomon.operator.metrics.OperatorMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final AtomicReference<Optional<String>> dead = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> unready = new AtomicReference<>(Optional.empty());

    @Test
    void tellsLifeAndReadinessApart() throws Exception {
        try (HealthServer server = HealthServer.start(0, dead::get, unready::get, exchange -> {});
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

    @Test
    void aScrapeGetsWhatItPrefersAndTheTextFormatOtherwise() throws Exception {
        OperatorMetrics metrics = new OperatorMetrics();
        HttpHandler scrapes = new MetricsHandler(() -> metrics.of(List.of(), true));
        try (HealthServer server = HealthServer.start(0, dead::get, unready::get, scrapes);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/metrics"));

            HttpResponse<String> plain = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> asked = http.send(
                    request.header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(plain.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            assertThat(plain.body()).contains("\ndistomon_operator_ready 1.0\n");
            assertThat(asked.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
            assertThat(asked.body()).endsWith("# EOF\n");
        }
    }

    private static String get(HttpClient http, HealthServer server, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + server.port() + path);
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
