package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.HttpAnswer;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/1.1 around exchanges, which are answered before the framework has a say: connections, order, forms of requests. */
class ExchangesOnTheWireTest {
    private static final int TIMEOUT_MILLIS = 60_000;

    private static NetworkOnDisk network;
    private static Node node;

    @BeforeAll
    static void start(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "ams", "fra");
        Map<String, Object> properties = new HashMap<>(network.properties("ams"));
        properties.put("distomon.path-prefix", "/below");
        node = Node.start(properties);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void answersLeaveInTheOrderOfTheRequestsWhoeverMakesThem() throws Exception {
        byte[] other = ascii("GET /info HTTP/1.1\r\nHost: x\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            all.writeBytes(other);
            all.writeBytes(request().bytes());
            all.writeBytes(request().bytes());
        }
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            connection.send(all.toByteArray());

            for (int i = 0; i < 4; i++) {
                assertThat(connection.receive().status()).isEqualTo(401);
                assertThat(connection.receive().status()).isEqualTo(200);
                assertThat(connection.receive().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aRequestThatComesInManyPartsIsAnsweredAndSoIsTheNext() throws Exception {
        byte[] bytes = request().bytes();
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            for (int from = 0; from < bytes.length; from += 50) {
                connection.send(Arrays.copyOfRange(bytes, from, Math.min(from + 50, bytes.length)));
            }

            assertThat(connection.receive().status()).isEqualTo(200);
            assertThat(connection.exchange(request().bytes()).status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsRefusedByItsHeadIsReadToItsEndAndTheNextRequestAnswered() throws Exception {
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            byte[] refused = request().without("Signature").bytes();
            connection.send(Arrays.copyOf(refused, refused.length - 1));
            assertThat(connection.receive().status()).isEqualTo(401);
            connection.send(Arrays.copyOfRange(refused, refused.length - 1, refused.length));

            assertThat(connection.exchange(request().bytes()).status()).isEqualTo(200);
        }
    }

    @Test
    void whoAsksWhetherToGoOnIsToldSoWhenTheHeadIsRight() throws Exception {
        SignedRequest request = request().with("Expect", "100-continue");
        byte[] bytes = request.bytes();
        int bodyAt = bodyAt(bytes);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes, 0, bodyAt);
            String interim = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(text(socket.getInputStream().readNBytes(interim.length())))
                    .isEqualTo(interim);
            socket.getOutputStream().write(bytes, bodyAt, bytes.length - bodyAt);

            assertThat(text(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 200");
        }
        byte[] refused = request.without("Signature").bytes();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(refused, 0, bodyAt(refused));

            assertThat(text(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 401");
        }
    }

    @Test
    void nothingComesOfARequestBehindTheLastOneThatIsAnswered() throws Exception {
        byte[] behind = request().bytes();
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(ascii("GET /info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        both.writeBytes(behind);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(both.toByteArray());

            assertThat(text(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 401");
        }
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            assertThat(connection.exchange(behind).status())
                    .as("it is no repetition")
                    .isEqualTo(200);
        }
    }

    /** The framework looks for a path behind any {@code ://}. */
    @Test
    void aTargetThatCanBeReadAsTwoPathsIsOpenToNobody() throws Exception {
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            assertThat(connection
                            .exchange(ascii("GET a:/?x=://h/nothing HTTP/1.1\r\nHost: x\r\n\r\n"))
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void bytesThatAreNoBodyCloseTheConnectionAlsoOfWhatIsRefused() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(ascii("POST /mon/lab HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertThat(text(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 415");
            socket.getOutputStream().write(ascii("zz\r\n"));

            assertThat(text(socket.getInputStream().readAllBytes())).doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void whoWantsNoOtherAnswerHasItsConnectionClosed() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request().with("Connection", "close").bytes());

            assertThat(text(socket.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("\r\nconnection: close\r\n");
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(text(request().bytes()).replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n")));

            assertThat(text(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.0 200 OK\r\n");
        }
    }

    @Test
    void anotherMethodIsToldTheRightOne() throws Exception {
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            for (String method : new String[] {"GET", "PUT", "OPTIONS", "DELETE", "post"}) {
                HttpAnswer answer = connection.exchange(ascii(method + " /mon/lab HTTP/1.1\r\nHost: x\r\n\r\n"));

                assertThat(answer.status()).as(method).isEqualTo(405);
                assertThat(answer.fields().only("Allow")).as(method).contains("POST");
            }
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii("HEAD /mon/lab HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

            assertThat(text(socket.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 405 ")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void onlyThePathTellsWhatIsAnExchange() throws Exception {
        try (RawHttp connection = new RawHttp(network.apiPort("ams"))) {
            for (String target : new String[] {"/mon/lab?x=1", "/mon/lab?", "http://x:1/mon/lab", "/below/mon/lab"}) {
                assertThat(connection.exchange(request().path(target).bytes()).status())
                        .as(target)
                        .isEqualTo(200);
            }
            for (String target : new String[] {"/mon/l%61b", "/mon/..%2Flab", "/mon/lab%00"}) {
                assertThat(connection.exchange(request().path(target).bytes()).status())
                        .as(target)
                        .isEqualTo(401);
            }
            for (String target : new String[] {"/mon", "/mon/", "/mon/lab/", "/mon/lab/x", "/mon//lab"}) {
                assertThat(connection.exchange(request().path(target).bytes()).status())
                        .as(target)
                        .isEqualTo(404);
            }
        }
    }

    private static SignedRequest request() {
        return SignedRequest.of(network.signer("fra"), SignedRequest.body("fra", "ams"));
    }

    private static int bodyAt(byte[] request) {
        return text(request).indexOf("\r\n\r\n") + 4;
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.apiPort("ams"));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
