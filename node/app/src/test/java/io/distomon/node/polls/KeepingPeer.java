package io.distomon.node.polls;

import io.distomon.core.exchange.HttpFields;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer that keeps connections, answers every request on them with {@link #OK}, and counts them. */
final class KeepingPeer implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket listening;

    KeepingPeer(ServerSocket listening) {
        this.listening = listening;
        Thread.ofVirtual().start(this::accept);
    }

    static HttpCall call(URI uri) {
        return new HttpCall(HttpMethod.POST, uri, HttpFields.of(), new byte[0], null, false);
    }

    /** What came of it, once it has come. */
    static String body(Attempt attempt) throws Exception {
        byte[] body = attempt.outcome()
                .get(AMPLE.toSeconds(), TimeUnit.SECONDS)
                .answer()
                .body();
        return new String(body, StandardCharsets.US_ASCII);
    }

    /** Asks it under a name, at the loopback address. */
    Attempt ask(PeerConnections by, String scheme, String host) {
        URI uri = URI.create(scheme + "://" + host + ":" + listening.getLocalPort() + "/mon/lab");
        return by.begin(call(uri), InetAddress.getLoopbackAddress(), AMPLE, false);
    }

    /** How many there have been. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            StringBuilder request = new StringBuilder();
            for (int next = connection.getInputStream().read();
                    next >= 0;
                    next = connection.getInputStream().read()) {
                request.append((char) next);
                if (request.indexOf("\r\n\r\n") >= 0) {
                    request.setLength(0);
                    connection.getOutputStream().write(OK.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException clientWentAway) {
            // As one does that has no trust in us.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
