package io.distomon.node.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.alert.Alert;
import io.distomon.core.alert.Message;
import io.distomon.core.alert.Notice;
import io.distomon.core.alert.Outcome;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Secret;
import io.distomon.node.outgoing.PollProxies;
import io.distomon.node.outgoing.ProxySetting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostTest {
    private static final String KEY = "a key of sixteen characters";

    /** 2023-11-14, 22:13:20 UTC. */
    private static final long SECONDS = 1_700_000_000;

    private static final Duration ANSWERED = Duration.ofSeconds(1);
    private static final Clock STOPPED = new Clock() {
        @Override
        public long wallMicros() {
            return SECONDS * 1_000_000;
        }

        @Override
        public long monotonicNanos() {
            return 0;
        }
    };

    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
    private final Post post = post(Map.of());
    private Inbox inbox;

    @BeforeEach
    void open() throws IOException {
        inbox = new Inbox();
    }

    @AfterEach
    void close() {
        post.close();
        inbox.close();
        others.shutdownNow();
    }

    @Test
    void aMessageIsSignedAndTaken() throws Exception {
        assertThat(send(receiver(inbox.url(), KEY))).isEqualTo(new Outcome.Delivered());

        Inbox.Received received = inbox.received().getFirst();
        assertThat(received.path()).isEqualTo("/in?token=hunter2");
        assertThat(received.contentType()).isEqualTo("application/json");
        assertThat(received.json().get("alerts").get(0).get("kind").asText()).isEqualTo("test");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((SECONDS + "." + received.body()).getBytes(StandardCharsets.UTF_8));
        assertThat(received.signature())
                .isEqualTo("t=" + SECONDS + ",v1=" + HexFormat.of().formatHex(mac.doFinal()));
    }

    @Test
    void whoHasNoKeyGetsNoSignature() throws Exception {
        send(receiver(inbox.url(), null));

        assertThat(inbox.received().getFirst().signature()).isEmpty();
    }

    @Test
    void alertmanagerIsToldAtItsApi() throws Exception {
        send(new AlertReceiver(
                "am",
                AlertReceiver.Type.ALERTMANAGER,
                new Secret("http://127.0.0.1:" + inbox.port() + "/am/"),
                null,
                List.of()));

        assertThat(inbox.received().getFirst().path()).isEqualTo("/am/api/v2/alerts");
        assertThat(inbox.received().getFirst().json().isArray()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 413})
    void aReceiverThatRefusesIsNotToldAgain(int status) throws Exception {
        inbox.answering(status);

        assertThat(send(receiver(inbox.url(), null))).isEqualTo(new Outcome.Refused("status " + status));
    }

    @Test
    void ofWhatIsTooLargeOneAlertIsRefusedAndSeveralAreNot() throws Exception {
        inbox.answering(413);
        Notice notice = message().notices().getFirst();
        Message two = new Message("pager", "lab", "fra", null, List.of(notice, notice));

        assertThat(post.send(receiver(inbox.url(), null), two)).isEqualTo(new Outcome.TooLarge("status 413"));
        assertThat(send(receiver(inbox.url(), null))).isEqualTo(new Outcome.Refused("status 413"));
    }

    @Test
    void oneThatIsBusySaysForHowLong() throws Exception {
        inbox.answering(429, "Retry-After", "120");
        assertThat(send(receiver(inbox.url(), null)))
                .isEqualTo(new Outcome.Failed("status 429", false, Duration.ofMinutes(2)));

        inbox.answering(503, "Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT");
        assertThat(send(receiver(inbox.url(), null))).isEqualTo(new Outcome.Failed("status 503", true, null));
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (Inbox other = new Inbox()) {
            inbox.answering(302, "Location", other.url());

            assertThat(send(receiver(inbox.url(), null))).isEqualTo(new Outcome.Failed("status 302", false, null));
            assertThat(other.received()).isEmpty();
        }
    }

    @Test
    void whoCanNotBeReachedIsToldWithoutItsUrl() throws Exception {
        inbox.close();

        assertThat(send(receiver(inbox.url(), null))).isEqualTo(new Outcome.Failed("no connection", false, null));
        assertThat(send(receiver("https://nowhere.invalid/hunter2", null)))
                .isEqualTo(new Outcome.Failed("its host can't be found", false, null));
        assertThat(receiver(inbox.url(), KEY).toString()).doesNotContain("hunter2", "127.0.0.1", KEY);
    }

    @Test
    void whoHangsUpMayHaveReadIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<Integer> other = others.submit(() -> hangUp(server));

            assertThat(send(receiver("http://127.0.0.1:" + server.getLocalPort(), null)))
                    .isEqualTo(new Outcome.Failed("the connection broke", true, null));
            assertThat(other.get(10, TimeUnit.SECONDS)).isPositive();
        }
    }

    @Test
    void whoDoesNotAnswerInTimeMayHaveReadIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(send(receiver("http://127.0.0.1:" + server.getLocalPort(), null)))
                    .isEqualTo(new Outcome.Failed("no answer within 1 s", true, null));
        }
    }

    @Test
    void anAnswerWithoutEndKeepsNobody() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<String> other = others.submit(() -> talkOnAndOn(server));

            assertThat(send(receiver("http://127.0.0.1:" + server.getLocalPort(), null)))
                    .isEqualTo(new Outcome.Delivered());
            assertThat(other.get(10, TimeUnit.SECONDS)).isNotEmpty();
        }
    }

    @Test
    void receiversElsewhereAreToldByTheProxyOfTheEnvironment() throws Exception {
        try (Post proxied = post(Map.of("http_proxy", "http://127.0.0.1:" + inbox.port()))) {
            Outcome outcome = proxied.send(receiver("http://example.invalid/in", null), message());

            assertThat(outcome).isEqualTo(new Outcome.Delivered());
            assertThat(inbox.received().getFirst().path()).isEqualTo("http://example.invalid/in");
        }
    }

    private Outcome send(AlertReceiver receiver) throws InterruptedException {
        return post.send(receiver, message());
    }

    private static Post post(Map<String, String> environment) {
        return new Post(new PollProxies(new ProxySetting(environment::get)), ANSWERED, STOPPED);
    }

    private static AlertReceiver receiver(String url, @Nullable String key) {
        return new AlertReceiver(
                "pager", AlertReceiver.Type.WEBHOOK, new Secret(url), key == null ? null : new Secret(key), List.of());
    }

    private static Message message() {
        Alert alert = Alert.test("lab", "a test", STOPPED.wallMicros());
        return new Message("pager", "lab", "fra", null, List.of(new Notice(alert, false)));
    }

    /** The first byte that it read. */
    private static int hangUp(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            socket.setSoLinger(true, 0);
            return socket.getInputStream().read();
        }
    }

    /** What it hears when the other side has had enough. */
    private static String talkOnAndOn(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] more = "4\r\nmore\r\n".getBytes(StandardCharsets.US_ASCII);
            try {
                while (true) {
                    out.write(more);
                }
            } catch (SocketException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}
