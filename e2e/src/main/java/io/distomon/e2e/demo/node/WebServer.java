package io.distomon.e2e.demo.node;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The program of a {@link Workload}. It answers every request, and ends when its input does, as that is the demo's end. */
final class WebServer {
    private static final byte[] ANSWER = "the workload answers\n".getBytes(StandardCharsets.UTF_8);

    private WebServer() {}

    /**
     * Answers until its input ends.
     *
     * @param args the port, on loopback
     */
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, ANSWER.length);
                exchange.getResponseBody().write(ANSWER);
            }
        });
        server.start();
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }
}
