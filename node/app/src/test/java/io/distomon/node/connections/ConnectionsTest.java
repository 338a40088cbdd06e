package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.node.ApiClient;
import io.distomon.node.Exposition;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes, {@code fra} of which has hundreds of hostile connections from the address that all come from. */
class ConnectionsTest {
    private static final List<String> IDS = List.of("fra", "ams", "nyc");
    private static final int MAX = 100;
    private static final int HOSTILE = 500;
    private static final int MORE_POLLS = 5;
    private static final int DRIP_MILLIS = 200;
    private static final int ANSWER_MILLIS = 30_000;

    private final List<Node> nodes = new ArrayList<>();
    private NetworkOnDisk network;

    /** What a hostile client sends; then it waits until it is thrown out. */
    private enum Hostility {
        IDLE {
            @Override
            void act(Socket socket) {}
        },
        HALF_A_HEAD {
            @Override
            void act(Socket socket) throws IOException {
                send(socket, "POST /mon/lab HTTP/1.1\r\nHost: fra\r\nX-Long: " + "x".repeat(5_000));
            }
        },
        NO_BODY {
            @Override
            void act(Socket socket) throws IOException {
                send(socket, """
                        POST /mon/lab HTTP/1.1\r
                        Host: fra\r
                        Content-Type: application/json\r
                        Content-Length: 4000000\r
                        \r
                        {""");
            }
        },
        GARBAGE {
            @Override
            void act(Socket socket) throws IOException {
                byte[] garbage = new byte[2_000];
                new Random(7).nextBytes(garbage);
                socket.getOutputStream().write(garbage);
            }
        },
        DRIP {
            @Override
            void act(Socket socket) throws IOException {
                send(socket, "GET /in");
            }
        };

        abstract void act(Socket socket) throws IOException;

        static void send(Socket socket, String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @BeforeEach
    void write(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    @Test
    void hundredsOfHostileConnectionsStopNeitherThePollsOfPeersNorALogin() throws Exception {
        IDS.forEach(this::start);
        everybodyIsOnline();
        AtomicInteger opened = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                Socket known = connect()) {
            logIn(known);
            try {
                for (int i = 0; i < HOSTILE; i++) {
                    Hostility hostility = Hostility.values()[i % Hostility.values().length];
                    clients.execute(() -> attackUntil(end, hostility, opened));
                }
                eventually().until(() -> opened.get() > HOSTILE);
                Map<String, Double> before = polls();

                eventually()
                        .untilAsserted(() -> assertThat(polls())
                                .allSatisfy((link, count) -> assertThat(count)
                                        .as(link)
                                        .isGreaterThan(before.getOrDefault(link, 0.0) + MORE_POLLS)));
                everybodyIsOnline();
                // The oldest of all, and of the same source.
                logIn(known);
            } finally {
                end.countDown();
            }
        }
    }

    @Test
    void whoDoesNotSendAWholeRequestIsClosedThoughThereIsRoom() throws Exception {
        start("fra");
        CountDownLatch never = new CountDownLatch(1);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Hostility, Future<Boolean>> closed = new EnumMap<>(Hostility.class);
            for (Hostility hostility : Hostility.values()) {
                closed.put(hostility, clients.submit(() -> {
                    try (Socket socket = connect()) {
                        awaitEnd(never, hostility, socket);
                        return true;
                    }
                }));
            }

            eventually()
                    .untilAsserted(() -> assertThat(closed)
                            .allSatisfy(
                                    (hostility, end) -> assertThat(end.isDone()).isTrue()));
            assertThat(closed).allSatisfy((hostility, end) -> assertThat(end).succeedsWithin(Duration.ZERO));
            Exposition read = scrape("fra");
            // Of nothing, half a head and a head that drips.
            assertThat(closed(read, Closure.HEAD_LATE)).isGreaterThanOrEqualTo(3);
            assertThat(closed(read, Closure.BODY_LATE)).isEqualTo(1);
            assertThat(closed(read, Closure.TOO_MANY)).isZero();
            assertThat(closed(read, Closure.TOO_LONG)).isZero();
        } finally {
            never.countDown();
        }
    }

    @Test
    void oneConnectionTooManyClosesTheOldestStrangersAndNoOther() throws Exception {
        start("fra");
        List<Socket> connections = new ArrayList<>();
        try {
            Socket known = connect();
            connections.add(known);
            logIn(known);
            for (int i = 1; i < MAX; i++) {
                connections.add(connect());
                assertThat(answer(connections.getLast(), "GET /info")).startsWith("HTTP/1.1 401 ");
            }

            connections.add(connect());

            // After an answer each has 90 s for its next request, so none is closed for its silence here.
            Socket oldestStranger = connections.remove(1);
            oldestStranger.setSoTimeout(ANSWER_MILLIS);
            assertThat(oldestStranger.getInputStream().read()).isNegative();
            oldestStranger.close();
            for (Socket stays : connections) {
                assertThat(answer(stays, "GET /info")).startsWith("HTTP/1.1 401 ");
            }

            Exposition read = scrape("fra");
            assertThat(read.value("distomon_connections_max", "port", "api")).isEqualTo(MAX);
            assertThat(read.value("distomon_connections", "port", "api")).isEqualTo(MAX);
            assertThat(read.value("distomon_connections", "port", "management")).isEqualTo(1);
            assertThat(closed(read, Closure.TOO_MANY)).isEqualTo(1);
        } finally {
            for (Socket socket : connections) {
                socket.close();
            }
        }
    }

    private void start(String id) {
        Map<String, Object> properties = new HashMap<>(network.properties(id));
        properties.put("distomon.connections.max", MAX);
        nodes.add(Node.start(properties));
    }

    /** Connects again and again, a second after it was thrown out. */
    private void attackUntil(CountDownLatch end, Hostility hostility, AtomicInteger opened) {
        try {
            do {
                try (Socket socket = connect()) {
                    opened.incrementAndGet();
                    awaitEnd(end, hostility, socket);
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(SocketException.class);
                }
            } while (!end.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when the node has closed the connection, or when told to; drips, if so, meanwhile. */
    private static void awaitEnd(CountDownLatch end, Hostility hostility, Socket socket) throws IOException {
        socket.setSoTimeout(DRIP_MILLIS);
        try {
            hostility.act(socket);
            InputStream in = socket.getInputStream();
            boolean atEnd = false;
            while (!atEnd && end.getCount() > 0) {
                try {
                    atEnd = in.read(new byte[1_000]) < 0;
                } catch (SocketTimeoutException e) {
                    if (hostility == Hostility.DRIP) {
                        Hostility.send(socket, "x");
                    }
                }
            }
        } catch (SocketException e) {
            assertThat(e).as("how a connection that is written to ends").hasMessageMatching(".*(reset|pipe|abort).*");
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), network.apiPort("fra"));
    }

    private static void logIn(Socket socket) throws IOException {
        String basic = Base64.getEncoder()
                .encodeToString(("admin:" + NetworkOnDisk.PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(answer(socket, "POST /login", "Authorization: Basic " + basic))
                .startsWith("HTTP/1.1 200 ");
    }

    /** The answer to a request without a body, whose own body is a JSON object without another one in it. */
    private static String answer(Socket socket, String methodAndPath, String... fields) throws IOException {
        socket.setSoTimeout(ANSWER_MILLIS);
        List<String> head = new ArrayList<>(List.of(methodAndPath + " HTTP/1.1", "Host: fra", "Content-Length: 0"));
        head.addAll(List.of(fields));
        Hostility.send(socket, String.join("\r\n", head) + "\r\n\r\n");
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("}") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the answer after: %s", answer).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }

    private void everybodyIsOnline() {
        eventually().ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            for (String asker : IDS) {
                try (ApiClient api = new ApiClient(network.apiPort(asker))) {
                    HttpResponse<String> login = api.basicLogin("/login", "admin", NetworkOnDisk.PASSWORD);
                    assertThat(login.statusCode()).isEqualTo(200);
                    String token = ApiClient.json(login).get("access_token").asText();
                    assertThat(ApiClient.json(api.get("/view/lab", token)).get("nodes"))
                            .hasSize(IDS.size())
                            .allSatisfy(node ->
                                    assertThat(node.get("state").asText()).isEqualTo("Online"));
                }
            }
        });
    }

    /** How many polls succeeded, over each link. */
    private Map<String, Double> polls() throws IOException, InterruptedException {
        Map<String, Double> polls = new HashMap<>();
        for (String from : IDS) {
            Exposition read = scrape(from);
            for (String to : IDS) {
                Double count = read.value("distomon_polls_total", "network", "lab", "peer", to, "result", "ok");
                if (count != null) {
                    polls.put(from + " to " + to, count);
                }
            }
        }
        assertThat(polls).hasSize(IDS.size() * (IDS.size() - 1));
        return polls;
    }

    private Exposition scrape(String id) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(id))) {
            return Exposition.parse(management.get("/metrics").body());
        }
    }

    private static double closed(Exposition read, Closure reason) {
        Double count = read.value("distomon_connections_closed_total", "reason", reason.wireName());
        return Objects.requireNonNull(count, reason.wireName());
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(500));
    }
}
