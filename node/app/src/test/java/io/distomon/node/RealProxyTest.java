package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.core.topology.Member;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real nodes, both behind a real nginx and below a path of it, polled every second and none of their failures
 * forgiven. It takes the path of {@code ams} off, and not that of {@code fra}. Towards who asks {@code fra} it closes a
 * connection half a second after an answer; towards who asks {@code ams} in place of the second answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealProxyTest {
    private static final int POLLS = 10;

    private final List<Node> nodes = new ArrayList<>();
    private NetworkOnDisk network;
    private @Nullable RealNginx nginx;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        assumeTrue(RealNginx.program().isPresent(), "nginx is not installed");
        network = new NetworkOnDisk(directory, "fra", "ams", "nginx");
        Path place = Files.createDirectories(directory.resolve("proxy"));
        nginx = new RealNginx(
                place, toFra(), """
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                server {
                  listen 127.0.0.1:%s;
                  keepalive_timeout 500ms;
                  location /at/fra/ { proxy_pass http://127.0.0.1:%s; }
                }
                server {
                  listen 127.0.0.1:%s;
                  if ($connection_requests = 2) { return 444; }
                  location /at/ams/ { proxy_pass http://127.0.0.1:%s/; }
                }
                """.formatted(toFra(), network.apiPort("fra"), toAms(), network.apiPort("ams")));
        List<Member> members = List.of(member("fra", toFra()), member("ams", toAms()));
        for (String id : List.of("fra", "ams")) {
            network.writeSharedOf(id, members);
        }
        Map<String, Object> fra = new HashMap<>(network.properties("fra"));
        fra.put("distomon.path-prefix", "/at/fra/");
        fra.put("distomon.trusted-proxies", "127.0.0.1");
        nodes.add(Node.start(fra));
        nodes.add(Node.start(network.properties("ams")));
    }

    @AfterAll
    void stop() {
        nodes.forEach(Node::close);
        if (nginx != null) {
            nginx.close();
        }
    }

    @Test
    void connectionsThatTheProxyClosesAreNoFailures() throws Exception {
        // One of them is there before the other.
        eventually().until(() -> polls("fra", "ams", "ok") > 0 && polls("ams", "fra", "ok") > 0);
        Map<String, Double> before = failures();

        eventually().until(() -> polls("fra", "ams", "ok") > POLLS && polls("ams", "fra", "ok") > POLLS);

        assertThat(failures()).isEqualTo(before);
        assertThat(Objects.requireNonNull(nginx).statuses()).contains("444");
    }

    @Test
    void aPathThatThereIsNotIsRefusedLikeEveryOther() throws Exception {
        for (String path : List.of("/at/fra/nowhere", "/at/fra/view/lab")) {
            assertThat(ask(toFra(), path)).as(path).isEqualTo(401);
        }
        assertThat(ask(toAms(), "/at/ams/nowhere")).isEqualTo(401);
        assertThat(ask(network.apiPort("fra"), "/at/nowhere")).isEqualTo(401);
    }

    @Test
    void thePageIsThereBelowBothPaths() throws Exception {
        for (String path : List.of("", "page/main.js")) {
            assertThat(ask(toFra(), "/at/fra/" + path)).isEqualTo(200);
            assertThat(ask(toAms(), "/at/ams/" + path)).isEqualTo(200);
        }
        // nginx sends there by itself.
        assertThat(ask(toFra(), "/at/fra")).isEqualTo(301);
    }

    @Test
    void whatAStreamTellsPassesAtOnce() throws Exception {
        try (ApiClient api = new ApiClient(toFra());
                EventStream stream = EventStream.open(
                        toFra(),
                        "/at/fra/stream/lab",
                        ApiClient.json(api.basicLogin("/at/fra/login", "admin", NetworkOnDisk.PASSWORD))
                                .get("access_token")
                                .asText())) {
            stream.told("view");

            assertThat(stream.isAtEnd()).isFalse();
        }
    }

    @Test
    void aLoginsLimitCountsUsersAndNotTheProxy() throws Exception {
        InetAddress here = InetAddress.ofLiteral("127.0.0.2");
        InetAddress there = InetAddress.ofLiteral("127.0.0.3");
        assumeTrue(LoopbackAddress.isOurs(here) && LoopbackAddress.isOurs(there), "a system that has all of 127/8");
        String login = "http://127.0.0.1:%s/at/fra/login".formatted(toFra());

        guessUntilTooMany(here, login, "198.51.100.");

        assertThat(logIn(there, login, NetworkOnDisk.PASSWORD, "198.51.100.1")).isEqualTo(200);
    }

    @Test
    void whoIsNoTrustedProxyIsNotBelieved() throws Exception {
        String login = "http://127.0.0.1:%s/login".formatted(network.apiPort("ams"));

        guessUntilTooMany(InetAddress.getLoopbackAddress(), login, "192.0.2.");
    }

    /** Every guess claims to be from another address. */
    private static void guessUntilTooMany(InetAddress from, String login, String claimed) throws Exception {
        int status = 0;
        for (int i = 1; i <= 15 && status != 429; i++) {
            status = logIn(from, login, "guess " + i, claimed + i);
            assertThat(status).isIn(401, 429);
        }
        assertThat(status).as("after 15 guesses").isEqualTo(429);
    }

    private static int logIn(InetAddress from, String login, String password, String claimed)
            throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newBuilder().localAddress(from).build()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(login))
                                    .header("Authorization", "Basic " + basic)
                                    .header("X-Forwarded-For", claimed)
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static int ask(int port, String path) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(port)) {
            return api.get(path).statusCode();
        }
    }

    private Map<String, Double> failures() throws IOException, InterruptedException {
        Map<String, Double> failures = new HashMap<>();
        // Not timeouts: a slow machine has some, and a connection that is closed is none.
        for (String failure : List.of("connect", "tls", "unauthenticated", "bad_answer")) {
            failures.put("of ams: " + failure, polls("fra", "ams", failure));
            failures.put("of fra: " + failure, polls("ams", "fra", failure));
        }
        return failures;
    }

    /** How many polls of one by the other ended so. */
    private double polls(String from, String to, String result) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(from))) {
            Double count = Exposition.parse(management.get("/metrics").body())
                    .value("distomon_polls_total", "network", "lab", "peer", to, "result", result);
            return Objects.requireNonNullElse(count, 0.0);
        }
    }

    private int toFra() {
        return network.apiPort("nginx");
    }

    private int toAms() {
        return network.managementPort("nginx");
    }

    private static Member member(String id, int port) {
        URI url = URI.create("http://127.0.0.1:%s/at/%s/".formatted(port, id));
        return new Member(id, url, Duration.ofSeconds(1), 0);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500));
    }
}
