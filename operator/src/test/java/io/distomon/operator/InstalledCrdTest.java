package io.distomon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.distomon.core.Clock;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found of the CRD, before a server that plays the API server. */
class InstalledCrdTest {
    /** A CRD with hardly anything in it. */
    private static final String OLDER = """
            {"components": {"schemas": {"io.distomon.v1alpha1.DistomonNetwork": {"properties":
              {"spec": {"properties": {"nodes": {}}}}}}}}
            """;

    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private volatile int status = 200;
    private volatile String document = OLDER;

    private HttpServer server;
    private KubernetesClient client;
    private InstalledCrd crd;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/openapi/", this::look);
        server.createContext("/apis/events.k8s.io/", this::event);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        crd = new InstalledCrd(client, Set.of("monitoring"), new Clock() {
            @Override
            public long wallMicros() {
                return 1_700_000_000_120_000L;
            }

            @Override
            public long monotonicNanos() {
                return nanos.get();
            }
        });
    }

    @AfterEach
    void stop() {
        answers.countDown();
        client.close();
        server.stop(0);
    }

    @Test
    void whatIsMissingIsToldOnceInAnEventWhoseTimeHasAllItsDigits() throws IOException {
        assertThat(crd.trouble()).get().asString().contains("status");
        pass(Duration.ofSeconds(16));
        assertThat(crd.trouble()).isPresent();

        assertThat(looks).hasValue(2);
        assertThat(events).hasSize(1);
        assertThat(new ObjectMapper()
                        .readTree(events.getFirst())
                        .path("eventTime")
                        .asText())
                .isEqualTo("2023-11-14T22:13:20.120000Z");
    }

    @Test
    void aFirstLookThatFailsIsRepeated() {
        status = 503;
        assertThat(crd.trouble()).isEmpty();
        status = 200;
        assertThat(crd.trouble()).as("not before a while has passed").isEmpty();

        pass(Duration.ofSeconds(16));

        assertThat(crd.trouble()).isPresent();
    }

    @Test
    void anOlderOneThatIsPutBackLaterIsFound() throws IOException {
        document = ofThisVersion();
        assertThat(crd.trouble()).isEmpty();
        document = OLDER;
        pass(Duration.ofSeconds(16));
        assertThat(crd.trouble()).as("not before a while has passed").isEmpty();

        pass(Duration.ofMinutes(1));

        assertThat(crd.trouble()).isPresent();
    }

    private static String ofThisVersion() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode document = json.createObjectNode();
        try (InputStream crd =
                InstalledCrd.class.getResourceAsStream("/META-INF/fabric8/distomonnetworks.distomon.io-v1.yml")) {
            document.withObject("/components/schemas")
                    .set(
                            "io.distomon.v1alpha1.DistomonNetwork",
                            new YAMLMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema"));
        }
        return json.writeValueAsString(document);
    }

    @Test
    void whileOneLooksAgainTheOthersGoOnWithWhatWasFoundLast() {
        Optional<String> found = crd.trouble();
        pass(Duration.ofSeconds(16));
        answers = new CountDownLatch(1);
        CompletableFuture<Optional<String>> looking = CompletableFuture.supplyAsync(crd::trouble);
        await().atMost(SOON).until(() -> looks.get() == 2);

        assertThat(CompletableFuture.supplyAsync(crd::trouble))
                .succeedsWithin(SOON)
                .isEqualTo(found);

        assertThat(looking).isNotDone();
        answers.countDown();
        assertThat(looking).succeedsWithin(SOON).isEqualTo(found);
        assertThat(looks).hasValue(2);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void look(HttpExchange exchange) throws IOException {
        looks.incrementAndGet();
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answer(exchange, status, document);
    }

    private void event(HttpExchange exchange) throws IOException {
        String event = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        events.add(event);
        answer(exchange, 201, event);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
