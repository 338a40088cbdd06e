package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.http.FakePeer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What passes between a real node, {@code ams}, and {@code fra}, which polls it by way of somebody who records it, older
 * nodes and proxies among them. Thirty others are members who only say something.
 */
class CodedExchangesTest {
    private static final Duration AMPLE = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final List<String> OTHERS =
            IntStream.range(0, 30).mapToObj("other-%02d"::formatted).toList();
    private static final List<String> MEMBERS =
            Stream.concat(Stream.of("ams", "fra"), OTHERS.stream()).toList();

    private static final int MEBIBYTE = 1024 * 1024;

    private static NetworkOnDisk network;
    private static Node ams;

    private final AtomicLong aheadMicros = new AtomicLong();
    private final Clock clock = new Clock() {
        @Override
        public long wallMicros() {
            return Clock.system().wallMicros() + aheadMicros.get();
        }

        @Override
        public long monotonicNanos() {
            return Clock.system().monotonicNanos();
        }
    };
    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, clock);
    private final List<FakePeer.Request> requests = new CopyOnWriteArrayList<>();
    private final List<HttpAnswer> answers = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, MEMBERS.toArray(String[]::new));
        network.writeSharedOf(
                "ams",
                MEMBERS.stream()
                        .map(id ->
                                id.equals("ams") ? network.member(id) : new Member(id, null, Duration.ofSeconds(1), 0))
                        .toList());
        ams = Node.start(network.properties("ams"));
    }

    @AfterAll
    static void stop() {
        ams.close();
    }

    @AfterEach
    void close() {
        peers.close();
    }

    /** {@code fra}, as it polls {@code ams} at the port of whoever is between. */
    private final class Fra {
        private final NetworkExchange exchange;
        private final HttpPeerClient client;
        private final Member asked;

        Fra(FakePeer between) {
            KeyMapping keys = network.keys(MEMBERS);
            asked = new Member("ams", URI.create("http://127.0.0.1:" + between.port()), Duration.ofSeconds(1), 0);
            List<Member> members = new ArrayList<>(List.of(asked, network.member("fra")));
            OTHERS.forEach(id -> members.add(network.member(id)));
            NetworkConfig config = NetworkConfig.of("lab", "fra", members, keys, List.of());
            exchange = new NetworkExchange(
                    config, network.signer("fra"), new SharedStore("lab", "fra", keys, clock), news -> {});
            client = new HttpPeerClient(peers, new Requester(exchange, clock, new SecureRandom()));
        }

        PollResult poll() throws InterruptedException {
            return poll(AMPLE);
        }

        PollResult poll(Duration timeout) throws InterruptedException {
            return client.poll(asked, timeout);
        }

        /** From now on it has something to tell. */
        void hearsOfOthers() {
            for (String id : OTHERS) {
                NodeData said = new NodeData(clock.wallMicros(), Map.of(), id, "1.0.0", "lab", 10, null, null, false);
                exchange.store().merge(RawEntries.of(List.of(SignedNodeData.sign(said, network.signer(id)))));
            }
        }
    }

    /** Who passes everything on, changed or not. */
    private FakePeer.Behaviour between(UnaryOperator<FakePeer.Request> out, UnaryOperator<HttpAnswer> back) {
        return request -> {
            requests.add(request);
            HttpAnswer answer = back.apply(out.apply(request).passedTo(network.apiPort("ams")));
            answers.add(answer);
            return answer;
        };
    }

    private FakePeer.Behaviour recorder() {
        return between(UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** A node that knows nothing of the coding. */
    private FakePeer.Behaviour older() {
        FakePeer.Behaviour plain = between(
                request -> new FakePeer.Request(
                        request.path(), with(request.fields(), "Accept-Encoding", "identity"), request.body()),
                UnaryOperator.identity());
        return request -> {
            if (request.fields().has("Content-Encoding")) {
                requests.add(request);
                return new HttpAnswer(415, HttpFields.of("Content-Type", "application/problem+json"), text("{}"));
            }
            return plain.answer(request);
        };
    }

    @Test
    void nodesThatBothKnowOfTheCodingUseItBothWays() throws Exception {
        try (FakePeer recorder = new FakePeer(0, recorder())) {
            Fra fra = new Fra(recorder);
            assertAnswered(fra.poll());
            assertThat(requests.getFirst().fields().all("Accept-Encoding")).containsExactly("deflate");
            assertThat(requests.getFirst().fields().has("Content-Encoding")).isFalse();
            fra.hearsOfOthers();

            assertAnswered(fra.poll());

            FakePeer.Request coded = requests.getLast();
            assertThat(coded.fields().all("Content-Encoding")).containsExactly("deflate");
            byte[] plain = inflated(coded.body());
            assertThat(coded.fields().all("Content-Digest")).containsExactly(ContentDigest.of(plain));
            assertThat(coded.body().length).isLessThan(plain.length / 2);

            // Who knows nothing yet is brought all of that.
            Fra born = new Fra(recorder);
            assertAnswered(born.poll());
            HttpAnswer answer = answers.getLast();
            assertThat(answer.fields().all("Content-Encoding")).containsExactly("deflate");
            assertThat(answer.fields().all("Content-Digest"))
                    .containsExactly(ContentDigest.of(inflated(answer.body())));
            assertThat(answer.body().length).isLessThan(inflated(answer.body()).length / 2);
            assertThat(born.exchange.store().have()).containsKeys(OTHERS.toArray(String[]::new));
        }
    }

    @Test
    void anOlderNodeIsAskedAndAnswersAsBefore() throws Exception {
        try (FakePeer older = new FakePeer(0, older())) {
            Fra fra = new Fra(older);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();

            assertAnswered(fra.poll());

            assertThat(requests)
                    .hasSize(2)
                    .noneMatch(request -> request.fields().has("Content-Encoding"));
            assertThat(requests.getLast().body().length).isGreaterThan(5_000);
            assertThat(answers).noneMatch(answer -> answer.fields().has("Content-Encoding"));
        }
    }

    @Test
    void noPollFailsWhenANodeIsSetBackToAnOlderVersion() throws Exception {
        AtomicBoolean isOlder = new AtomicBoolean();
        FakePeer.Behaviour newer = recorder();
        FakePeer.Behaviour older = older();
        try (FakePeer node = new FakePeer(0, request -> (isOlder.get() ? older : newer).answer(request))) {
            Fra fra = new Fra(node);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();
            isOlder.set(true);

            assertIsAskedAgainPlain(fra);
        }
    }

    @Test
    void noPollFailsForAProxyThatStripsTheHeaderOfRequests() throws Exception {
        FakePeer.Behaviour proxy = between(
                request -> new FakePeer.Request(
                        request.path(), without(request.fields(), "Content-Encoding"), request.body()),
                UnaryOperator.identity());
        try (FakePeer way = new FakePeer(0, proxy)) {
            Fra fra = new Fra(way);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();

            assertIsAskedAgainPlain(fra);
        }
    }

    @ParameterizedTest
    @MethodSource
    void noPollFailsForWhatAProxyMakesOfCodedAnswers(UnaryOperator<HttpAnswer> change) throws Exception {
        tellAms();
        FakePeer.Behaviour proxy = between(
                UnaryOperator.identity(),
                answer -> answer.fields().has("Content-Encoding") ? change.apply(answer) : answer);
        try (FakePeer way = new FakePeer(0, proxy)) {
            Fra fra = new Fra(way);

            assertIsAskedAgainPlain(fra);

            assertThat(fra.exchange.store().have()).containsKeys(OTHERS.toArray(String[]::new));
        }
    }

    static Stream<Named<UnaryOperator<HttpAnswer>>> noPollFailsForWhatAProxyMakesOfCodedAnswers() {
        return Stream.of(
                Named.of(
                        "strips their header",
                        answer -> new HttpAnswer(
                                answer.status(), without(answer.fields(), "Content-Encoding"), answer.body())),
                Named.of(
                        "cuts them off",
                        answer -> with(answer, Arrays.copyOf(answer.body(), answer.body().length - 1))),
                Named.of("garbles their checksum", answer -> {
                    byte[] garbled = answer.body().clone();
                    garbled[garbled.length - 1] ^= 1;
                    return with(answer, garbled);
                }),
                Named.of("makes bombs of them", answer -> with(answer, deflated(new byte[4 * MEBIBYTE]))),
                Named.of("makes them too long", answer -> with(answer, deflated(random(4 * MEBIBYTE + 1)))),
                Named.of(
                        "has a coding of its own",
                        answer -> new HttpAnswer(
                                answer.status(), with(answer.fields(), "Content-Encoding", "br"), answer.body())));
    }

    @ParameterizedTest
    @MethodSource
    void whoLetsNoRequestWithACodingThroughCostsTwoPolls(FakePeer.Behaviour ofCoded) throws Exception {
        FakePeer.Behaviour open = recorder();
        FakePeer.Behaviour breaking = request -> {
            boolean isPlain = request.fields().all("Accept-Encoding").contains("identity");
            return (isPlain ? open : ofCoded).answer(request);
        };
        try (FakePeer way = new FakePeer(0, breaking)) {
            Fra fra = new Fra(way);

            assertThat(fra.poll(SHORT)).isInstanceOf(PollResult.Failed.class);
            assertThat(fra.poll(SHORT)).isInstanceOf(PollResult.Failed.class);
            assertAnswered(fra.poll());
        }
    }

    static Stream<Named<FakePeer.Behaviour>> whoLetsNoRequestWithACodingThroughCostsTwoPolls() {
        return Stream.of(
                Named.of("closes the connection", request -> {
                    throw new IOException("a coding");
                }),
                Named.of("never answers", request -> {
                    new CountDownLatch(1).await();
                    throw new IllegalStateException();
                }));
    }

    @Test
    void whoLetsNoCodedAnswerThroughCostsTwoPolls() throws Exception {
        tellAms();
        FakePeer.Behaviour open = recorder();
        FakePeer.Behaviour breaking = request -> {
            HttpAnswer answer = open.answer(request);
            if (answer.fields().has("Content-Encoding")) {
                throw new IOException("a coding");
            }
            return answer;
        };
        try (FakePeer way = new FakePeer(0, breaking)) {
            Fra fra = new Fra(way);

            assertThat(fra.poll()).isInstanceOf(PollResult.Failed.class);
            assertThat(fra.poll()).isInstanceOf(PollResult.Failed.class);
            assertAnswered(fra.poll());

            assertThat(fra.exchange.store().have()).containsKeys(OTHERS.toArray(String[]::new));
        }
    }

    /** As the body of a coded request that is refused by its head is not read, the refusal is of one that is asked plainly. */
    @Test
    void whoseClockIsOffIsToldSoWithinThePoll() throws Exception {
        try (FakePeer recorder = new FakePeer(0, recorder())) {
            Fra fra = new Fra(recorder);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();
            requests.clear();
            aheadMicros.set(3_600_000_000L);

            assertThat(fra.poll())
                    .isInstanceOfSatisfying(
                            PollResult.Answered.class,
                            answered -> assertThat(answered.refusal()).isEqualTo("clock"));

            assertThat(requests)
                    .extracting(request -> request.fields().has("Content-Encoding"))
                    .containsExactly(true, false);
        }
    }

    @Test
    void whatSomebodyRecordedAndSendsAgainWithAnyCodedBodyIsRefusedUnread() throws Exception {
        try (FakePeer recorder = new FakePeer(0, recorder())) {
            Fra fra = new Fra(recorder);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();
            assertAnswered(fra.poll());
        }
        FakePeer.Request recorded = requests.getLast();
        assertThat(recorded.fields().has("Content-Encoding")).isTrue();

        for (byte[] body : List.of(recorded.body(), deflated(new byte[4 * MEBIBYTE]), text("{}"))) {
            HttpAnswer answer =
                    new FakePeer.Request(recorded.path(), recorded.fields(), body).passedTo(network.apiPort("ams"));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.fields().has("Signature")).isFalse();
        }
    }

    /** A proxy that takes the coding off on its way leaves what was signed. */
    @Test
    void whoTakesTheCodingOffOnTheWayChangesNothing() throws Exception {
        FakePeer.Behaviour unpacking = between(
                request -> request.fields().has("Content-Encoding")
                        ? new FakePeer.Request(
                                request.path(), without(request.fields(), "Content-Encoding"), inflated(request.body()))
                        : request,
                UnaryOperator.identity());
        try (FakePeer proxy = new FakePeer(0, unpacking)) {
            Fra fra = new Fra(proxy);
            assertAnswered(fra.poll());
            fra.hearsOfOthers();

            assertAnswered(fra.poll());

            assertThat(requests).hasSize(2);
            assertThat(requests.getLast().fields().has("Content-Encoding")).isTrue();
        }
    }

    /** From now on it has something to tell whoever is new. */
    private void tellAms() throws Exception {
        try (FakePeer open = new FakePeer(0, recorder())) {
            Fra other = new Fra(open);
            assertAnswered(other.poll());
            other.hearsOfOthers();
            assertAnswered(other.poll());
        }
    }

    private void assertIsAskedAgainPlain(Fra fra) throws InterruptedException {
        requests.clear();

        assertAnswered(fra.poll());

        assertThat(requests).hasSize(2);
        assertThat(requests.getLast().fields().has("Content-Encoding")).isFalse();
        assertThat(requests.getLast().fields().all("Accept-Encoding")).containsExactly("identity");
        assertThat(answers.getLast().fields().has("Content-Encoding")).isFalse();
    }

    private static void assertAnswered(PollResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        PollResult.Answered.class,
                        answered -> assertThat(answered.refusal()).isNull());
    }

    private static HttpFields with(HttpFields fields, String name, String value) {
        List<HttpFields.Field> lines = new ArrayList<>(without(fields, name).lines());
        lines.add(new HttpFields.Field(name, value));
        return new HttpFields(lines);
    }

    private static HttpFields without(HttpFields fields, String name) {
        return new HttpFields(fields.lines().stream()
                .filter(line -> !line.name().equalsIgnoreCase(name))
                .toList());
    }

    private static HttpAnswer with(HttpAnswer answer, byte[] body) {
        return new HttpAnswer(answer.status(), answer.fields(), body);
    }

    private static byte[] inflated(byte[] body) {
        try (InflaterInputStream plain = new InflaterInputStream(new ByteArrayInputStream(body))) {
            return plain.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] deflated(byte[] body) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(coded)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    /** Text that can't be made much shorter. */
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return Arrays.copyOf(Base64.getEncoder().encode(bytes), length);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
