package io.distomon.e2e.https;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A server by https on a free port of loopback, which is yet to be given something to answer and to be started.
 *
 * @param server the server
 * @param certificate its certificate as PEM, which no authority has made
 */
public record LoopbackServer(HttpsServer server, String certificate) {
    /**
     * A new one.
     *
     * @param directory for its key
     * @param addresses by which it is reached besides
     */
    public static LoopbackServer make(Path directory, String... addresses)
            throws IOException, GeneralSecurityException {
        OwnCertificate own = OwnCertificate.make(
                directory,
                "server",
                Stream.concat(Stream.of("127.0.0.1"), Arrays.stream(addresses))
                        .map(address -> "ip:" + address)
                        .toArray(String[]::new));
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(own.context()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return new LoopbackServer(server, own.certificate());
    }
}
