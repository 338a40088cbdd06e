package io.distomon.e2e.demo.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address at which the other nodes reach one node: a loopback port whose connections are passed on to the node's
 * own, as long as the link from the caller is whole. Who calls is read from the first request's signature field
 * ({@code keyid="<node>#<fingerprint>"}); a connection is one caller's, so the first request tells for all. A cut link
 * is a black hole: connections open, nothing answers, as when packets get lost. A node that does not listen resets its
 * callers' connections. One virtual thread per direction; the first failure ends both.
 */
public final class Forwarder implements AutoCloseable {
    private static final Pattern CALLER =
            Pattern.compile("^signature-input:.*keyid=\"([^\"#]+)#", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_CONNECTIONS = 512;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(15);

    /** How long a black hole holds a connection: longer than any node waits for an answer. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

    private final String node;
    private final Links links;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;

    /**
     * Listens on a free loopback port.
     *
     * @param node the node behind it
     * @throws IOException when there is no port
     */
    public Forwarder(String node, Links links) throws IOException {
        this.node = node;
        this.links = links;
        this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("forwarder-" + node).start(this::accept);
    }

    /** Where the other nodes find the node. Stays the same when the node restarts on another port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Where the node itself listens from now on, on loopback. */
    public void target(int port) {
        target = port;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                if (open.size() >= MAX_CONNECTIONS) {
                    reset(caller);
                } else {
                    open.add(caller);
                    Thread.ofVirtual().start(() -> serve(caller));
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    pause(); // out of file descriptors, say: the next accept would fail at once
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket caller) {
        try (caller;
                Socket callee = new Socket()) {
            open.add(callee);
            try {
                byte[] head = head(caller);
                Link link = new Link(caller(head), node);
                if (!links.awaitWhole(link, LONGEST_HOLD)) {
                    return;
                }
                callee.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
                callee.setTcpNoDelay(true);
                caller.setTcpNoDelay(true);
                callee.getOutputStream().write(head);
                Thread answers = Thread.ofVirtual().start(() -> pass(callee, caller, link));
                pass(caller, callee, link);
                answers.join();
            } finally {
                open.remove(callee);
            }
        } catch (IOException e) {
            reset(caller); // the caller's or the node's end is gone: the other end learns it by this
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    /** What the caller sends first, up to the end of the first request's head or as far as that is looked for. */
    private static byte[] head(Socket caller) throws IOException {
        byte[] bytes = new byte[MAX_HEAD_BYTES];
        int length = 0;
        caller.setSoTimeout((int) HEAD_TIMEOUT.toMillis());
        InputStream in = caller.getInputStream();
        while (length < bytes.length && !text(bytes, length).contains("\r\n\r\n")) {
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        caller.setSoTimeout(0);
        return Arrays.copyOf(bytes, length);
    }

    private static String caller(byte[] head) {
        Matcher matcher = CALLER.matcher(text(head, head.length));
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Passes bytes on until one end closes; then both are closed, so that the other direction ends too. */
    private void pass(Socket from, Socket to, Link link) {
        try (from;
                to) {
            byte[] buffer = new byte[16 * 1024];
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!links.awaitWhole(link, LONGEST_HOLD)) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // An end closed or reset its connection, which is how connections end; closing both passes it on.
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes with a reset, as a machine does where nothing listens. */
    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
    }
}
