package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How polls of a peer that misbehaves on the wire end. */
class HttpPeerClientTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final HttpClient http = HttpPeerClient.http().build();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private ServerSocket listening;

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
        http.shutdownNow();
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
    void nobodyListeningIsAFailureToConnect() throws Exception {
        listening.close();

        assertThat(client("http").poll(peer("http"), AMPLE)).isEqualTo(failed(PollError.CONNECT));
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

    private PollResult poll(String scheme, Duration timeout, Behaviour behaviour) throws InterruptedException {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try (Socket connection = listening.accept()) {
                    connections.incrementAndGet();
                    connection.getInputStream().read();
                    behaviour.answer(connection.getOutputStream());
                    connection.shutdownOutput();
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (Exception clientWentAway) {
                    // As some of these tests want it to.
                }
            }
        });
        return client(scheme).poll(peer(scheme), timeout);
    }

    private HttpPeerClient client(String scheme) {
        Signer fra = Signer.generate("fra", new SecureRandom());
        Signer ams = Signer.generate("ams", new SecureRandom());
        KeyMapping keys = new KeyMapping(Map.of("fra", List.of(fra.verifier()), "ams", List.of(ams.verifier())));
        NetworkConfig config = NetworkConfig.of(
                "lab",
                "fra",
                List.of(new Member("fra", null, Duration.ofSeconds(1), 0), peer(scheme)),
                keys,
                List.of());
        NetworkExchange exchange =
                new NetworkExchange(config, fra, new SharedStore("lab", "fra", keys, Clock.system()), news -> {});
        return new HttpPeerClient(http, new Requester(exchange, Clock.system(), new SecureRandom()), Clock.system());
    }

    private Member peer(String scheme) {
        URI url = URI.create(scheme + "://127.0.0.1:" + listening.getLocalPort());
        return new Member("ams", url, Duration.ofSeconds(1), 0);
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
