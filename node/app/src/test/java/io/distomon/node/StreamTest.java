package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fra tells those who listen of a network in which ams comes and goes, and nyc never was. */
class StreamTest {
    private static final String STREAM = "/stream/lab";

    /** Of asking again and again, while a recorder begins anew. */
    private static final int MOST_TRIES = 1_000;

    private final List<AutoCloseable> running = new ArrayList<>();
    private NetworkOnDisk network;
    private ApiClient api;

    @BeforeEach
    void prepare(@TempDir Path root) {
        network = new NetworkOnDisk(root, "fra", "ams", "nyc");
        api = new ApiClient(network.apiPort("fra"));
        running.add(api);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : running.reversed()) {
            closeable.close();
        }
    }

    @Test
    void whatIsRecordedIsToldAsItIsInEventsAndThatTheViewIsAnother() throws Exception {
        start("fra");
        Node ams = start("ams");
        awaitEvent("ams", "Online");
        EventStream stream = listen();
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.field("Content-Type")).startsWith("text/event-stream");
        assertThat(stream.field("Cache-Control")).isEqualTo("no-store");
        assertThat(stream.field("X-Accel-Buffering")).isEqualTo("no");
        EventStream.Event first = stream.told("view");
        assertThat(stream.events().getFirst()).isEqualTo(first);

        ams.close();
        running.remove(ams);

        EventStream.Event down = stream.told(event -> event.tells("ams", "Offline"));
        JsonNode recorded = recorded(down.seq());
        assertThat(down.data()).isEqualTo(recorded);
        assertThat(down.id())
                .isEqualTo(down.seq() + "-" + recorded.get("hash").asText().substring(0, 16));
        stream.told(event -> event.name().equals("view")
                && !event.data().get("digest").equals(first.data().get("digest")));
        assertThat(stream.transitions().stream().map(EventStream.Event::seq))
                .containsExactlyElementsOf(LongStream.rangeClosed(
                                seq(first.id()) + 1,
                                stream.transitions().getLast().seq())
                        .boxed()
                        .toList());
    }

    @Test
    void whoComesAgainIsToldExactlyWhatWasMissedOverARestartToo() throws Exception {
        Node fra = start("fra");
        Node ams = start("ams");
        awaitEvent("ams", "Online");
        EventStream before = listen();
        String last = Objects.requireNonNull(before.told("view").id());
        before.close();
        running.remove(before);
        ams.close();
        running.remove(ams);
        awaitEvent("ams", "Offline");

        assertToldAllAfter(last, listen(STREAM, "Last-Event-ID", last));
        fra.close();
        running.remove(fra);
        start("fra");
        awaitEvent("fra", "Running");

        EventStream after = listen(STREAM, "Last-Event-ID", last);
        assertToldAllAfter(last, after);
        assertThat(after.transitions())
                .anyMatch(event -> event.tells("fra", "Stopped"))
                .anyMatch(event -> event.tells("fra", "Running"));
        assertToldAllAfter(last, listen(STREAM + "?last_event_id=" + last));
        // The number alone is enough for who knows no more.
        assertToldAllAfter(last, listen(STREAM, "Last-Event-ID", String.valueOf(seq(last))));
    }

    @Test
    void whatCannotBeToldIsAGapFromWhichItGoesOn() throws Exception {
        start("fra");
        awaitEvent("fra", "Online");
        for (String ofAnother : List.of("999999", "1-0123456789abcdef")) {
            EventStream stream = listen(STREAM, "Last-Event-ID", ofAnother);

            EventStream.Event gap = stream.told("gap");

            assertThat(stream.events().getFirst()).isEqualTo(gap);
            assertThat(gap.data().get("reason").asText()).isEqualTo("other_chain");
            assertThat(gap.data().get("asked").asText()).isEqualTo(ofAnother);
            assertThat(gap.data().get("in_words").asText())
                    .isEqualTo("what was recorded up to " + ofAnother
                            + " is of another chain than the records that are kept now; see GET /events");
            stream.told("view");
            assertThat(seq(gap.id()))
                    .isEqualTo(get("/events/lab").at("/chain/last_seq").asLong());
            Node ams = start("ams");
            EventStream.Event next = stream.told("transition");
            assertThat(next.seq()).isEqualTo(seq(gap.id()) + 1);
            ams.close();
            running.remove(ams);
            awaitEvent("ams", "Offline");
        }
    }

    @Test
    void whoMayNotListenIsToldSo() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        assertThat(api.get(STREAM).statusCode()).isEqualTo(401);
        assertThat(api.get("/stream/nowhere").statusCode()).isEqualTo(401);
        assertProblem("/stream/nowhere", 404, "this node is in no network nowhere");
        assertProblem(
                STREAM + "?last_event_id=yesterday",
                400,
                "last_event_id: found \"yesterday\", expected the id of an event, such as 57-3f2a9c01d4e5b687");
        HttpResponse<String> wrong = api.send(api.request(STREAM)
                .header("Authorization", "Bearer " + api.token())
                .header("Last-Event-ID", "-1"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(ApiClient.json(wrong).get("detail").asText()).startsWith("Last-Event-ID: found \"-1\"");
    }

    @Test
    void whereNothingIsRecordedThereIsNoStream() throws Exception {
        start(Map.of("distomon.record.enabled", "false"));

        assertProblem(STREAM, 404, "this node records nothing of lab");
    }

    @Test
    void whoAsksForTheHeadGetsThatAlone() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.apiPort("fra"))) {
            socket.setSoTimeout(20_000);
            send(socket, "HEAD " + STREAM, "Authorization: Bearer " + api.token());
            assertThat(head(socket)).startsWith("HTTP/1.1 200 ").contains("text/event-stream");
            send(socket, "HEAD /info", "Authorization: Bearer " + api.token());
            assertThat(head(socket)).startsWith("HTTP/1.1 200 ").contains("application/json");
        }
    }

    @Test
    void aSourceHasAQuarterOfTheStreamsAndOneThatEndsMakesRoom() throws Exception {
        start(Map.of("distomon.streams.max", 8));
        awaitEvent("fra", "Running");
        EventStream first = listen();
        EventStream second = listen();
        first.told("view");
        second.told("view");

        assertRefused(
                open(InetAddress.getLoopbackAddress()),
                429,
                "found 2 streams that come from there already, as many as may: end one, or ask again in 30 s");

        first.close();
        running.remove(first);
        eventually().until(() -> open(InetAddress.getLoopbackAddress()).status() == 200);
    }

    @Test
    void ofTooManyStreamsOneIsRefusedWhereverItComesFrom() throws Exception {
        List<InetAddress> sources = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            sources.add(InetAddress.ofLiteral("127.0.0." + i));
        }
        assumeTrue(sources.stream().allMatch(LoopbackAddress::isOurs), "a system that has all of 127/8");
        start(Map.of("distomon.streams.max", 4));
        awaitEvent("fra", "Running");
        for (InetAddress source : sources.subList(0, 4)) {
            open(source).told("view");
        }

        assertRefused(open(sources.get(4)), 503, "found 4 streams already, as many as there may be: ask again in 30 s");
    }

    @Test
    void whoDoesNotReadIsClosedAndNothingIsKeptForHim() throws Exception {
        int many = 900;
        listMembers(many);
        start(Map.of(
                "distomon.streams.patience",
                "1s",
                "distomon.streams.max",
                4,
                // A system would keep megabytes for a client on the same machine.
                "micronaut.server.netty.child-options.so_sndbuf",
                16_384));
        eventually()
                .untilAsserted(() -> assertThat(
                                get("/events/lab?limit=1").at("/chain/last_seq").asInt())
                        .isGreaterThan(many));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1_024);
            socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), network.apiPort("fra")));
            send(socket, "GET " + STREAM, "Authorization: Bearer " + api.token(), "Last-Event-ID: 0");
            // He is the only one that may come from there.
            eventually().until(() -> closed() == 1.0);
            eventually().until(() -> open(InetAddress.getLoopbackAddress()).status() == 200);
        }
    }

    @Test
    void whoReadsIsToldHundredsOfRecords() throws Exception {
        int many = 900;
        listMembers(many);
        start("fra");
        eventually()
                .untilAsserted(() -> assertThat(
                                get("/events/lab?limit=1").at("/chain/last_seq").asInt())
                        .isGreaterThan(many));

        EventStream stream = listen(STREAM, "Last-Event-ID", "0");

        stream.told("view");
        assertThat(stream.transitions().stream().map(EventStream.Event::seq))
                .startsWith(LongStream.rangeClosed(1, many).boxed().toArray(Long[]::new));
    }

    @Test
    void aStreamEndsWithItsToken() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        Instant end = Instant.now().plusSeconds(4);
        EventStream stream = EventStream.open(network.apiPort("fra"), STREAM, token(end));
        running.add(stream);
        stream.told("view");

        assertEnds(stream, "the token has expired");

        assertThat(Instant.now()).isAfterOrEqualTo(end.minusSeconds(1)).isBefore(end.plusSeconds(20));
    }

    @Test
    void aStreamEndsWhenTokensAreMadeWithAnotherKey() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        EventStream stream = listen();
        stream.told("view");

        replace(network.directory("fra").resolve("jwt"), NetworkOnDisk.JWT_SECRET + " and another\n");

        assertEnds(stream, "the key that tokens are made with is another one");
    }

    @Test
    void aStreamEndsWithItsNetwork() throws Exception {
        Path directory = network.directory("fra");
        Files.createDirectories(directory.resolve("networks/other"));
        Files.writeString(
                directory.resolve("networks/other/config.yml"), "network_id: other\nnode_config: [{node_id: fra}]\n");
        listNetworks("lab", "other");
        start("fra");
        eventually().until(() -> api.get("/events/other", api.token()).statusCode() == 200);
        EventStream lab = listen();
        EventStream other = listen("/stream/other");
        lab.told("view");
        other.told("view");

        listNetworks("lab");

        assertEnds(other, "the node has left the network other");
        assertThat(lab.isAtEnd()).isFalse();
    }

    @Test
    void whoListensAgainWhenTheNodeHasAnotherNameIsToldWhatIsRecordedUnderThat() throws Exception {
        Path other = Files.createDirectories(network.directory("fra").resolve("networks/other"));
        Files.writeString(
                other.resolve("config.yml"), "network_id: other\nnode_config: [{node_id: fra}, {node_id: dus}]\n");
        listNetworks("lab", "other");
        start("fra");
        eventually().until(() -> api.get("/events/other", api.token()).statusCode() == 200);
        EventStream before = listen("/stream/other");
        before.told("view");

        Path own = network.directory("fra").resolve("nodeconf.yml");
        replace(own, Files.readString(own).replace("{name: other, node_id: fra", "{name: other, node_id: dus"));

        eventually().until(before::isAtEnd);
        EventStream again = listen("/stream/other");
        for (int tries = 1; again.status() != 200 && tries < MOST_TRIES; tries++) {
            again = listen("/stream/other"); // at once, so that it comes before the new recorder
        }
        again.told("view");
        replace(
                other.resolve("config.yml"),
                "network_id: other\nnode_config: [{node_id: fra}, {node_id: dus}, {node_id: ber}]\n");
        again.told("transition");
    }

    @Test
    void aNodeStopsPromptlyAndTellsThoseWhoListen() throws Exception {
        Node fra = start("fra");
        awaitEvent("fra", "Running");
        List<EventStream> streams = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            streams.add(listen());
            streams.getLast().told("view");
        }
        long begun = System.nanoTime();

        fra.close();
        running.remove(fra);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        for (EventStream stream : streams) {
            assertEnds(stream, "the node stops");
        }
    }

    @Test
    void whereNothingHappensACommentSaysThatTheNodeIsThere() throws Exception {
        start("fra");
        awaitEvent("fra", "Running");
        // What a network begins with is settled after a while.
        EventStream stream = listen();
        stream.told("view");

        eventually().until(() -> stream.comments() > 0);

        assertThat(stream.isAtEnd()).isFalse();
    }

    @Test
    void itIsThereBelowThePathOfAProxy() throws Exception {
        start(Map.of("distomon.path-prefix", "/at/fra"));
        awaitEvent("fra", "Running");

        assertThat(listen("/at/fra" + STREAM).told("view").id()).isNotNull();
    }

    private Node start(String id) {
        Node node = Node.start(network.properties(id));
        running.add(node);
        return node;
    }

    private void start(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.putAll(settings);
        running.add(Node.start(properties));
    }

    private EventStream listen() throws IOException, InterruptedException {
        return listen(STREAM);
    }

    private EventStream listen(String path, String... fields) throws IOException, InterruptedException {
        EventStream stream = EventStream.open(network.apiPort("fra"), path, api.token(), fields);
        running.add(stream);
        return stream;
    }

    private EventStream open(InetAddress from) throws IOException, InterruptedException {
        EventStream stream = EventStream.open(from, network.apiPort("fra"), STREAM, api.token());
        running.add(stream);
        return stream;
    }

    /** All that was recorded after, each once and in its order, before anything is told of the view. */
    private void assertToldAllAfter(String last, EventStream stream) throws IOException, InterruptedException {
        EventStream.Event view = stream.told("view");
        List<EventStream.Event> missed =
                stream.events().subList(0, stream.events().indexOf(view));
        List<JsonNode> recorded = new ArrayList<>();
        get("/events/lab?limit=1000").get("events").forEach(recorded::add);
        assertThat(missed).isNotEmpty().allMatch(event -> event.name().equals("transition"));
        assertThat(missed.stream().map(EventStream.Event::data))
                .isEqualTo(recorded.reversed().stream()
                        .filter(event -> event.get("seq").asLong() > seq(last)
                                && event.get("seq").asLong() <= missed.getLast().seq())
                        .toList());
        assertThat(view.id()).isEqualTo(missed.getLast().id());
        assertThat(missed).anyMatch(event -> event.tells("ams", "Offline"));
    }

    private static void assertEnds(EventStream stream, String why) {
        assertThat(stream.told("end").data().get("in_words").asText()).isEqualTo(why);
        eventually().until(stream::isAtEnd);
        assertThat(stream.isCutOff()).isFalse();
        assertThat(stream.events().getLast().name()).isEqualTo("end");
    }

    private static void assertRefused(EventStream refused, int status, String detail) {
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.field("Retry-After")).isEqualTo("30");
        eventually().until(refused::isAtEnd);
        assertThat(refused.rest()).contains(detail);
    }

    private void assertProblem(String path, int status, String detail) throws IOException, InterruptedException {
        HttpResponse<String> answer = api.get(path, api.token());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(ApiClient.json(answer).get("detail").asText()).isEqualTo(detail);
    }

    private void awaitEvent(String subject, String to) {
        eventually().untilAsserted(() -> {
            HttpResponse<String> answer = api.get("/events/lab", api.token());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(ApiClient.json(answer).get("events"))
                    .anySatisfy(event -> assertThat(List.of(
                                    event.get("subject").asText(),
                                    event.get("to").asText()))
                            .containsExactly(subject, to));
        });
    }

    private JsonNode recorded(long seq) throws IOException, InterruptedException {
        return get("/events/lab?limit=1&after=" + (seq + 1)).at("/events/0");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = api.get(path, api.token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiClient.json(answer);
    }

    private double closed() throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort("fra"))) {
            return Objects.requireNonNull(
                    Exposition.parse(management.get("/metrics").body())
                            .value("distomon_connections_closed_total", "reason", "unread"));
        }
    }

    /** So many members besides, of whom nobody has ever heard. */
    private void listMembers(int count) throws IOException {
        List<Member> members = new ArrayList<>();
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        Verifier ofAll = Signer.generate("x", new SecureRandom()).verifier();
        for (int i = 0; i < count; i++) {
            String id = String.format(Locale.ROOT, "n%03d", i);
            members.add(new Member(id, URI.create("http://127.0.0.1:9"), Duration.ofSeconds(60), 0));
            keys.put(id, List.of(ofAll));
        }
        members.add(network.member("fra"));
        keys.put("fra", List.of(network.signer("fra").verifier()));
        Path files = network.directory("fra").resolve("networks/lab");
        for (Map.Entry<String, String> file : NetworkWriter.shared(NetworkOnDisk.NETWORK, members, new KeyMapping(keys))
                .entrySet()) {
            Files.writeString(files.resolve(file.getKey()), file.getValue());
        }
    }

    private void listNetworks(String... names) throws IOException {
        StringBuilder networks = new StringBuilder("networks:\n");
        for (String name : names) {
            networks.append("- {name: %s, node_id: fra, config_type: local}\n".formatted(name));
        }
        replace(
                network.directory("fra").resolve("nodeconf.yml"),
                networks + "login_password_file: password\njwt_secret_file: jwt\n");
    }

    private static void replace(Path file, String text) throws IOException {
        Path temporary = Files.writeString(file.resolveSibling("next"), text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String token(Instant end) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("admin")
                .expirationTime(Date.from(end))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        token.sign(new MACSigner(NetworkOnDisk.JWT_SECRET));
        return token.serialize();
    }

    private static long seq(@Nullable String id) {
        Objects.requireNonNull(id);
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    private static void send(Socket socket, String methodAndPath, String... fields) throws IOException {
        String head = methodAndPath + " HTTP/1.1\r\nHost: fra\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the answer after: %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(200));
    }
}
