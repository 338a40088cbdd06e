package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.distomon.core.Clock;
import io.distomon.core.tls.PeerTrust;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.RealTinyproxy;
import io.distomon.node.outgoing.PollProxies;
import io.distomon.node.outgoing.ProxySetting;
import io.distomon.node.tls.MountedSecret;
import io.distomon.node.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node on 127.0.0.2, which is asked, as polls ask, by a real forward proxy that the environment names. */
class ForwardProxyTest {
    private static final String THERE = "127.0.0.2";
    private static final int UNAUTHORIZED = 401;
    private static final Duration LONG = Duration.ofSeconds(30);

    private TestAuthority ours;
    private Path root;
    private NetworkOnDisk network;
    private @Nullable RealTinyproxy proxy;
    private @Nullable Node node;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        assumeTrue(RealTinyproxy.isInstalled(), "tinyproxy is not installed");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(THERE))) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            assumeTrue(false, "a system that has all of 127/8");
        }
        root = directory;
        ours = new TestAuthority("ours");
        network = new NetworkOnDisk(directory, "fra", "tinyproxy");
        network.writeShared("fra", List.of("fra"));
        proxy = new RealTinyproxy(directory, network.apiPort("tinyproxy"));
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void anHttpsPeerIsAskedThroughATunnelAndItsCertificateChecked() throws Exception {
        TestAuthority.Issued issued = ours.issue(THERE);
        MountedSecret secret = new MountedSecret(
                root.resolve("tls"), Map.of("tls.crt", issued.certificatePem(), "tls.key", issued.keyPem()));
        start(Map.of("distomon.tls.directory", secret.directory().toString()));

        assertThat(ask("https", Map.of("HTTPS_PROXY", url()))).isEqualTo(UNAUTHORIZED);

        assertThat(requests()).containsExactly("CONNECT %s HTTP/1.1".formatted(authority()));
    }

    @Test
    void anHttpPeerIsAskedByItAndOneThatNoProxyNamesIsNot() throws Exception {
        start(Map.of());

        assertThat(ask("http", Map.of("http_proxy", url()))).isEqualTo(UNAUTHORIZED);
        assertThat(requests()).containsExactly("GET http://%s/info HTTP/1.1".formatted(authority()));

        assertThat(ask("http", Map.of("http_proxy", url(), "NO_PROXY", THERE))).isEqualTo(UNAUTHORIZED);
        assertThat(ask("http", Map.of("HTTPS_PROXY", url()))).isEqualTo(UNAUTHORIZED);
        assertThat(ask("http", Map.of("http_proxy", "http://me:secret@proxy"))).isEqualTo(UNAUTHORIZED);
        assertThat(requests()).hasSize(1);
    }

    private void start(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(network.properties("fra"));
        properties.put("micronaut.server.host", THERE);
        properties.putAll(settings);
        node = Node.start(properties);
    }

    private int ask(String scheme, Map<String, String> environment) throws IOException, InterruptedException {
        PeerTrust trust = new PeerTrust(List.of(ours.certificate()));
        PollProxies proxies = new PollProxies(new ProxySetting(environment::get));
        try (PeerConnections connections = PeerConnections.alone(trust::context, proxies, Clock.system())) {
            HttpCall call = connections.routed(HttpCall.get(URI.create(scheme + "://" + authority() + "/info")));
            return connections
                    .begin(call, Addresses.of(call.nextHost(), LONG).getFirst(), LONG, true)
                    .await()
                    .answer()
                    .status();
        }
    }

    private String authority() {
        return THERE + ":" + network.apiPort("fra");
    }

    private String url() {
        return proxy == null ? "" : proxy.url();
    }

    private List<String> requests() throws IOException {
        return proxy == null ? List.of() : proxy.requests();
    }
}
