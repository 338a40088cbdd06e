package io.distomon.e2e.demo.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real TCP through a forwarder to a server that sends back what it gets. */
@Timeout(20)
class ForwarderTest {
    private final Links links = new Links();
    private ServerSocket ams;
    private Forwarder forwarder;

    @BeforeEach
    void startANodeThatEchoes() throws IOException {
        ams = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        forwarder = new Forwarder("ams", links);
        forwarder.target(ams.getLocalPort());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = ams.accept();
                    Thread.ofVirtual().start(() -> echo(socket));
                }
            } catch (IOException e) {
                // closed: the test is over
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        forwarder.close();
        ams.close();
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the other end is gone
        }
    }

    @Test
    void passesEveryByteOn() throws IOException {
        try (Caller fra = new Caller("fra")) {
            fra.send("more");

            assertThat(fra.receive(4)).isEqualTo("more");
        }
    }

    @Test
    void aHeadThatArrivesInPiecesStillTellsTheCaller() throws IOException {
        links.cut(new Link("fra", "ams"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), forwarder.port())) {
            for (String piece :
                    new String[] {"POST / HTTP/1.1\r\nsigna", "ture-input: a;keyid=\"f", "ra#k\"\r\n\r", "\n"}) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
            }
            socket.setSoTimeout(300);

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aCutLinkStopsAConnectionThatIsOpenAlreadyAndLetsTheHeldBytesPassWhenItIsJoined() throws IOException {
        try (Caller fra = new Caller("fra")) {
            links.cut(new Link("fra", "ams"));
            fra.send("held");

            fra.receivesNothing();
            links.join(new Link("fra", "ams"));
            assertThat(fra.receive(4)).isEqualTo("held");
        }
    }

    @Test
    void aCutLinkTakesNewConnectionsAndAnswersNothing() throws IOException {
        links.cut(new Link("fra", "ams"));

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), forwarder.port())) {
            socket.getOutputStream().write(Caller.head("fra").getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void othersAndTheOtherDirectionPassWhileALinkIsCut() throws IOException {
        links.cut(new Link("fra", "ams"));
        links.cut(new Link("ams", "nyc"));

        try (Caller nyc = new Caller("nyc")) {
            nyc.send("fine");
            assertThat(nyc.receive(4)).isEqualTo("fine");
        }
    }

    @Test
    void aNodeThatDoesNotListenEndsItsCallersConnections() throws IOException {
        ams.close();

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), forwarder.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(Caller.head("fra").getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theAddressStaysWhenTheNodeRestartsOnAnotherPort() throws IOException {
        try (ServerSocket again = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            ams.close();
            forwarder.target(again.getLocalPort());
            Thread.ofVirtual().start(() -> {
                try {
                    echo(again.accept());
                } catch (IOException e) {
                    // closed: the test is over
                }
            });

            try (Caller fra = new Caller("fra")) {
                fra.send("back");
                assertThat(fra.receive(4)).isEqualTo("back");
            }
        }
    }

    /** A node's connection that has been used already. */
    private final class Caller implements AutoCloseable {
        private final Socket socket;

        Caller(String node) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), forwarder.port());
            socket.setSoTimeout(5_000);
            send(head(node));
            assertThat(receive(head(node).length())).isEqualTo(head(node));
        }

        static String head(String node) {
            return """
                POST /mon/lab HTTP/1.1\r
                Signature-Input: distomon=("@method" "content-digest");created=1;keyid="%s#abc_-";alg="ed25519"\r
                \r
                """.formatted(node);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String receive(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        void receivesNothing() throws IOException {
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(5_000);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
