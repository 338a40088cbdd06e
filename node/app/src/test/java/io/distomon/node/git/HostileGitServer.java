package io.distomon.node.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A git server that speaks git's protocol 2 over HTTP on a free loopback port, and says in it whatever it is told to:
 * first the truth of one branch, {@code main}, then something else.
 */
final class HostileGitServer implements AutoCloseable {
    /** What is the end of something that has none: bytes. */
    static final long ENDLESS = 1L << 30;

    private final HttpServer server;
    private volatile Answers answers = new Answers();

    HostileGitServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/lab.git".formatted(server.getAddress().getPort());
    }

    /** From now on it answers so. */
    void answer(Answers with) {
        answers = with;
    }

    /** What it says at each step; each method writes one whole answer. */
    static class Answers {
        /** The answer to {@code GET info/refs}. */
        void greeting(OutputStream out) throws IOException {
            packet(out, "# service=git-upload-pack\n");
            end(out);
            packet(out, "version 2\n");
            packet(out, "ls-refs\n");
            packet(out, "fetch=shallow\n");
            end(out);
        }

        /** The branches and where they stand. */
        void branches(OutputStream out) throws IOException {
            end(out);
        }

        /** What was asked for. */
        void objects(OutputStream out) throws IOException {
            end(out);
        }

        /** Whether all of this is compressed. */
        boolean compressed() {
            return false;
        }
    }

    /** A branch with one commit, and the pack that brings it. */
    static class Branch extends Answers {
        private final String tip;
        private final byte[] pack;

        Branch(String tip, byte[] pack) {
            this.tip = tip;
            this.pack = pack;
        }

        @Override
        void branches(OutputStream out) throws IOException {
            packet(out, tip + " HEAD symref-target:refs/heads/main\n");
            packet(out, tip + " refs/heads/main\n");
            end(out);
        }

        @Override
        void objects(OutputStream out) throws IOException {
            packet(out, "packfile\n");
            band(out, 1, pack);
            end(out);
        }
    }

    static void packet(OutputStream out, String line) throws IOException {
        out.write("%04x%s".formatted(line.length() + 4, line).getBytes(StandardCharsets.US_ASCII));
    }

    static void end(OutputStream out) throws IOException {
        out.write("0000".getBytes(StandardCharsets.US_ASCII));
    }

    /** On one of the side-bands: 1 is the pack's, 2 what a person is to read. */
    static void band(OutputStream out, int band, byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; from += 60_000) {
            int n = Math.min(60_000, bytes.length - from);
            out.write("%04x".formatted(n + 5).getBytes(StandardCharsets.US_ASCII));
            out.write(band);
            out.write(bytes, from, n);
        }
    }

    private void answer(HttpExchange exchange) {
        Answers now = answers;
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            byte[] raw = in.readAllBytes();
            boolean get = exchange.getRequestMethod().equals("GET");
            exchange.getResponseHeaders()
                    .set("Content-Type", "application/x-git-upload-pack-" + (get ? "advertisement" : "result"));
            if (now.compressed()) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out =
                    now.compressed() ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody()) {
                if (get) {
                    now.greeting(out);
                } else if (text(exchange, raw).contains("command=ls-refs")) {
                    now.branches(out);
                } else {
                    now.objects(out);
                }
            }
        } catch (IOException e) {
            // Who had enough went away.
            exchange.close();
        }
    }

    private static String text(HttpExchange exchange, byte[] raw) throws IOException {
        if (!"gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            return new String(raw, StandardCharsets.ISO_8859_1);
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
