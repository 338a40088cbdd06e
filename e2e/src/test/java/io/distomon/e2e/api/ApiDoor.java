package io.distomon.e2e.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A loopback port behind which the API server is: what goes through it can be lost, and it can be shut. Two virtual threads
 * per connection; an end that closes closes the other. Safe for use by many threads.
 */
final class ApiDoor implements AutoCloseable {
    private final InetSocketAddress api;
    private final int port;
    private final Set<Passage> passages = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket listening;

    /** @param api where the API server answers, on loopback */
    ApiDoor(URI api) {
        this.api = new InetSocketAddress(InetAddress.getLoopbackAddress(), api.getPort());
        ServerSocket first = listen(0);
        this.port = first.getLocalPort();
        serve(first);
    }

    /** Where the API server seems to answer. */
    URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    /** As when the API server has ended: connections are reset, new ones refused. */
    void shut() {
        closeListening();
        passages.forEach(Passage::reset);
    }

    /** As when it is back. */
    void open() {
        serve(listen(port));
    }

    /** Of the connections that are there now everything is lost, in both directions; nobody is told. New ones work. */
    void loseWhatIsOpen() {
        passages.forEach(Passage::lose);
    }

    @Override
    public void close() {
        shut();
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(ServerSocket socket) {
        listening = socket;
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket caller = socket.accept();
                    Thread.ofVirtual().start(() -> pass(caller));
                } catch (IOException e) {
                    if (!socket.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
    }

    private void closeListening() {
        ServerSocket socket = listening;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void pass(Socket caller) {
        try (caller;
                Socket server = new Socket()) {
            server.connect(api);
            Passage passage = new Passage(caller, server);
            passages.add(passage);
            try {
                Thread answers = Thread.ofVirtual().start(() -> passage.pass(server, caller));
                passage.pass(caller, server);
                answers.join();
            } finally {
                passages.remove(passage);
            }
        } catch (IOException e) {
            // Closed on one side, as connections end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection. */
    private static final class Passage {
        private final Socket caller;
        private final Socket server;
        private volatile boolean lost;

        Passage(Socket caller, Socket server) {
            this.caller = caller;
            this.server = server;
        }

        void lose() {
            lost = true;
        }

        void reset() {
            for (Socket socket : new Socket[] {caller, server}) {
                try (socket) {
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    // Closed already.
                }
            }
        }

        private void pass(Socket from, Socket to) {
            try {
                byte[] buffer = new byte[16 * 1024];
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (!lost) {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException e) {
                // Closed on one side; nothing to be told of a connection of which all is lost.
            }
            if (!lost) {
                reset();
            }
        }
    }
}
