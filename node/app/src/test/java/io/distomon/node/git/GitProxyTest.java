package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.config.GitSource;
import io.distomon.node.outgoing.ProxySetting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Git by the proxy that the environment names. */
class GitProxyTest extends FollowedRepository {
    private static final Proxy NONE = Proxy.NO_PROXY;

    @Test
    void anHttpsServerIsReachedThroughTheProxyThatTheEnvironmentNames() throws Exception {
        String commit = upstream.commit(Map.of("config.yml", "1"));
        ServerCertificate ours = ServerCertificate.make(temporary.resolve("ours"), "ip:127.0.0.1");
        GitHttpServer server = closing(new GitHttpServer(upstream, null, null, ours));
        Tunnel tunnel = closing(new Tunnel());
        Path work = Files.createDirectory(temporary.resolve("work"));
        GitSource source = new GitSource(
                server.url(), null, Duration.ofSeconds(1), null, null, List.of(ours.certificate()), null, null);

        GitRemote remote =
                new GitRemote(source, TIMEOUT, GitFollower.MAX_FETCH_BYTES, Map.of("HTTPS_PROXY", tunnel.url())::get);

        assertThat(remote.newest(work).id()).isEqualTo(commit);
        assertThat(remote.download(work, work.resolve("fetched.git"), 1).id()).isEqualTo(commit);
        assertThat(tunnel.asked())
                .as(() -> tunnel.ends.toString())
                .isNotEmpty()
                .containsOnly(
                        "CONNECT %s HTTP/1.1".formatted(URI.create(server.url()).getAuthority()));
    }

    @Test
    void aProxyThatCantBeUsedIsToldWithoutItsPassword() throws Exception {
        Path work = Files.createDirectory(temporary.resolve("work"));
        GitSource source = new GitSource(
                "https://git.example.com/lab.git", null, Duration.ofSeconds(1), null, null, List.of(), null, null);

        assertThatThrownBy(() -> new GitRemote(
                                source,
                                TIMEOUT,
                                GitFollower.MAX_FETCH_BYTES,
                                Map.of("https_proxy", "http://me:geheim@proxy:3128")::get)
                        .newest(work))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("found a user in the environment's https_proxy, expected a proxy such as"
                        + " http://proxy.example.com:3128")
                .hasMessageNotContaining("geheim");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // url, https_proxy, http_proxy, all_proxy, no_proxy, the proxy
                "https://git.example.com/a, p:1, -, -, -, HTTP p:1",
                "https://git.example.com/a, http://p:1/, q:2, -, -, HTTP p:1",
                "http://git.example.com/a, p:1, q:2, -, -, HTTP q:2",
                "http://git.example.com/a, p:1, -, socks5://r:3, -, SOCKS r:3",
                "https://git.example.com/a, http://p, -, -, -, HTTP p:1080",
                "https://git.example.com/a, p:1, -, -, '.example.com', -",
                "https://git.example.com/a, p:1, -, -, 'localhost, EXAMPLE.com', -",
                "https://git.example.com/a, p:1, -, -, ample.com, HTTP p:1",
                "https://git.example.com/a, p:1, -, -, *, -",
                "https://[::1]/a, p:1, -, -, ::1, -",
                "https://git.example.com/a, -, -, -, -, -"
            })
    void theEnvironmentIsReadAsCurlReadsIt(
            String url, String https, String http, String all, String exempt, String expected) throws Exception {
        ProxySetting setting = new ProxySetting(name -> switch (name) {
            case "HTTPS_PROXY" -> https;
            case "http_proxy" -> http;
            case "ALL_PROXY" -> all;
            case "no_proxy" -> exempt;
            default -> null;
        });
        URL asked = URI.create(url).toURL();

        Proxy found = setting.of(asked, NONE);

        if (expected == null) {
            assertThat(found).isSameAs(NONE);
        } else {
            InetSocketAddress address = (InetSocketAddress) found.address();
            assertThat("%s %s:%s".formatted(found.type(), address.getHostString(), address.getPort()))
                    .isEqualTo(expected);
        }
    }

    /** A proxy that lets everything through, and remembers what it was asked. */
    private static final class Tunnel implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<String> asked = new CopyOnWriteArrayList<>();

        /** How connections ended; only looked at when a test fails. */
        private final List<String> ends = new CopyOnWriteArrayList<>();

        Tunnel() throws IOException {
            Thread.ofVirtual().start(this::accept);
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }

        List<String> asked() {
            return List.copyOf(asked);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = socket.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException e) {
                ends.add(e.toString());
            }
        }

        private void serve(Socket client) {
            try (client) {
                InputStream in = client.getInputStream();
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n") && head.length() < 10_000) {
                    head.append((char) in.read());
                }
                String line = head.substring(0, head.indexOf("\r\n"));
                asked.add(line);
                String[] target = line.split(" ", -1)[1].split(":", -1);
                try (Socket server = new Socket(target[0], Integer.parseInt(target[1]))) {
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    Thread back = Thread.ofVirtual().start(() -> pipe(server, client));
                    pipe(client, server);
                    back.join();
                }
            } catch (IOException e) {
                ends.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void pipe(Socket from, Socket to) {
            try {
                OutputStream out = to.getOutputStream();
                from.getInputStream().transferTo(out);
                to.shutdownOutput();
            } catch (IOException closed) {
                ends.add(closed.toString());
            }
        }
    }
}
