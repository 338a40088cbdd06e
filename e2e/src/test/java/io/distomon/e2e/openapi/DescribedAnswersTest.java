package io.distomon.e2e.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.distomon.e2e.cluster.Command;
import io.distomon.e2e.nodes.RunningNodes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running nodes, asked what their description lets one ask. */
class DescribedAnswersTest {
    private static final Path DESCRIPTION = Path.of("..", "node", "app", "openapi.yml");
    private static final Duration SOON = Duration.ofMinutes(2);

    /**
     * Each answer is one that the description knows, by its status, type and schema. How many requests are made up for each
     * operation: {@code -Ddistomon.openapi.examples=N}. Not the stream, whose answer has no end: that is the node's own
     * StreamTest.
     */
    @Test
    @Tag("cluster")
    void everyAnswerIsAsTheDescriptionSays(@TempDir Path directory) throws Exception {
        try (RunningNodes nodes = RunningNodes.start(directory, List.of("fra", "ams"));
                HttpClient http = HttpClient.newHttpClient()) {
            URI api = nodes.apis().getFirst();
            await("the node sees both")
                    .atMost(SOON)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .failFast("a node has ended", () -> !nodes.areAlive())
                    .until(() -> get(http, api.resolve("/view/" + RunningNodes.NETWORK), token(http, api))
                                    .split("\"state\":\"Online\"", -1)
                                    .length
                            == 3);
            // A token on a command line would be seen by everybody.
            Path settings = Files.writeString(directory.resolve("schemathesis.toml"), """
                    headers = { Authorization = "Bearer %s" }
                    """.formatted(token(http, api)));
            String program = Command.script("cluster", "schemathesis")
                    .taking(Duration.ofMinutes(5))
                    .output()
                    .strip();

            Command.Result result = new Command(
                            List.of(
                                    // It leaves what it found where it runs, and would begin with that the next time.
                                    "env",
                                    "-C",
                                    directory.toString(),
                                    program,
                                    "--config-file",
                                    settings.toString(),
                                    "run",
                                    DESCRIPTION.toAbsolutePath().toString(),
                                    "--url",
                                    api.toString(),
                                    "--checks",
                                    "not_a_server_error,status_code_conformance,content_type_conformance,"
                                            + "response_schema_conformance,response_headers_conformance",
                                    "--exclude-operation-id",
                                    "stream",
                                    "--phases",
                                    "examples,coverage,fuzzing",
                                    "--max-examples",
                                    System.getProperty("distomon.openapi.examples", "30"),
                                    "--seed",
                                    "1"),
                            "",
                            Duration.ofMinutes(5),
                            false)
                    .run();

            assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
            assertThat(get(http, api.resolve("/openapi.yml"), "")).isEqualTo(Files.readString(DESCRIPTION));
            assertThat(nodes.areAlive()).isTrue();
        }
    }

    private static String token(HttpClient http, URI api) throws IOException, InterruptedException {
        String login =
                Base64.getEncoder().encodeToString(("admin:" + RunningNodes.PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/login"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Basic " + login)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return new JsonMapper()
                .readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .path("access_token")
                .asText();
    }

    private static String get(HttpClient http, URI url, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
