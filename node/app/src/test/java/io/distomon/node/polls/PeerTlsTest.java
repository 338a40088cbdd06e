package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.distomon.core.Clock;
import io.distomon.core.exchange.PollError;
import io.distomon.core.tls.PeerTrust;
import io.distomon.node.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom one asks with TLS: a peer whose certificate names its address, 127.0.0.1, and no other. */
class PeerTlsTest {
    private static final char[] NO_PASSWORD = {};

    private final PeerTrust trust = new PeerTrust(List.of());
    private final PeerConnections peers = PeerConnections.alone(trust::context, Clock.system());
    private KeepingPeer peer;

    @BeforeEach
    void serve() throws Exception {
        TestAuthority authority = new TestAuthority("ours");
        TestAuthority.Issued issued = authority.issue("127.0.0.1");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("peer", issued.key(), NO_PASSWORD, new Certificate[] {issued.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), null, null);
        peer = new KeepingPeer(
                server.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress()));
        trust.exchange(List.of(authority.certificate()));
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        peers.close();
    }

    @Test
    void itsConnectionIsKept() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(KeepingPeer.body(peer.ask(peers, "https", "127.0.0.1"))).isEqualTo("ok");
        }

        assertThat(peer.connections()).isEqualTo(1);
    }

    @Test
    void underAnotherNameItIsNotAsked() {
        assertThat(words(peer.ask(peers, "https", "127.0.0.2"))).startsWith("TLS: certificate for another host, ");
        assertThat(words(peer.ask(peers, "https", "fra.example"))).startsWith("TLS: certificate for another host, ");
    }

    @Test
    void whoIsNotTrustedIsNotAsked() {
        trust.exchange(List.of());

        assertThat(words(peer.ask(peers, "https", "127.0.0.1")))
                .isEqualTo("TLS: certificate by somebody who is not trusted here");
    }

    @Test
    void whoIsNotTrustedAnyMoreIsNotAskedOnAConnectionThatWasKept() throws Exception {
        KeepingPeer.body(peer.ask(peers, "https", "127.0.0.1"));

        trust.exchange(List.of());

        assertThat(words(peer.ask(peers, "https", "127.0.0.1"))).startsWith("TLS: ");
        assertThat(peer.connections()).isEqualTo(2);
    }

    /** Why there is no answer. */
    private static String words(Attempt attempt) {
        IOException failure = catchThrowableOfType(IOException.class, attempt::await);
        assertThat(PollError.of(failure)).isEqualTo(PollError.TLS);
        return FailureWords.of(attempt.call().uri(), attempt.address(), failure);
    }
}
