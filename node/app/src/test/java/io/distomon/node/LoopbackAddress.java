package io.distomon.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Addresses of loopback besides 127.0.0.1, which not every machine has. */
public final class LoopbackAddress {
    private LoopbackAddress() {}

    /** Whether one can be used here. */
    public static boolean isOurs(InetAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
