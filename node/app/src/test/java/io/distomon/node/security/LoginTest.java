package io.distomon.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.core.login.LoginLimit;
import io.distomon.node.ApiClient;
import io.distomon.node.LoopbackAddress;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins over real HTTP at one node. How long the limit makes whom wait is {@link LoginLimitTest}'s. */
class LoginTest {
    /** Of {@link NetworkOnDisk#PASSWORD}, by libxcrypt. */
    private static final String HASH = "$2y$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG";

    private NetworkOnDisk network;
    private @Nullable Node node;
    private int guesses;
    private ApiClient api;

    @BeforeEach
    void write(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams");
        api = new ApiClient(network.apiPort("fra"));
    }

    @AfterEach
    void stop() {
        api.close();
        if (node != null) {
            node.close();
        }
    }

    @Test
    void whoGuessesMoreThanAFewTimesIsToldWhenToComeBackAndMayThen() throws Exception {
        start();
        HttpResponse<String> tooEarly = guessUntilTooEarly();

        assertThat(tooEarly.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, (long) LoginLimit.MAX_WAIT_SECONDS);
        assertThat(tooEarly.headers().firstValue("Content-Type")).contains("application/problem+json");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.basicLogin("/login", "admin", NetworkOnDisk.PASSWORD)
                                .statusCode()
                        == 200);
        assertThat(guess().statusCode()).as("failures are forgotten").isEqualTo(401);
    }

    @Test
    void manyGuessesAtOnceAreNotMoreThanOneAfterTheOther() {
        start();
        List<CompletableFuture<HttpResponse<String>>> guesses = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < 30; i++) {
                guesses.add(http.sendAsync(login("guess " + i), HttpResponse.BodyHandlers.ofString()));
            }
            Map<Integer, Long> byStatus = guesses.stream()
                    .collect(Collectors.groupingBy(guess -> guess.join().statusCode(), Collectors.counting()));

            assertThat(byStatus.keySet()).containsOnly(401, 429);
            // On a slow machine one may have waited long enough.
            assertThat(byStatus.get(401)).isBetween(1L, 2L * LoginLimit.FREE_OF_SOURCE);
        }
    }

    @Test
    void whoComesFromElsewhereIsNotLockedOut() throws Exception {
        start();
        InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
        assumeTrue(LoopbackAddress.isOurs(elsewhere), "a system that has all of 127/8");
        guessUntilTooEarly();

        try (HttpClient http = HttpClient.newBuilder().localAddress(elsewhere).build()) {
            assertThat(http.send(login(NetworkOnDisk.PASSWORD), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNoGuessDoesNotCount() throws Exception {
        start();
        for (int i = 0; i < 2 * LoginLimit.FREE_OF_SOURCE; i++) {
            assertThat(api.post("/login", "application/json", "{}").statusCode())
                    .isEqualTo(401);
        }

        assertThat(api.token()).isNotEmpty();
    }

    @Test
    void aLongBodyIsRefusedByItsHeadAndOneOfUnknownLengthToo() throws Exception {
        start();
        byte[] body = " ".repeat(4 * 1024 * 1024 - 1).getBytes(StandardCharsets.US_ASCII);

        assertThat(api.send(json().POST(HttpRequest.BodyPublishers.ofByteArray(body)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(api.send(json().POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))))
                        .statusCode())
                .isEqualTo(411);
    }

    @Test
    void theLongestPasswordThatConfigAllowsLogsIn() throws Exception {
        String longest = "é".repeat(4096);
        Files.writeString(network.directory("fra").resolve("password"), longest);
        start();

        String body = "{\"username\":\"admin\",\"password\":\"%s\"}".formatted(longest.replace("é", "\\u00e9"));
        assertThat(api.post("/login", "application/json", body).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyOfAnotherFormIsRefusedWithoutAWordOfOurClasses() throws Exception {
        start();
        for (String body : List.of("{\"username\": {}, \"password\": \"x\"}", "[]", "7")) {
            HttpResponse<String> answer = api.post("/login", "application/json", body);

            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body())
                    .as(body)
                    .contains("found a body of another form than is expected here")
                    .doesNotContain("java");
        }
    }

    @Test
    void theConfigMayHoldTheHashInsteadOfThePassword() throws Exception {
        Files.writeString(network.directory("fra").resolve("password"), HASH + "\n");
        start();

        assertThat(api.basicLogin("/login", "admin", HASH).statusCode()).isEqualTo(401);
        assertThat(api.token()).isNotEmpty();
    }

    private void start() {
        node = Node.start(network.properties("fra"));
    }

    private HttpResponse<String> guess() throws IOException, InterruptedException {
        return api.basicLogin("/login", "admin", "guess " + ++guesses);
    }

    /** Guesses without a pause, so that it is soon. */
    private HttpResponse<String> guessUntilTooEarly() throws IOException, InterruptedException {
        for (int i = 0; i <= 2 * LoginLimit.FREE_OF_SOURCE; i++) {
            HttpResponse<String> answer = guess();
            if (answer.statusCode() == 429) {
                assertThat(i).isGreaterThanOrEqualTo(LoginLimit.FREE_OF_SOURCE);
                return answer;
            }
            assertThat(answer.statusCode()).isEqualTo(401);
        }
        throw new AssertionError("every guess was compared");
    }

    private HttpRequest.Builder json() {
        return api.request("/login").header("Content-Type", "application/json");
    }

    private HttpRequest login(String password) {
        String basic = Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/login".formatted(network.apiPort("fra"))))
                .header("Authorization", "Basic " + basic)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }
}
