package io.distomon.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.config.ConfigException;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.ApiClient;
import io.distomon.node.Exposition;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.core.ConditionFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that serve https, with real certificates on real sockets, which poll each other every second. */
class HttpsTest {
    private static final String HERE = "127.0.0.1";

    private final List<Node> nodes = new ArrayList<>();
    private TestAuthority ours;
    private NetworkOnDisk network;
    private MountedSecret fra;
    private MountedSecret ams;

    @BeforeEach
    void write(@TempDir Path root) throws Exception {
        ours = new TestAuthority("ours");
        network = new NetworkOnDisk(root, "fra", "ams");
        fra = new MountedSecret(root.resolve("fra-tls"), files(ours.issue(HERE)));
        ams = new MountedSecret(root.resolve("ams-tls"), files(ours.issue(HERE)));
        for (String id : List.of("fra", "ams")) {
            network.writeSharedOf(id, List.of(member("fra"), member("ams")));
            Files.writeString(network.directory(id).resolve("ca.crt"), ours.pem());
            Path conf = network.directory(id).resolve("nodeconf.yml");
            Files.writeString(conf, Files.readString(conf) + "tls: {ca_file: ca.crt}\n");
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    @Test
    void theApiAnswersByHttpsAndTheManagementPortByHttp() throws Exception {
        start("fra", fra);

        JsonNode info = info("fra");

        assertThat(info.get("tls").get("subject").asText()).isEqualTo("CN=127.0.0.1");
        assertThat(info.get("tls").get("error").isNull()).isTrue();
        assertThat(info.get("warnings")).isEmpty();
        try (ApiClient http = new ApiClient(network.apiPort("fra"))) {
            assertThatThrownBy(() -> http.get("/info")).isInstanceOf(IOException.class);
        }
        try (ApiClient management = new ApiClient(network.managementPort("fra"))) {
            assertThat(management.get("/health/liveness").statusCode()).isEqualTo(200);
            assertThat(management.get("/health/readiness").body()).contains("\"certificate\"", "expires_at");
        }
    }

    @Test
    void nothingBelowTls12IsSpoken() throws Exception {
        start("fra", fra);

        assertThat(ClientHello.answer(network.apiPort("fra"), ClientHello.TLS_1_2))
                .isEqualTo("server_hello");
        assertThat(ClientHello.answer(network.apiPort("fra"), ClientHello.TLS_1_1))
                .as("alert protocol_version")
                .isEqualTo("alert 70");
    }

    @Test
    void everyKindOfKeyServes() throws Exception {
        for (String kind : List.of("RSA", "Ed25519")) {
            TestAuthority.Issued issued = ours.issue(
                    HERE,
                    KeyPairGenerator.getInstance(kind).generateKeyPair(),
                    Instant.now().minus(Duration.ofDays(1)),
                    Instant.now().plus(TestAuthority.YEAR));
            fra.turn(files(issued));
            if (nodes.isEmpty()) {
                start("fra", fra);
            }
            awaitServed("fra", issued);
        }
        TestAuthority.Issued old = ours.issue(
                HERE,
                KeyPairGenerator.getInstance("RSA").generateKeyPair(),
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(TestAuthority.YEAR));
        byte[] pkcs1 = PrivateKeyInfo.getInstance(old.key().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        fra.turn(Map.of("tls.crt", old.certificatePem(), "tls.key", TestAuthority.pem("RSA PRIVATE KEY", pkcs1)));
        awaitServed("fra", old);
    }

    @Test
    void renewedCertificatesAreServedWithoutAFailedPollOrHandshake() throws Exception {
        start("fra", fra);
        start("ams", ams);
        awaitPolls(2);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger handshakes = new AtomicInteger();
        AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
        Thread visitor = Thread.ofVirtual().start(() -> {
            while (!done.get() && broken.get() == null) {
                try {
                    served("fra", ours);
                    handshakes.incrementAndGet();
                } catch (IOException e) {
                    broken.set(e);
                }
            }
        });

        for (int i = 0; i < 5; i++) {
            TestAuthority.Issued next = ours.issue(HERE);
            fra.turn(files(next));
            awaitServed("fra", next);
            ams.turn(files(ours.issue(HERE)));
            awaitPolls(polls("fra", "ams", "ok") + 1);
        }
        done.set(true);
        visitor.join(Duration.ofSeconds(30));

        assertThat(broken.get()).isNull();
        assertThat(handshakes.get()).isGreaterThan(20);
        for (String failure : List.of("timeout", "connect", "tls", "unauthenticated", "bad_answer")) {
            // One of them is there before the other.
            double before = failure.equals("connect") ? polls("fra", "ams", "connect") : 0;
            assertThat(polls("fra", "ams", failure)).as(failure).isEqualTo(before);
            assertThat(polls("ams", "fra", failure)).as(failure).isZero();
        }
    }

    @Test
    void aCertificateThatIsRewrittenInPlaceIsServedOnceItIsWhole() throws Exception {
        start("fra", fra);
        TestAuthority.Issued next = ours.issue(HERE);
        Path directory = fra.directory().resolve("..data");

        Files.writeString(directory.resolve("tls.crt"), next.certificatePem());
        await("the half is told")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !error("fra").isEmpty());
        assertThat(error("fra")).contains("tls.key: found another key than that of the certificate for CN=127.0.0.1");
        Files.writeString(directory.resolve("tls.key"), next.keyPem());

        awaitServed("fra", next);
        eventually().until(() -> error("fra").isEmpty());
    }

    @Test
    void aBadNewOneIsToldAndTheLastGoodOneGoesOn() throws Exception {
        TestAuthority.Issued good = ours.issue(HERE);
        fra.turn(files(good));
        start("fra", fra);
        TestAuthority.Issued next = ours.issue(HERE);
        String half = next.certificatePem().substring(0, 300);

        Map<Map<String, String>, String> bad = Map.of(
                Map.of("tls.crt", next.certificatePem(), "tls.key", good.keyPem()),
                "tls.key: found another key than that of the certificate for CN=127.0.0.1, expected the key of the first"
                        + " certificate in tls.crt",
                Map.of("tls.crt", half, "tls.key", next.keyPem()),
                "tls.crt: found no usable certificate, expected X.509 certificates in PEM form",
                Map.of("tls.crt", next.certificatePem(), "tls.key", ""),
                "tls.key: found no private key, expected a private key without a password in PEM form",
                Map.of("tls.crt", next.certificatePem()),
                "tls.key: found no file, expected a file here",
                files(ours.issue(HERE, Instant.now().minusSeconds(60))),
                "tls.crt: found a certificate that expired on ");
        for (Map.Entry<Map<String, String>, String> each : bad.entrySet()) {
            fra.turn(each.getKey());
            eventually().until(() -> error("fra").contains(each.getValue()));
            assertThat(served("fra", ours)).isEqualTo(good.certificate());
            assertThat(metric("fra", "distomon_tls_certificate_ok")).isZero();
            assertThat(info("fra").get("warnings").get(0).asText())
                    .startsWith("the certificate is not usable, the last good one stays: ")
                    .contains(each.getValue());
        }

        fra.turn(files(next));
        awaitServed("fra", next);
        eventually().until(() -> error("fra").isEmpty());
        assertThat(metric("fra", "distomon_tls_certificate_ok")).isOne();
    }

    @Test
    void itsEndIsAMetricAndAWarningFromAWeekBefore() throws Exception {
        Instant end = Instant.now().plus(Duration.ofDays(6));
        fra.turn(files(ours.issue(HERE, end)));
        start("fra", fra);

        assertThat(metric("fra", "distomon_tls_certificate_expiry_timestamp_seconds"))
                .isEqualTo((double) end.getEpochSecond());
        assertThat(info("fra").get("warnings").get(0).asText())
                .isEqualTo(
                        "the certificate for CN=127.0.0.1 expires on " + Instant.ofEpochSecond(end.getEpochSecond()));

        fra.turn(files(ours.issue(HERE)));
        eventually().until(() -> info("fra").get("warnings").isEmpty());
    }

    @Test
    void withoutACertificateAndItsKeyNothingStarts() throws Exception {
        fra.turn(Map.of(
                "tls.crt",
                ours.issue(HERE).certificatePem(),
                "tls.key",
                ours.issue(HERE).keyPem()));

        assertThatThrownBy(() -> start("fra", fra)).hasRootCauseInstanceOf(ConfigException.class);
    }

    @Test
    void peersAreToldApartByTheirCertificatesAndWhatIsWrongIsSaid() throws Exception {
        ams.turn(files(ours.issue(HERE, Instant.now().minusSeconds(60))));
        start("fra", fra);
        start("ams", ams);
        eventually().until(() -> detail("fra").startsWith("TLS: certificate expired, NotAfter: "));

        ams.turn(files(ours.issue("ams.example.com")));
        eventually().until(() -> detail("fra").startsWith("TLS: certificate for another host, "));

        TestAuthority theirs = new TestAuthority("theirs");
        ams.turn(files(theirs.issue(HERE)));
        eventually().until(() -> detail("fra").equals("TLS: certificate by somebody who is not trusted here"));

        // The authority is exchanged in the file, for this network too.
        Files.writeString(network.directory("fra").resolve("ca.crt"), ours.pem() + theirs.pem());
        eventually().until(() -> polls("fra", "ams", "ok") > 0);
        assertThat(detail("fra")).isEmpty();
    }

    @Test
    void anAuthorityIsTrustedInItsNetworkAlone() throws Exception {
        Path conf = network.directory("fra").resolve("nodeconf.yml");
        Files.writeString(conf, """
                networks: [{name: lab, node_id: fra, config_type: local, tls: {ca_file: ca.crt}}]
                login_password_file: password
                jwt_secret_file: jwt
                """);
        start("fra", fra);
        start("ams", ams);
        eventually().until(() -> polls("fra", "ams", "ok") > 0);

        Files.writeString(conf, """
                networks: [{name: lab, node_id: fra, config_type: local}]
                login_password_file: password
                jwt_secret_file: jwt
                unknown: since it is warned of, it tells that this was taken
                """);
        eventually().until(() -> !info("fra").get("warnings").isEmpty());
        eventually().until(() -> detail("fra").equals("TLS: certificate by somebody who is not trusted here"));
    }

    private void start(String id, MountedSecret certificate) {
        Map<String, Object> properties = new HashMap<>(network.properties(id));
        properties.put("distomon.tls.directory", certificate.directory().toString());
        nodes.add(Node.start(properties));
    }

    private Member member(String id) {
        return new Member(
                id, URI.create("https://%s:%s".formatted(HERE, network.apiPort(id))), Duration.ofSeconds(1), 0);
    }

    private static Map<String, String> files(TestAuthority.Issued issued) {
        return Map.of("tls.crt", issued.certificatePem(), "tls.key", issued.keyPem());
    }

    /** What is shown on a new connection. */
    private X509Certificate served(String id, TestAuthority trusted) throws IOException {
        PeerTrust trust = new PeerTrust(List.of(trusted.certificate()));
        try (SSLSocket socket = (SSLSocket) trust.context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), network.apiPort(id))) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private void awaitServed(String id, TestAuthority.Issued issued) {
        BigInteger serial = issued.certificate().getSerialNumber();
        eventually().until(() -> served(id, ours).getSerialNumber().equals(serial));
    }

    private void awaitPolls(double count) {
        eventually().until(() -> polls("fra", "ams", "ok") >= count && polls("ams", "fra", "ok") >= count);
    }

    private JsonNode get(String id, String path) throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort(id), trusting())) {
            return ApiClient.json(api.get(path, api.token()));
        }
    }

    private SSLContext trusting() {
        return new PeerTrust(List.of(ours.certificate())).context();
    }

    private JsonNode info(String id) throws IOException, InterruptedException {
        return get(id, "/info");
    }

    private String error(String id) throws IOException, InterruptedException {
        return info(id).get("tls").get("error").asText("");
    }

    /** What its last poll of the other one failed by; nothing when it did not. */
    private String detail(String id) throws IOException, InterruptedException {
        return get(id, "/links/lab").get("links").get(0).path("detail").asText("");
    }

    private double polls(String from, String to, String result) throws IOException, InterruptedException {
        return Objects.requireNonNullElse(
                metrics(from).value("distomon_polls_total", "network", "lab", "peer", to, "result", result), 0.0);
    }

    private double metric(String id, String name) throws IOException, InterruptedException {
        return Objects.requireNonNull(metrics(id).value(name), name);
    }

    private Exposition metrics(String id) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(id))) {
            return Exposition.parse(management.get("/metrics").body());
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(200))
                .ignoreException(IOException.class);
    }
}
