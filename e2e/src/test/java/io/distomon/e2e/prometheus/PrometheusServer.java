package io.distomon.e2e.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.distomon.e2e.cluster.Command;
import io.distomon.e2e.demo.node.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Prometheus server, Debian's, on loopback, which looks at its targets once a second. Safe for use by many threads. */
public final class PrometheusServer implements AutoCloseable {
    private final Process process;
    private final URI url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private PrometheusServer(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it. What it says goes to a file in the directory.
     *
     * @param targets host and port of each
     */
    public static PrometheusServer start(Path directory, List<String> targets) throws IOException {
        String program = Command.script("cluster", "prometheus")
                .taking(Duration.ofMinutes(5))
                .output()
                .strip();
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                scrape_configs:
                - job_name: distomon
                  static_configs:
                  - targets: [%s]
                """.formatted(
                        targets.stream().map(target -> '"' + target + '"').collect(Collectors.joining(", "))));
        String address = "127.0.0.1:" + Ports.free(1).getFirst();
        Process process = new ProcessBuilder(
                        program,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("prometheus"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusServer(process, URI.create("http://" + address));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The series that a query has at this moment. Fails while the server does not answer it. */
    public List<JsonNode> query(String expression) {
        URI asked = url.resolve("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(asked)
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(expression + ": " + answer.body());
            }
            List<JsonNode> series = new ArrayList<>();
            new JsonMapper().readTree(answer.body()).path("data").path("result").forEach(series::add);
            return series;
        } catch (IOException e) {
            throw new AssertionError("Prometheus does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
