package io.distomon.e2e.demo.node;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports for processes that bind them a moment later. */
public final class Ports {
    /** Below those that systems give to outgoing connections (from 32768 on Linux, from 49152 on macOS). */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;
    private static final int MAX_TRIES = 1_000;

    private Ports() {}

    /** Ports that are free now, all different. */
    public static List<Integer> free(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int tries = 0; held.size() < count && tries < MAX_TRIES; tries++) {
                int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
                try {
                    held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (BindException e) {
                    // Taken: another one is tried.
                }
            }
            if (held.size() < count) {
                throw new IOException("no free port on loopback between %s and %s".formatted(FIRST, LAST));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
