package io.distomon.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.crypto.Pem;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import io.distomon.node.Version;
import io.distomon.node.git.Upstream;
import io.distomon.node.names.FakeNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar with arguments: what it prints, and how it ends. */
class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private NetworkOnDisk network;
    private Path directory;

    @BeforeEach
    void write(@TempDir Path root) {
        network = new NetworkOnDisk(root, "fra", "ams");
        directory = network.directory("fra");
    }

    @Test
    void checkTellsWhatANodeWouldDo() throws Exception {
        List<Path> before = files();

        assertThat(run("check", directory.toString())).isZero();

        assertThat(out.toString().lines())
                .containsSubsequence(
                        "network lab: we are fra, files networks/lab",
                        "  key " + fingerprint("fra"),
                        "  fra: ourselves; key " + fingerprint("fra"),
                        "  ams: polled every 1.0 s at http://127.0.0.1:%d, 1 failures forgiven; key %s"
                                .formatted(network.apiPort("ams"), fingerprint("ams")),
                        "Nothing is wrong.");
        assertThat(out.toString()).doesNotContain(NetworkOnDisk.PASSWORD, NetworkOnDisk.JWT_SECRET);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void checkTellsWhatLinksAreHeldAgainst() throws Exception {
        Path config = directory.resolve("networks/lab/config.yml");
        Files.writeString(config, Files.readString(config) + """
                thresholds:
                  round_trip_ms: 120
                  loss_percent: 2.5
                  links:
                  - {to: ams, jitter_ms: 30, loss_percent: 7, baseline: true}
                """);

        assertThat(run("check", directory.toString())).isZero();

        assertThat(out.toString())
                .contains(
                        "1 failures forgiven; slow or lossy above round trips of 120.0 ms, a jitter of 30.0 ms, a loss"
                                + " of 7 % (twice as much is found in about 3 min), what is usual of its round trips,"
                                + " jitter and loss")
                .doesNotContain("000001");
    }

    @Test
    void checkNeitherMakesNorPublishesAKey() throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        Files.delete(directory.resolve("networks/lab/fra.pub"));
        List<Path> before = files();

        assertThat(run("check", directory.toString())).isZero();

        assertThat(out.toString()).contains("key to be made at the first start", "fra: ourselves; no key, not trusted");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void checkTellsWarningsAndIsContent() throws Exception {
        write("networks/lab/config.yml", """
                network_id: lab
                groups: []
                node_config:
                - {node_id: fra}
                - {node_id: ams}
                - {node_id: gone, url: "ftp://example.com"}
                """);

        assertThat(run("check", directory.toString())).isZero();

        assertThat(out.toString())
                .contains(
                        "warning: networks/lab/config.yml:2: unknown key \"groups\" is ignored",
                        "gone: passive, not polled; no key, not trusted");
    }

    @Test
    void checkTellsWhoIsToldOfAlertsAndByWhom() throws Exception {
        Files.writeString(directory.resolve("nodeconf.yml"), """
                alerts:
                  receivers: [{name: pager, type: webhook, url: "https://pager.example.com/hunter2"}]
                  senders: [fra, moon]
                """, StandardOpenOption.APPEND);

        assertThat(run("check", directory.toString())).isZero();

        assertThat(out.toString())
                .contains(
                        "  alerts: told to pager, by the first at work of fra, moon",
                        "warning: nodeconf.yml: alerts.senders: moon is no member of lab")
                .doesNotContain("hunter2");
    }

    @Test
    void checkTellsAllMistakesOfAllNetworksAndEndsWith78() throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: stranger, config_type: local}
                - {name: missing, node_id: fra, config_type: local}
                - {name: repo, node_id: fra, config_type: git, git_repo: "file:///nowhere"}
                login_password: %s
                jwt_secret_file: jwt
                """.formatted(NetworkOnDisk.PASSWORD));
        write("jwt", "short");

        assertThat(run("check", directory.toString())).isEqualTo(78);

        assertThat(out.toString())
                .contains(
                        "no node stranger",
                        "error: networks/missing/config.yml: found no file, expected a file here",
                        "git_repo of repo, which can't be fetched",
                        "5 bytes in jwt_secret_file, expected at least 32",
                        "To be mended: 4")
                .doesNotContain(NetworkOnDisk.PASSWORD, "short");
    }

    @Test
    void checkNamesThePlaceOfARetryIntervalThatIsNone() throws Exception {
        write("networks/lab/config.yml", """
                network_id: lab
                defaults:
                  nodes: {retry_interval: 0}
                node_config:
                - {node_id: fra, url: "http://fra"}
                - {node_id: ams, url: "http://ams", retry_interval: soon}
                """);

        assertThat(run("check", directory.toString())).isEqualTo(78);

        assertThat(out.toString())
                .contains(
                        "networks/lab/config.yml:3: defaults.nodes.retry_interval: found \"0\", expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s",
                        "networks/lab/config.yml:6: node_config[1].retry_interval: found \"soon\", expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s",
                        "To be mended: 2");
    }

    @Test
    void checkTellsMistakesInTheNodesOwnFileAndInTheNetworksAtOnce() throws Exception {
        write("nodeconf.yml", """
                networks: [{name: lab, node_id: stranger, config_type: local}]
                login_password: []
                """);

        assertThat(run("check", directory.toString())).isEqualTo(78);

        assertThat(out.toString())
                .contains("nodeconf.yml:2: login_password: found a list", "no node stranger", "To be mended: 2");
    }

    @Test
    void checkWithoutAFileNamesItAndEndsWith78() {
        assertThat(run("check", "--file-name", "other.yml", directory.toString()))
                .isEqualTo(78);
        assertThat(out.toString()).contains("error: other.yml: found no file");
    }

    @Test
    void aPrivateKeyThatIsNotThePublishedOneEndsWith78() throws Exception {
        write("networks/lab/fra.pub", network.signer("ams").verifier().pem());
        write("networks/lab/ams.pub", network.signer("fra").verifier().pem());

        assertThat(run("check", directory.toString())).isEqualTo(78);
        assertThat(out.toString())
                .contains(
                        ".private_keys/fra_lab.key: found a private key (its public half is %s), which networks/lab/fra.pub does not publish, expected the private key of one of %s"
                                .formatted(fingerprint("fra"), fingerprint("ams")));
    }

    @Test
    void aPublishedKeyWhosePrivateHalfIsGoneEndsWith78() throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        List<Path> before = files();

        assertThat(run("check", directory.toString())).isEqualTo(78);

        assertThat(out.toString())
                .contains(
                        "error: .private_keys/fra_lab.key: found no file, though networks/lab/fra.pub publishes a key of ours",
                        fingerprint("fra"),
                        "if it is lost, take that public key away, and the next start makes a new pair",
                        "To be mended: 1");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void oneNetworkUnderTwoNamesEndsWith78() throws Exception {
        write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: other, node_id: fra, config_type: local}
                """);
        Files.createDirectories(directory.resolve("networks/other"));
        write("networks/other/config.yml", "network_id: lab\nnode_config: [{node_id: fra}]\n");

        assertThat(run("check", directory.toString())).isEqualTo(78);
        assertThat(out.toString()).contains("other's network_id lab, which is also lab's");
    }

    @Test
    void checkFetchesARepositoryAndLeavesTheNodesCopyAlone(@TempDir Path elsewhere) throws Exception {
        try (Upstream upstream = new Upstream(elsewhere.resolve("upstream"))) {
            write("nodeconf.yml", """
                    networks: [{name: lab, node_id: fra, config_type: git, git_repo: "%s"}]
                    """.formatted(upstream.url()));
            List<String> ids = List.of("fra", "ams");
            String commit = upstream.commit(NetworkWriter.shared(
                    NetworkOnDisk.NETWORK, ids.stream().map(network::member).toList(), network.keys(ids)));

            assertThat(run("check", directory.toString())).isZero();
            assertThat(out.toString())
                    .contains("we are fra, files %s at commit %s".formatted(upstream.url(), commit.substring(0, 12)));

            String broken = upstream.commit(Map.of("config.yml", "network_id: ["));
            assertThat(run("check", directory.toString())).isEqualTo(78);
            assertThat(out.toString()).contains("error: commit %s: ".formatted(broken.substring(0, 12)));
            assertThat(directory.resolve(".git_networks")).doesNotExist();
        }
    }

    @Test
    void keygenMakesAKeyPairThatTheNodeUses() throws Exception {
        assertThat(run("keygen", "nyc", "lab", "--config-dir", directory.toString()))
                .isZero();

        Path key = directory.resolve(".private_keys/nyc_lab.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        String fingerprint = Pem.publicKeys(out.toString()).getFirst().fingerprint();
        assertThat(err.toString()).contains(key.toString(), fingerprint);
        assertThat(out.toString() + err)
                .doesNotContain(
                        "PRIVATE", Files.readString(key).lines().toList().get(1));
        write("nodeconf.yml", "networks: [{name: lab, node_id: nyc, config_type: local}]\n");
        write("networks/lab/config.yml", "network_id: lab\nnode_config: [{node_id: nyc}]\n");
        assertThat(run("check", directory.toString())).isZero();
        assertThat(out.toString()).contains("  key " + fingerprint);
    }

    @Test
    void keygenNeverOverwritesAKey() throws Exception {
        Path key = directory.resolve(".private_keys/fra_lab.key");
        String before = Files.readString(key);

        assertThat(run("keygen", "fra", "lab", "--config-dir", directory.toString()))
                .isEqualTo(78);

        assertThat(err.toString()).contains("a private key already", "a key is never overwritten");
        assertThat(out.toString()).isEmpty();
        assertThat(key).hasContent(before);
    }

    @Test
    void keygenRefusesNamesThatCantBe() throws Exception {
        List<Path> before = files();

        assertThat(run("keygen", "../fra", "lab", "--config-dir", directory.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("found the name \"../fra\", expected 1 to 63 characters");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void helpAndVersionEndWith0AndWhatThereIsNotWith2() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().strip()).isEqualTo("distomon " + Version.current());
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("check", "keygen", "78");
        assertThat(run("check", "--help")).isZero();
        assertThat(out.toString()).contains("CONFIG_DIR");
        assertThat(run("chek")).isEqualTo(2);
        assertThat(run("keygen", "fra")).isEqualTo(2);
        assertThat(err.toString()).contains("NETWORK");
    }

    @Test
    void diagnoseTellsHowFarOneGetsWithAPeer() throws Exception {
        assertThat(run("diagnose", directory.toString())).isEqualTo(1);
        assertThat(out.toString())
                .isEqualToNormalizingNewlines(
                        "lab: ams: TCP: refused by 127.0.0.1:%s\n".formatted(network.apiPort("ams")));

        try (Node ams = Node.start(network.properties("ams"))) {
            assertThat(run("diagnose", directory.toString())).isZero();
            assertThat(out.toString())
                    .matches(
                            "lab: ams: ok, answers within [0-9]+ ms, its clock is [0-9.]+ s (ahead of|behind) ours\\R");
            Files.delete(directory.resolve(".private_keys/fra_lab.key"));
            assertThat(run("keygen", "fra", "lab", "--config-dir", directory.toString()))
                    .isZero();
            Files.writeString(directory.resolve("networks/lab/fra.pub"), out.toString());
            assertThat(run("diagnose", directory.toString())).isEqualTo(1);
            assertThat(out.toString()).startsWith("lab: ams: HTTP: 401, it does not know us, or not this key of ours");
            assertThat(run("diagnose", ams.api().toString())).isZero();
            assertThat(out.toString()).endsWith(": ok, answers as a node does" + System.lineSeparator());
            assertThat(run("diagnose", ams.api().toString().replace("http:", "https:")))
                    .isEqualTo(1);
            assertThat(out.toString()).contains(": TLS: ");
        }
    }

    @Test
    void diagnoseTellsWhatItCantUse() throws Exception {
        write("networks/lab/config.yml", "network_id: [");

        assertThat(run("diagnose", directory.toString())).isEqualTo(Commands.EX_CONFIG);
        assertThat(err.toString()).contains("config.yml");
        assertThat(run("diagnose", "ftp://fra.example.com")).isEqualTo(2);
        assertThat(err.toString()).startsWith("found a URL of ftp, expected a URL such as ");
        assertThat(run("diagnose", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(out.toString().strip()).isEqualTo("http://127.0.0.1:1: TCP: refused by 127.0.0.1:1");
        assertThat(run("diagnose", "http://%s.test".formatted("x".repeat(64)))).isEqualTo(2);
        assertThat(err.toString()).contains("longer than 63 characters");
        FakeNames.say("nowhere.test");
        assertThat(run("diagnose", "http://nowhere.test:8000")).isEqualTo(1);
        assertThat(out.toString().strip()).isEqualTo("http://nowhere.test:8000: DNS: no such host nowhere.test");
    }

    @Test
    void diagnoseTellsThatAPeerIsElsewhere() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Location", "https://fra.example.com/info");
            exchange.sendResponseHeaders(308, -1);
            exchange.close();
        });
        other.start();
        try {
            String at = "127.0.0.1:" + other.getAddress().getPort();

            assertThat(run("diagnose", "http://" + at)).isEqualTo(1);
            assertThat(out.toString().strip())
                    .isEqualTo("http://%s: HTTP: 308 to https://fra.example.com/info; use that url".formatted(at));
        } finally {
            other.stop(0);
        }
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.execute(new PrintWriter(out), new PrintWriter(err), args);
    }

    private String fingerprint(String nodeId) {
        return network.signer(nodeId).verifier().fingerprint();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }
}
