package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFilesTest {
    @TempDir
    Path temporary;

    @Test
    void whatTheOperatorWritesTheNodeReadsBack() throws Exception {
        List<Member> members = List.of(
                new Member("fra", URI.create("http://lab-fra.ns.svc:8000"), Duration.ofSeconds(10), 2),
                new Member(
                        "no",
                        URI.create("https://no.example.com/a%20b"),
                        Duration.ofMillis(1500),
                        0,
                        Duration.ofMillis(1250)),
                new Member("1e3", null, Duration.ofHours(1), 100));
        KeyMapping keys = new KeyMapping(
                Map.of("fra", List.of(newKey("fra")), "no", List.of(newKey("no"), newKey("no")), "1e3", List.of()));
        ConfigDirectory config =
                new ConfigDirectory(temporary).write("login", "pw").write("jwt", "key");
        for (var file : NetworkWriter.shared("lab", members, keys).entrySet()) {
            config.write("networks/lab/" + file.getKey(), file.getValue());
        }
        String nodeConfName = NetworkWriter.nodeConfName("fra");
        config.write(
                "networks/lab/" + nodeConfName,
                NetworkWriter.nodeConf("lab", "fra", temporary.resolve("login").toString(), "jwt"));

        assertThat(NetworkReader.content(NetworkFiles.of("", NetworkWriter.shared("lab", members, keys))))
                .isEqualTo(new NetworkReader.Content("lab", members, keys, Topology.DEFAULT));

        ConfigReader reader = new ConfigReader(temporary, "networks/lab/" + nodeConfName);
        NodeConf conf = reader.nodeConf();
        NetworkSource source = conf.networks().getFirst();
        NetworkConfig network = reader.network(source, reader.files(source));

        assertThat(conf.networks()).containsExactly(config.source());
        assertThat(conf.loginPassword()).isEqualTo(new Secret("pw"));
        assertThat(conf.jwtSecret()).isEqualTo(new Secret("key"));
        assertThat(conf.warnings()).isEmpty();
        assertThat(network.networkId()).isEqualTo("lab");
        assertThat(network.nodeId()).isEqualTo("fra");
        assertThat(network.members()).isEqualTo(members);
        assertThat(network.keys()).isEqualTo(keys);
        assertThat(network.digest()).isEqualTo(NetworkConfig.digestOf("lab", members, keys, Topology.DEFAULT));
        assertThat(network.warnings()).allMatch(text -> text.contains("1e3")).hasSize(2);
    }

    @Test
    void aTopologyIsReadBackAndTheDefaultOneIsNotWritten() throws Exception {
        List<Member> members = List.of(
                new Member("fra", URI.create("http://fra:8000"), Duration.ofSeconds(10), 2),
                new Member("nyc", URI.create("http://nyc:8000"), Duration.ofSeconds(10), 2));
        KeyMapping keys = new KeyMapping(Map.of("fra", List.of(newKey("fra")), "nyc", List.of(newKey("nyc"))));
        ConfigDirectory config =
                new ConfigDirectory(temporary).write("login", "pw").write("jwt", "key");
        config.write("networks/lab/nodeconf-fra.yml", NetworkWriter.nodeConf("lab", "fra", "login", "jwt"));
        ConfigReader reader = new ConfigReader(temporary, "networks/lab/nodeconf-fra.yml");
        NetworkSource source = reader.nodeConf().networks().getFirst();
        for (Topology topology : List.of(
                new Topology(Topology.Mode.AUTO, Topology.MIN_DEGREE),
                new Topology(Topology.Mode.FULL, Topology.DEFAULT.degree()),
                new Topology(Topology.Mode.SPARSE, Topology.MAX_DEGREE))) {
            for (var file : NetworkWriter.shared("lab", members, keys, topology).entrySet()) {
                config.write("networks/lab/" + file.getKey(), file.getValue());
            }

            NetworkConfig network = reader.network(source, reader.files(source));

            assertThat(network.topology()).isEqualTo(topology);
            assertThat(network.digest()).isEqualTo(NetworkConfig.digestOf("lab", members, keys, topology));
            assertThat(network.warnings()).isEmpty();
        }
        assertThat(NetworkWriter.shared("lab", members, keys, Topology.DEFAULT).get("config.yml"))
                .doesNotContain("topology", "degree");
    }

    @Test
    void thresholdsAreReadBackAsTheyWereWrittenAndNoneAreNotWritten() throws Exception {
        List<Member> members = List.of(
                new Member("fra", URI.create("http://fra:8000"), Duration.ofSeconds(10), 2),
                new Member("no", URI.create("http://no:8000"), Duration.ofSeconds(10), 2));
        KeyMapping keys = new KeyMapping(Map.of("fra", List.of(newKey("fra")), "no", List.of(newKey("no"))));
        ConfigDirectory config = new ConfigDirectory(temporary)
                .write("login", "pw")
                .write("jwt", "key")
                .write("networks/lab/nodeconf-fra.yml", NetworkWriter.nodeConf("lab", "fra", "login", "jwt"));
        ConfigReader reader = new ConfigReader(temporary, "networks/lab/nodeconf-fra.yml");
        NetworkSource source = reader.nodeConf().networks().getFirst();
        Thresholds.Rule ofSome = new Thresholds.Rule("fra", "no", 250.5, LinkLimits.OFF, null, false);
        Thresholds.Rule off = new Thresholds.Rule(null, "no", LinkLimits.OFF, null, LinkLimits.OFF, null);
        Thresholds.Rule ofAll = new Thresholds.Rule(null, null, 120.0, 0.7 / 100, 0.1, true);
        Thresholds.Rule ofNone = new Thresholds.Rule(null, null, null, null, null, null);
        Thresholds.Rule most = new Thresholds.Rule(null, null, 5000.0, 0.99, 5000.0, null);
        for (Thresholds thresholds : List.of(
                new Thresholds(List.of(ofSome, off, ofAll)),
                new Thresholds(List.of(ofSome, ofNone)),
                new Thresholds(List.of(most)),
                Thresholds.NONE)) {
            Map<String, String> files = NetworkWriter.shared("lab", members, keys, Topology.DEFAULT, thresholds);
            for (var file : files.entrySet()) {
                config.write("networks/lab/" + file.getKey(), file.getValue());
            }

            NetworkConfig network = reader.network(source, reader.files(source));

            assertThat(network.thresholds()).isEqualTo(thresholds);
            assertThat(network.members()).isEqualTo(members);
            assertThat(network.warnings()).isEmpty();
        }
        assertThat(NetworkWriter.shared(
                                "lab", members, keys, Topology.DEFAULT, new Thresholds(List.of(ofSome, off, ofAll)))
                        .get("config.yml"))
                .contains("""
                        thresholds:
                          round_trip_ms: 120
                          loss_percent: 0.7
                          jitter_ms: 0.1
                          baseline: true
                          links:
                          - {from: "fra", to: "no", round_trip_ms: 250.5, loss_percent: off, baseline: false}
                          - {to: "no", round_trip_ms: off, jitter_ms: off}
                        node_config:
                        """);
        assertThat(NetworkWriter.shared("lab", members, keys).get("config.yml")).doesNotContain("thresholds");
    }

    @Test
    void aRepositoryIsReadBackAsItWasWritten() throws Exception {
        ConfigDirectory config = new ConfigDirectory(temporary)
                .write("login", "pw")
                .write("jwt", "key")
                .write("git/username", "bot")
                .write("git/token", "glpat")
                .write("git/id", "a key")
                .write("git/hosts", "a host")
                .write("signers", "ssh-ed25519 AAAA");
        Files.setPosixFilePermissions(temporary.resolve("git/id"), PosixFilePermissions.fromString("rw-------"));
        Duration poll = Duration.ofSeconds(7);
        GitEntry https = new GitEntry(
                "https://git.example.com/lab.git",
                "main",
                poll,
                "git/username",
                "git/token",
                null,
                null,
                null,
                "signers");
        GitEntry ssh = new GitEntry(
                "ssh://git@git.example.com/lab.git", null, poll, null, null, null, "git/id", "git/hosts", null);

        assertThat(readBack(config, https))
                .isEqualTo(new GitSource(
                        https.repo(),
                        "main",
                        poll,
                        new Secret("bot"),
                        new Secret("glpat"),
                        List.of(),
                        null,
                        null,
                        "ssh-ed25519 AAAA"));
        assertThat(readBack(config, ssh))
                .isEqualTo(new GitSource(
                        ssh.repo(),
                        null,
                        poll,
                        null,
                        null,
                        List.of(),
                        temporary.resolve("git/id"),
                        temporary.resolve("git/hosts")));
        assertThat(NetworkWriter.isOfGit(nodeConf(https))).isTrue();
        assertThat(NetworkWriter.isOfGit(NetworkWriter.nodeConf("lab", "fra", "login", "jwt")))
                .isFalse();
    }

    private GitSource readBack(ConfigDirectory config, GitEntry git) throws Exception {
        config.write("nodeconf.yml", nodeConf(git));
        NodeConf read = new ConfigReader(temporary, "nodeconf.yml").nodeConf();
        assertThat(read.warnings()).isEmpty();
        return Objects.requireNonNull(read.networks().getFirst().git());
    }

    private static String nodeConf(GitEntry git) {
        return NetworkWriter.nodeConf("lab", "fra", "login", "jwt", null, git, null);
    }

    @Test
    void alertsAreReadBackAsTheyWereWrittenWhateverAReasonHasInIt() throws Exception {
        ConfigDirectory config = new ConfigDirectory(temporary)
                .write("login", "pw")
                .write("jwt", "key")
                .write("pager.url", "https://pager.example.com/hunter2")
                .write("pager.key", "a key of sixteen characters")
                .write("am.url", "http://127.0.0.1:9093");
        List<Silence> silences = List.of(
                new Silence(
                        List.of(),
                        List.of("nyc", "no"),
                        Instant.parse("2026-12-01T22:00:00Z"),
                        Instant.parse("2026-12-02T02:00:00.5Z"),
                        "\"new\" disks: \\ #1\nand\u0000\u2028\ufeff \ud83d\udcbe"),
                new Silence(List.of(), List.of(), null, Instant.parse("9999-12-31T23:59:59Z"), null));
        AlertsEntry entry = new AlertsEntry(
                List.of(
                        new AlertsEntry.Receiver("pager", AlertReceiver.Type.WEBHOOK, "pager.url", "pager.key"),
                        new AlertsEntry.Receiver("no", AlertReceiver.Type.ALERTMANAGER, "am.url", null)),
                List.of("fra", "1e3"),
                Duration.ofSeconds(90),
                Duration.ZERO,
                true,
                silences);

        for (AlertsEntry written : List.of(
                entry,
                new AlertsEntry(
                        entry.receivers(), entry.senders(), entry.grace(), entry.groupWait(), false, List.of()))) {
            config.write("nodeconf.yml", NetworkWriter.nodeConf("lab", "fra", "login", "jwt", null, null, written));

            NodeConf conf = config.reader().nodeConf();

            assertThat(conf.warnings()).isEmpty();
            assertThat(conf.alerts())
                    .isEqualTo(new AlertSettings(
                            List.of(
                                    new AlertReceiver(
                                            "pager",
                                            AlertReceiver.Type.WEBHOOK,
                                            new Secret("https://pager.example.com/hunter2"),
                                            new Secret("a key of sixteen characters"),
                                            List.of()),
                                    new AlertReceiver(
                                            "no",
                                            AlertReceiver.Type.ALERTMANAGER,
                                            new Secret("http://127.0.0.1:9093"),
                                            null,
                                            List.of())),
                            List.of("fra", "1e3"),
                            Duration.ofSeconds(90),
                            Duration.ZERO,
                            written.slowNodes(),
                            written.silences()));
        }
    }

    @Test
    void whatCanBeSeenIsWrittenAsItIsSoThatItTakesNoMoreThanItHas() throws Exception {
        ConfigDirectory config = new ConfigDirectory(temporary)
                .write("login", "pw")
                .write("jwt", "key")
                .write("url", "https://pager.example.com/hunter2");
        String plain = "Gr\u00fc\u00dfe \u65b0\u3057\u3044 \u20ac\u00a0\u0301";
        // What YAML takes for a line end, for nothing, or not at all, and what nobody sees.
        String escaped = "\u0000\u0085\u2028\u2029\ufeff\ufffe\uffff\ufdd0\u009f\u200b\ue000\ud83d\udcbe";

        String text = NetworkWriter.nodeConf(
                "lab",
                "fra",
                "login",
                "jwt",
                null,
                null,
                new AlertsEntry(
                        List.of(new AlertsEntry.Receiver("pager", AlertReceiver.Type.WEBHOOK, "url", null)),
                        List.of("fra"),
                        Duration.ZERO,
                        Duration.ZERO,
                        false,
                        List.of(new Silence(List.of(), List.of(), null, Instant.EPOCH, plain + escaped))));
        config.write("nodeconf.yml", text);

        assertThat(text)
                .contains("reason: \"" + plain + "\\u0000\\u0085\\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF\\uFDD0\\u009F"
                        + "\\u200B\\uE000\\U0001F4BE\"");
        assertThat(config.reader().nodeConf().alerts().silences().getFirst().reason())
                .isEqualTo(plain + escaped);
    }

    @Test
    void aRetryIntervalIsWrittenWhereThereIsOneSoThatNodesOfAnyVersionTakeTheFiles() {
        URI url = URI.create("http://fra:8000");
        assertThat(networkConf(new Member("fra", url, Duration.ofSeconds(10), 2)))
                .doesNotContain("retry_interval");
        assertThat(networkConf(new Member("fra", url, Duration.ofSeconds(10), 2, Duration.ofSeconds(20))))
                .endsWith("  retry: 2\n  retry_interval: 20\n");
    }

    private static String networkConf(Member member) {
        return Objects.requireNonNull(NetworkWriter.shared("lab", List.of(member), new KeyMapping(Map.of()))
                .get("config.yml"));
    }

    private static Verifier newKey(String id) {
        return Signer.generate(id, ConfigDirectory.RANDOM).verifier();
    }

    @Test
    void filesThatNobodyWroteSoAreRefusedWithTheirMistakes() {
        assertThatThrownBy(() -> NetworkReader.content(NetworkFiles.of("", Map.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yml");
        assertThatThrownBy(() -> NetworkReader.content(NetworkFiles.of("", Map.of("config.yml", "network_id: ["))))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> NetworkReader.content(NetworkFiles.of(
                        "",
                        Map.of("config.yml", "network_id: lab\nnode_config: [{node_id: fra}]\n", "fra.pub", "no key"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("fra.pub");
    }
}
