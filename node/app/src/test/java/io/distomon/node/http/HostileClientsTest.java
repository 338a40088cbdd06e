package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.Limits;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.node.ApiClient;
import io.distomon.node.Exposition;
import io.distomon.node.ForkedNode;
import io.distomon.node.ImageOptions;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ams} is a node in a process of its own, with the JVM and the memory of the image's. Somebody, the member
 * {@code fra}, who has a token, or a stranger, does whatever hurts. Nobody else notices: {@code nyc}, a node
 * too, which it polls and which polls it; the member {@code lon}; who logs in; and the kubelet.
 */
class HostileClientsTest {
    private static final int ROUNDS = 36;
    private static final int KEPT = 700;
    private static final int COPIES = 60;
    private static final int LOOPS = 16;
    private static final int MORE_POLLS = 2;
    private static final long MEBIBYTE = 1024 * 1024;

    /** The limit of the pods that the operator makes, of which the heap has 45 %. */
    private static final long POD_BYTES = 384 * MEBIBYTE;

    private static final byte[] HOSTILE = {127, 0, 0, 2};

    private final List<String> passive = new ArrayList<>(List.of("fra", "lon"));
    private final CountDownLatch end = new CountDownLatch(1);
    private final Set<RawHttp> hostile = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private NetworkOnDisk network;
    private ForkedNode ams;
    private Node nyc;

    /** Which is attacked. */
    private int port;

    /** What a hostile connection does; when that fails, or ends, it is opened anew. */
    @FunctionalInterface
    private interface Hostility {
        void act(RawHttp connection) throws Exception;
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        for (int i = 0; i < 16; i++) {
            passive.add("p" + i);
        }
        List<String> ids = new ArrayList<>(List.of("ams", "nyc"));
        ids.addAll(passive);
        network = new NetworkOnDisk(directory, ids.toArray(String[]::new));
        port = network.apiPort("ams");
        List<Member> members = new ArrayList<>();
        for (String active : List.of("ams", "nyc")) {
            members.add(new Member(active, network.member(active).url(), Duration.ofSeconds(5), 2));
        }
        passive.forEach(id -> members.add(new Member(id, null, Duration.ofSeconds(10), 1)));
        List.of("ams", "nyc").forEach(id -> network.writeSharedOf(id, members));
        List<String> options = new ArrayList<>(ImageOptions.read());
        options.add("-XX:MaxRAM=" + POD_BYTES);
        ams = ForkedNode.start(network, "ams", options.toArray(String[]::new));
        nyc = Node.start(network.properties("nyc"));
        eventually()
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(polls())
                        .allSatisfy((link, count) -> assertThat(count).as(link).isPositive()));
    }

    @AfterEach
    void stop() throws Exception {
        nyc.close();
        ams.close();
    }

    @Test
    void aHeadCopiedOverManyConnectionsWithBodiesAsLongAsTheyMayBeFillsNoMemory() throws Throwable {
        byte[] body = " ".repeat(Limits.MAX_MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII);
        byte[] copied = SignedRequest.of(network.signer("fra"), new String(body, StandardCharsets.US_ASCII))
                .bytes();
        byte[] allButTheLast = Arrays.copyOf(copied, copied.length - 1);
        AtomicInteger sent = new AtomicInteger();
        Hostility allButOneByte = connection -> {
            try {
                connection.send(allButTheLast);
            } finally {
                sent.incrementAndGet();
            }
            connection.receive();
        };
        String longBody = SignedRequest.body("lon", "ams");
        String longest = longBody + " ".repeat(Limits.MAX_MESSAGE_BYTES - longBody.length());

        underAttack(COPIES, allButOneByte, () -> {
            eventually().until(() -> sent.get() >= COPIES);

            assertThat(SignedRequest.of(network.signer("lon"), longest)
                            .sendTo(network.apiPort("ams"))
                            .status())
                    .isEqualTo(200);
            othersGoOn();
        });
    }

    @Test
    void hundredsOfConnectionsOfOneMemberShutOutNobodyElse() throws Throwable {
        shutOutNobodyElse(connection -> {
            while (connection
                            .exchange(SignedRequest.of(network.signer("fra"), SignedRequest.body("fra", "ams"))
                                    .bytes())
                            .status()
                    == 429) {
                if (end.await(1, TimeUnit.SECONDS)) {
                    return;
                }
            }
        });
    }

    @Test
    void hundredsOfConnectionsOfOneTokenHolderShutOutNobodyElse() throws Throwable {
        byte[] request = get("/info", "Authorization: Bearer " + token());
        shutOutNobodyElse(connection -> connection.exchange(request));
    }

    @Test
    void hundredsOfConnectionsOfOneStrangerToTheManagementPortShutOutNobodyElse() throws Throwable {
        port = network.managementPort("ams");
        byte[] request = get("/health/liveness");
        shutOutNobodyElse(connection -> connection.exchange(request));
    }

    @Test
    void badSignaturesInALoopCostOthersNothing() throws Throwable {
        String signature = base64(new byte[64]).replace('A', 'B').replace("B==", "A==");
        Map<String, RawEntry> bad = new LinkedHashMap<>();
        for (String id : passive) {
            bad.put(id, new RawEntry(base64(new byte[170_000]), signature, id));
        }
        costOthersNothing(SignedRequest.body("lab", "fra", "ams", bad));
    }

    @Test
    void anEmptyHaveInALoopCostsOthersNothing() throws Throwable {
        fillTheStore();
        costOthersNothing(SignedRequest.body("fra", "ams"));
    }

    @Test
    void theStoreAskedForInALoopByATokenHolderCostsOthersNothing() throws Throwable {
        fillTheStore();
        inALoop(get("/store/lab", "Authorization: Bearer " + token()), 200);
    }

    @Test
    void bodiesOfAStrangerAsLongAsTheyMayBeInALoopCostOthersNothing() throws Throwable {
        byte[] unsigned = RawHttp.bytes(
                "/mon/lab",
                HttpFields.of("Content-Type", "application/json"),
                " ".repeat(Limits.MAX_MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII));
        inALoop(unsigned, 401);
    }

    @Test
    void answersThatNobodyReadsFillNoMemory() throws Throwable {
        fillTheStore();
        byte[] request = get("/store/lab?raw=true", "Authorization: Bearer " + token());
        Hostility readNothing = connection -> {
            for (int i = 0; i < 10; i++) {
                connection.send(request);
            }
            answered.incrementAndGet();
            end.await();
        };
        underAttack(COPIES, readNothing, () -> {
            eventually().until(() -> answered.get() >= COPIES);

            othersGoOn();
        });
    }

    private static byte[] get(String path, String... fields) {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: ams\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void inALoop(byte[] request, int status) throws Throwable {
        Hostility loop = connection -> {
            while (end.getCount() > 0) {
                if (connection.exchange(request).status() == status) {
                    answered.incrementAndGet();
                }
            }
        };
        underAttack(LOOPS, loop, () -> {
            eventually().until(() -> answered.get() > LOOPS);

            othersGoOn();
        });
    }

    /** With so much that it takes an answer as long as it may be. */
    private void fillTheStore() throws IOException {
        Map<String, PingData> pings = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            pings.put("a-node-with-a-long-name-of-its-own-%s-%d".formatted("x".repeat(80), i), PingData.UNKNOWN);
        }
        for (String id : passive) {
            NodeData data = new NodeData(0, pings, id, "1", "lab", 3600, "boot", null, false);
            RawEntry entry = SignedNodeData.sign(data.at(Clock.system().wallMicros()), network.signer(id))
                    .raw();
            String said = SignedRequest.body("lab", "lon", "ams", Map.of(id, entry));
            assertThat(SignedRequest.of(network.signer("lon"), said)
                            .sendTo(network.apiPort("ams"))
                            .status())
                    .isEqualTo(200);
        }
    }

    private String token() throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort("ams"))) {
            return api.token();
        }
    }

    /** Whatever each of 700 connections does at first, it is kept as long as it may be. */
    private void shutOutNobodyElse(Hostility hostility) throws Throwable {
        Hostility keep = connection -> {
            hostility.act(connection);
            answered.incrementAndGet();
            connection.isAtEnd();
        };
        underAttack(KEPT, keep, () -> {
            eventually().until(() -> connected.get() >= KEPT && answered.get() >= ROUNDS);

            othersGoOn();
        });
    }

    /** Of what is sent in a loop no more is worked on than a member's budget has room for; the rest hears that it is too much. */
    private void costOthersNothing(String body) throws Throwable {
        AtomicInteger workedOn = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        Hostility loop = connection -> {
            while (end.getCount() > 0) {
                byte[] request = SignedRequest.of(network.signer("fra"), body).bytes();
                HttpAnswer answer = connection.exchange(request);
                if (answer.status() == 200) {
                    workedOn.incrementAndGet();
                    bytes.addAndGet(request.length + answer.body().length);
                }
                answered.incrementAndGet();
            }
        };
        long before = System.nanoTime();
        underAttack(LOOPS, loop, () -> {
            eventually().until(() -> answered.get() > LOOPS);

            othersGoOn();

            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before) + 1;
            // Far below what so many loops get done where nobody counts. How far one goes beyond its budget while
            // others are under way is AllowanceTest's part.
            assertThat(workedOn.get())
                    .as("requests that were worked on in %d s", seconds)
                    .isPositive()
                    .isLessThanOrEqualTo(
                            2 * (Limits.REQUESTS_IN_A_ROW + Math.toIntExact(seconds * Limits.REQUESTS_A_SECOND)));
            assertThat(bytes.get())
                    .as("bytes that were worked on in %d s", seconds)
                    .isLessThanOrEqualTo(2 * (Limits.BYTES_IN_A_ROW + seconds * Limits.BYTES_A_SECOND));
        });
    }

    private void othersGoOn() throws Exception {
        Map<String, Double> before = polls();
        for (int i = 0; i < ROUNDS; i++) {
            try (ApiClient management = new ApiClient(network.managementPort("ams"));
                    ApiClient api = new ApiClient(network.apiPort("ams"))) {
                assertThat(management.get("/health/liveness").statusCode()).isEqualTo(200);
                assertThat(api.basicLogin("/login", "admin", NetworkOnDisk.PASSWORD)
                                .statusCode())
                        .isEqualTo(200);
                assertThat(SignedRequest.of(network.signer("lon"), SignedRequest.body("lon", "ams"))
                                .sendTo(network.apiPort("ams"))
                                .status())
                        .isEqualTo(200);
            }
        }
        eventually()
                .untilAsserted(() -> assertThat(polls())
                        .allSatisfy((link, count) -> assertThat(count)
                                .as(link)
                                .isGreaterThanOrEqualTo(Objects.requireNonNull(before.get(link)) + MORE_POLLS)));
        assertThat(number("distomon_link_up", "network", "lab", "peer", "nyc")).isEqualTo(1);
        assertThat(number("process_resident_memory_bytes")).isLessThan(POD_BYTES);
        assertThat(ams.isAlive()).isTrue();
    }

    private void underAttack(int connections, Hostility hostility, Executable whatGoesOn) throws Throwable {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < connections; i++) {
                    clients.execute(() -> attackUntilTheEnd(hostility));
                }
                whatGoesOn.execute();
            } finally {
                end.countDown();
                for (RawHttp connection : hostile) {
                    connection.close();
                }
            }
        }
    }

    private void attackUntilTheEnd(Hostility hostility) {
        try {
            do {
                try (RawHttp connection = new RawHttp(port, InetAddress.getByAddress(HOSTILE))) {
                    hostile.add(connection);
                    connected.incrementAndGet();
                    if (end.getCount() > 0) {
                        hostility.act(connection);
                    }
                    hostile.remove(connection);
                } catch (IOException thrownOut) {
                    // Once more, if it is not over.
                }
            } while (!end.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many polls succeeded, over each link. */
    private Map<String, Double> polls() throws IOException, InterruptedException {
        return Map.of(
                "ams to nyc", polls("ams", "nyc"),
                "nyc to ams", polls("nyc", "ams"));
    }

    private double polls(String from, String to) throws IOException, InterruptedException {
        return number(from, "distomon_polls_total", new String[] {"network", "lab", "peer", to, "result", "ok"});
    }

    private double number(String name, String... labels) throws IOException, InterruptedException {
        return number("ams", name, labels);
    }

    private double number(String node, String name, String[] labels) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(node))) {
            Double value = Exposition.parse(management.get("/metrics").body()).value(name, labels);
            return value == null ? 0 : value;
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));
    }
}
