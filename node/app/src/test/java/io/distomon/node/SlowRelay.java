package io.distomon.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A loopback port from which all that comes goes on to another one, and back, each way so much later. */
public final class SlowRelay implements AutoCloseable {
    private static final int MAX_CHUNK = 64 * 1024;

    private final ServerSocket listening;
    private final int target;
    private final Duration eachWay;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * Listens from now on.
     *
     * @param target the loopback port behind it
     */
    public SlowRelay(int target, Duration eachWay) throws IOException {
        this.target = target;
        this.eachWay = eachWay;
        this.listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket caller = listening.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller;
                Socket callee = new Socket()) {
            open.add(caller);
            open.add(callee);
            callee.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread answers = Thread.ofVirtual().start(() -> pass(callee, caller));
            pass(caller, callee);
            answers.join();
        } catch (IOException refused) {
            // The caller's connection is closed: it learns so that nobody listens.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    /** Until one end is closed, which closes the other. */
    private void pass(Socket from, Socket to) {
        byte[] chunk = new byte[MAX_CHUNK];
        try (from;
                to) {
            for (int read = from.getInputStream().read(chunk);
                    read >= 0;
                    read = from.getInputStream().read(chunk)) {
                Thread.sleep(eachWay);
                to.getOutputStream().write(chunk, 0, read);
            }
        } catch (IOException gone) {
            // So is the other end now.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }
}
