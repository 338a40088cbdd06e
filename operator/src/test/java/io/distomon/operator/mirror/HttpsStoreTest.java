package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that serves https, with a certificate of which Java knows nothing. */
class HttpsStoreTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void itIsAskedWhenItsNetworkNamesTheAuthorityAndForItsOwnNameOnly(@TempDir Path directory) throws Exception {
        KeyStore keys = keys(directory);
        List<X509Certificate> authorities = List.of((X509Certificate) keys.getCertificate("node"));
        StoreClient client = new StoreClient();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        server.createContext("/store/lab", exchange -> {
            byte[] nothing = {'{', '}'};
            exchange.getResponseHeaders().add("Distomon-Cursor", "1");
            exchange.sendResponseHeaders(200, nothing.length);
            exchange.getResponseBody().write(nothing);
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();

            assertThat(ask(client, client.http(authorities), "127.0.0.1", port)).isEqualTo(new StoreAnswer.Answered());
            assertThat(ask(client, client.http(List.of()), "127.0.0.1", port))
                    .isInstanceOfSatisfying(
                            StoreAnswer.Failed.class,
                            failed -> assertThat(failed.reason()).contains("unable to find valid certification path"));
            assertThat(ask(client, client.http(authorities), "localhost", port))
                    .isInstanceOfSatisfying(
                            StoreAnswer.Failed.class,
                            failed -> assertThat(failed.reason()).contains("No name matching localhost found"));
        } finally {
            server.stop(0);
        }
    }

    /** As the mirror does: again, when a busy machine took too long for a JVM's first handshake. */
    private static StoreAnswer ask(StoreClient client, HttpClient http, String host, int port)
            throws InterruptedException {
        URI url = URI.create("https://%s:%s".formatted(host, port));
        StoreAnswer answer = StoreClient.NOT_WHOLE;
        for (int tries = 0; tries < 5 && answer.equals(StoreClient.NOT_WHOLE); tries++) {
            answer = client.ask(http, url, client.share(), "lab", Optional.empty(), "token", changes -> {});
        }
        return answer;
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    /** Made with the JDK's keytool. */
    private static KeyStore keys(Path directory) throws Exception {
        Path file = directory.resolve("node.p12");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "node",
                        "-dname",
                        "CN=node",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool failed: " + Files.readString(directory.resolve("keytool.log")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }
}
