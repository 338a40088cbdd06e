package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.PeerUrl;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.names.FakeNames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How polls of a peer that misbehaves on the wire end. */
class HttpPeerClientTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration AMPLE = Duration.ofSeconds(60);

    /** Shows that somebody was reached. */
    private static final String NO = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n";

    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, Clock.system());
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private ServerSocket listening;

    /** Why the last poll failed, in words. */
    private @Nullable String fact;

    /** What the peer writes on a connection once a request has begun to arrive. */
    @FunctionalInterface
    private interface Behaviour {
        void answer(OutputStream out) throws Exception;
    }

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        end.countDown();
        listening.close();
        peers.close();
    }

    @Test
    void silenceIsATimeout() throws Exception {
        assertThat(poll("http", TIMEOUT, out -> end.await())).isEqualTo(failed(PollError.TIMEOUT));
    }

    @Test
    void aBodyThatTricklesIsATimeout() throws Exception {
        // When it is through with that, the connection breaks, which is another failure.
        PollResult result = poll("http", TIMEOUT, out -> {
            write(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n");
            for (int i = 0; i < 3000 && !end.await(20, TimeUnit.MILLISECONDS); i++) {
                write(out, "x");
            }
        });

        assertThat(result).isEqualTo(failed(PollError.TIMEOUT));
    }

    @Test
    void aHeadThatTricklesIsATimeout() throws Exception {
        PollResult result = poll("http", TIMEOUT, out -> {
            write(out, "HTTP/1.1 200 OK\r\nX: ");
            for (int i = 0; i < 3000 && !end.await(20, TimeUnit.MILLISECONDS); i++) {
                write(out, "x");
            }
        });

        assertThat(result).isEqualTo(failed(PollError.TIMEOUT));
    }

    @Test
    void aNameServerThatSaysNothingIsATimeout() throws Exception {
        FakeNames.saysNothing("silent.test");

        assertThat(coarse(client("http", "silent.test").poll(peer("http", "silent.test"), TIMEOUT)))
                .isEqualTo(failed(PollError.TIMEOUT));
    }

    @Test
    void whoClosesAConnectionUnheardIsAFailureToConnect() throws Exception {
        Thread.ofVirtual().start(() -> {
            try {
                listening.accept().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(coarse(client("http").poll(peer("http"), AMPLE))).isEqualTo(failed(PollError.CONNECT));
        assertThat(fact).startsWith("TCP: the connection to 127.0.0.1:%s broke".formatted(listening.getLocalPort()));
    }

    @Test
    void nobodyListeningIsAFailureToConnect() throws Exception {
        listening.close();

        assertThat(coarse(client("http").poll(peer("http"), AMPLE))).isEqualTo(failed(PollError.CONNECT));
    }

    @Test
    void aConnectionThatBreaksIsAFailureToConnect() throws Exception {
        assertThat(poll("http", AMPLE, out -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")))
                .isEqualTo(failed(PollError.CONNECT));
    }

    @Test
    void noTlsAtTheOtherEndIsATlsFailure() throws Exception {
        assertThat(poll("https", AMPLE, out -> write(out, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")))
                .isEqualTo(failed(PollError.TLS));
    }

    @Test
    void aRedirectIsABadAnswerAndNotFollowed() throws Exception {
        String location = "http://127.0.0.1:" + listening.getLocalPort() + "/elsewhere";

        assertThat(poll(
                        "http",
                        AMPLE,
                        out -> write(
                                out,
                                "HTTP/1.1 307 Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n")))
                .isEqualTo(failed(PollError.BAD_ANSWER));
        assertThat(connections).hasValue(1);
    }

    @Test
    void anUnsigned401MeansThatThePeerDoesNotKnowUs() throws Exception {
        assertThat(poll("http", AMPLE, out -> write(out, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")))
                .isEqualTo(failed(PollError.UNAUTHENTICATED));
    }

    @Test
    void anAnswerWithoutASignatureIsABadAnswer() throws Exception {
        assertThat(poll("http", AMPLE, out -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")))
                .isEqualTo(failed(PollError.BAD_ANSWER));
    }

    @Test
    void anEndlessAnswerIsCutOffAndABadAnswer() throws Exception {
        AtomicInteger megabytes = new AtomicInteger();

        PollResult result = poll("http", AMPLE, out -> {
            write(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            byte[] megabyte = new byte[1 << 20];
            while (megabytes.get() < 1000) {
                out.write(megabyte);
                megabytes.incrementAndGet();
            }
        });

        assertThat(result).isEqualTo(failed(PollError.BAD_ANSWER));
        assertThat(megabytes.get()).isLessThan(100);
    }

    @Test
    void aHeadWithoutEndIsCutOffAndABadAnswer() throws Exception {
        assertThat(poll("http", AMPLE, out -> {
                    write(out, "HTTP/1.1 200 OK\r\n");
                    writeWithoutEnd(out, "X-Long: " + "x".repeat(1000) + "\r\n");
                }))
                .isEqualTo(failed(PollError.BAD_ANSWER));
    }

    @Test
    void aLineWithoutEndIsCutOffAndABadAnswer() throws Exception {
        assertThat(poll("http", AMPLE, out -> {
                    write(out, "HTTP/1.1 200 OK\r\nX-Long: ");
                    writeWithoutEnd(out, "x".repeat(1000));
                }))
                .isEqualTo(failed(PollError.BAD_ANSWER));
    }

    @Test
    void interimAnswersWithoutEndAreCutOffAndABadAnswer() throws Exception {
        assertThat(poll("http", AMPLE, out -> writeWithoutEnd(out, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50))))
                .isEqualTo(failed(PollError.BAD_ANSWER));
    }

    @Test
    void whatIsNoHttpIsABadAnswer() throws Exception {
        assertThat(poll("http", AMPLE, out -> write(out, "220 mail.example.com ESMTP\r\n")))
                .isEqualTo(failed(PollError.BAD_ANSWER));
    }

    @Test
    void theStageAndTheFactAreTold() throws Exception {
        String at = "127.0.0.1:" + listening.getLocalPort();
        assertThat(factOf("http", TIMEOUT, "")).isEqualTo("no whole answer from %s within 500 ms".formatted(at));
        assertThat(factOf("https", AMPLE, NO)).startsWith("TLS: ");
        assertThat(factOf("http", AMPLE, NO)).isEqualTo("HTTP: 401, it does not know us, or not this key of ours");
        assertThat(factOf("http", AMPLE, head("308 No", "Location: https://fra.example/")))
                .isEqualTo("HTTP: 308 to https://fra.example/; use that url");
        assertThat(factOf("http", AMPLE, head("502 No", "Server: nginx"))).isEqualTo("HTTP: 502 from a proxy (nginx)");
        assertThat(factOf("http", AMPLE, head("413 No", "X: y")))
                .isEqualTo("HTTP: 413, our request is too long for it or for a proxy");
        assertThat(factOf("http", AMPLE, head("500 No", "Via: " + "x".repeat(300))))
                .isEqualTo("HTTP: 500, unsigned: not from the node (%s…)".formatted("x".repeat(199)));

        at = "127.0.0.1:" + listening.getLocalPort();
        listening.close();
        coarse(client("http").poll(peer("http"), AMPLE));
        assertThat(fact).isEqualTo("TCP: refused by " + at);
        String host = "x".repeat(64) + ".test";
        coarse(client("http", host).poll(peer("http", host), AMPLE));
        assertThat(fact).isEqualTo("DNS: no such host " + host);
    }

    /** What is said of a poll that is answered so, or not at all; whoever answers is another each time. */
    private @Nullable String factOf(String scheme, Duration timeout, String answer) throws Exception {
        poll(scheme, timeout, out -> {
            if (answer.isEmpty()) {
                end.await(1, TimeUnit.MINUTES);
            }
            write(out, answer);
        });
        listening.close();
        listen();
        return fact;
    }

    private static String head(String status, String field) {
        return "HTTP/1.1 %s\r\n%s\r\nContent-Length: 0\r\n\r\n".formatted(status, field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void ofSeveralAddressesOneThatAnswersIsUsedWithinTheSamePoll(String scheme) throws Exception {
        FakeNames.say("two." + scheme + ".test", "127.0.0.2", "127.0.0.1");

        // Nobody listens at the first, so that the answer, bad as it is, comes from the second.
        PollError answered = scheme.equals("http") ? PollError.UNAUTHENTICATED : PollError.TLS;
        assertThat(poll(scheme, "two." + scheme + ".test", AMPLE, out -> write(out, NO)))
                .isEqualTo(failed(answered));

        int before = connections.get();
        assertThat(coarse(
                        client(scheme, "two." + scheme + ".test").poll(peer(scheme, "two." + scheme + ".test"), AMPLE)))
                .isEqualTo(failed(answered));
        assertThat(connections.get() - before)
                .as("known now, so nothing is tried besides")
                .isEqualTo(1);
    }

    /** Its queue of connections is full, so that the kernel answers none: as a machine that is off. */
    @Test
    void anAddressThatSwallowsConnectionsIsLeftForAnotherWithinTheSamePoll() throws Exception {
        FakeNames.say("off.test", "127.0.0.3", "127.0.0.1");
        try (ServerSocket off = new ServerSocket()) {
            off.bind(new InetSocketAddress("127.0.0.3", listening.getLocalPort()), 1);
            try (Socket first = new Socket("127.0.0.3", listening.getLocalPort());
                    Socket second = new Socket("127.0.0.3", listening.getLocalPort())) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();

                assertThat(poll("http", "off.test", Duration.ofSeconds(20), out -> write(out, NO)))
                        .isEqualTo(failed(PollError.UNAUTHENTICATED));
            }
        }
    }

    @Test
    void whenNoneOfSeveralAddressesAnswersThePollFails() throws Exception {
        FakeNames.say("none.test", "127.0.0.2", "127.0.0.3");

        assertThat(coarse(client("http", "none.test").poll(peer("http", "none.test"), AMPLE)))
                .isEqualTo(failed(PollError.CONNECT));
    }

    @Test
    void aNameWithAnUnderscoreIsAskedByItsAddressAndToldItsName() throws Exception {
        FakeNames.say("my_service", "127.0.0.1");
        StringBuilder head = new StringBuilder();

        assertThat(poll("http", "my_service", AMPLE, head, out -> write(out, NO)))
                .isEqualTo(failed(PollError.UNAUTHENTICATED));

        assertThat(head.toString()).contains("Host: my_service:" + listening.getLocalPort() + "\r\n");
    }

    @Test
    void aNameOfAnyScriptIsAskedAndToldInAscii() throws Exception {
        FakeNames.say("xn--bcher-kva.test", "127.0.0.1");
        URI url = ((PeerUrl.Usable) PeerUrl.read("http://bücher.test")).url();
        StringBuilder head = new StringBuilder();

        assertThat(poll("http", PeerUrl.hostOf(url), AMPLE, head, out -> write(out, NO)))
                .isEqualTo(failed(PollError.UNAUTHENTICATED));

        assertThat(head.toString()).contains("Host: xn--bcher-kva.test:" + listening.getLocalPort() + "\r\n");
    }

    @Test
    void anIpv6AddressWithAZoneIsAskedAndTheZoneIsNotTold() throws Exception {
        listening.close();
        listening = new ServerSocket(0, 10, InetAddress.ofLiteral("::1"));
        StringBuilder head = new StringBuilder();

        assertThat(poll("http", "[::1%25lo]", AMPLE, head, out -> write(out, NO)))
                .isEqualTo(failed(PollError.UNAUTHENTICATED));

        assertThat(head.toString()).contains("Host: [::1]:" + listening.getLocalPort() + "\r\n");
    }

    @Test
    void aNameWithAnUnderscoreThatThereIsNotIsAFailureToConnect() throws Exception {
        // No name of more than 63 characters goes out to a name server.
        String host = "no_" + "x".repeat(64);

        assertThat(coarse(client("http", host).poll(peer("http", host), AMPLE))).isEqualTo(failed(PollError.CONNECT));
    }

    @Test
    void whoClosedAKeptConnectionUnansweredIsAskedOnceMoreOnANewOneAndSignedAnew() throws Exception {
        List<String> requests = serveAndCloseAt(2);
        HttpPeerClient client = client("http");
        Member peer = peer("http");
        assertThat(coarse(client.poll(peer, AMPLE))).isEqualTo(failed(PollError.UNAUTHENTICATED));

        assertThat(coarse(client.poll(peer, AMPLE))).isEqualTo(failed(PollError.UNAUTHENTICATED));

        assertThat(connections).hasValue(2);
        assertThat(requests).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void whoClosesANewConnectionUnansweredIsNotAskedAgain() throws Exception {
        List<String> requests = serveAndCloseAt(1);

        assertThat(coarse(client("http").poll(peer("http"), AMPLE))).isEqualTo(failed(PollError.CONNECT));

        assertThat(requests).hasSize(1);
    }

    @Test
    void whoClosesEveryConnectionIsAskedOnceMoreAndNotAgainAndAgain() throws Exception {
        List<String> requests = serveAndCloseAt(2, 3, 4, 5);
        HttpPeerClient client = client("http");
        Member peer = peer("http");
        client.poll(peer, AMPLE);

        assertThat(coarse(client.poll(peer, AMPLE))).isEqualTo(failed(PollError.CONNECT));
        assertThat(requests).hasSize(3);
        assertThat(coarse(client.poll(peer, AMPLE))).isEqualTo(failed(PollError.CONNECT));
        assertThat(requests).as("there is no kept connection any more").hasSize(4);
    }

    /**
     * Serves one request after the other, on connections that it keeps, and closes them in place of some of the answers.
     *
     * @param closedAt counted from 1, over all connections
     * @return the requests' heads, as they come
     */
    private List<String> serveAndCloseAt(Integer... closedAt) {
        List<String> requests = new CopyOnWriteArrayList<>();
        ServerSocket socket = listening;
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    connections.incrementAndGet();
                    boolean isKept = true;
                    while (isKept) {
                        requests.add(request(connection.getInputStream()));
                        isKept = !List.of(closedAt).contains(requests.size());
                        if (isKept) {
                            write(connection.getOutputStream(), NO);
                        }
                    }
                } catch (IOException clientWentAway) {
                    // As at the end of these tests.
                }
            }
        });
        return requests;
    }

    /** The head of a request; its body is read too. */
    private static String request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("after " + head);
            }
            head.append((char) next);
        }
        Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
        assertThat(length.find()).isTrue();
        in.readNBytes(Integer.parseInt(length.group(1)));
        return head.toString();
    }

    private PollResult poll(String scheme, Duration timeout, Behaviour behaviour) throws InterruptedException {
        return poll(scheme, "127.0.0.1", timeout, behaviour);
    }

    private PollResult poll(String scheme, String host, Duration timeout, Behaviour behaviour)
            throws InterruptedException {
        return poll(scheme, host, timeout, new StringBuilder(), behaviour);
    }

    /** @param head what comes up to the behaviour's first byte, as far as one reading gives it */
    private PollResult poll(String scheme, String host, Duration timeout, StringBuilder head, Behaviour behaviour)
            throws InterruptedException {
        ServerSocket socket = listening;
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    connections.incrementAndGet();
                    byte[] begun = new byte[8192];
                    int length = connection.getInputStream().read(begun);
                    head.append(new String(begun, 0, Math.max(0, length), StandardCharsets.US_ASCII));
                    behaviour.answer(connection.getOutputStream());
                    connection.shutdownOutput();
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (Exception clientWentAway) {
                    // As some of these tests want it to.
                }
            }
        });
        return coarse(client(scheme, host).poll(peer(scheme, host), timeout));
    }

    private HttpPeerClient client(String scheme) {
        return client(scheme, "127.0.0.1");
    }

    private HttpPeerClient client(String scheme, String host) {
        Signer fra = Signer.generate("fra", new SecureRandom());
        Signer ams = Signer.generate("ams", new SecureRandom());
        KeyMapping keys = new KeyMapping(Map.of("fra", List.of(fra.verifier()), "ams", List.of(ams.verifier())));
        NetworkConfig config = NetworkConfig.of(
                "lab",
                "fra",
                List.of(new Member("fra", null, Duration.ofSeconds(1), 0), peer(scheme, host)),
                keys,
                List.of());
        NetworkExchange exchange =
                new NetworkExchange(config, fra, new SharedStore("lab", "fra", keys, Clock.system()), news -> {});
        return new HttpPeerClient(peers, new Requester(exchange, Clock.system(), new SecureRandom()));
    }

    private Member peer(String scheme) {
        return peer(scheme, "127.0.0.1");
    }

    private Member peer(String scheme, String host) {
        URI url = URI.create(scheme + "://" + host + ":" + listening.getLocalPort());
        return new Member("ams", url, Duration.ofSeconds(1), 0);
    }

    /** What peers are told of it; the rest is in {@link #fact}. */
    private PollResult coarse(PollResult result) {
        return result instanceof PollResult.Failed(PollError error, String said) ? told(error, said) : result;
    }

    private PollResult told(PollError error, @Nullable String said) {
        fact = said;
        return failed(error);
    }

    private static PollResult failed(PollError error) {
        return new PollResult.Failed(error);
    }

    private void writeWithoutEnd(OutputStream out, String text) {
        while (end.getCount() > 0) {
            write(out, text);
        }
    }

    private static void write(OutputStream out, String text) {
        try {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
