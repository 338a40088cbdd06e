package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is accepted and what is refused in a network's directory. */
class NetworkFilesReadTest {
    private static final String TWO_NODES = """
            network_id: lab
            node_config:
            - {node_id: fra, url: 'http://fra.example.com:8000/'}
            - {node_id: nyc, url: 'https://nyc.example.com', poll_rate: 2.5, retry: 0}
            """;

    @TempDir
    Path temporary;

    private ConfigDirectory config;

    @BeforeEach
    void start() {
        config = new ConfigDirectory(temporary);
    }

    @Test
    void aTreeIsReadWithItsKeys() throws Exception {
        config.network(TWO_NODES);
        Signer fra = config.publish("fra");
        Signer nyc = config.publish("nyc");

        NetworkConfig network = config.readNetwork();

        assertThat(network.members())
                .containsExactly(
                        new Member("fra", URI.create("http://fra.example.com:8000"), Duration.ofSeconds(10), 2),
                        new Member("nyc", URI.create("https://nyc.example.com"), Duration.ofMillis(2500), 0));
        assertThat(network.keys().of("fra")).containsExactly(fra.verifier());
        assertThat(network.keys().of("nyc")).containsExactly(nyc.verifier());
        assertThat(network.warnings()).isEmpty();
    }

    @Test
    void aMountedSecretIsReadThroughItsLinks() throws Exception {
        Signer fra = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.write("networks/lab/..2026_11/config.yml", TWO_NODES)
                .write("networks/lab/..2026_11/fra.pub", fra.verifier().pem());
        Path lab = temporary.resolve("networks/lab");
        Files.createSymbolicLink(lab.resolve("..data"), Path.of("..2026_11"));
        Files.createSymbolicLink(lab.resolve("config.yml"), Path.of("..data/config.yml"));
        Files.createSymbolicLink(lab.resolve("fra.pub"), Path.of("..data/fra.pub"));

        assertThat(config.readNetwork().keys().of("fra")).containsExactly(fra.verifier());
    }

    @Test
    void aLinkThatLeavesTheDirectoryIsRefused(@TempDir Path elsewhere) throws Exception {
        Path outside = Files.writeString(elsewhere.resolve("config.yml"), TWO_NODES);
        Path lab = Files.createDirectories(temporary.resolve("networks/lab"));
        Files.createSymbolicLink(lab.resolve("config.yml"), outside);

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("networks/lab/config.yml: found a symbolic link that leaves");
    }

    @Test
    void whatRealFilesHoldBesidesIsWarnedOf() throws Exception {
        config.network("""
                network_id: lab
                node_version: ['3.0.0', '4.0.0']
                defaults:
                  nodes: {poll_rate: 30, retry: 5, colour: red}
                  groups: {}
                node_config:
                - {node_id: fra, url: 'http://fra', groups: [a]}
                - {node_id: nyc, url: 'http://nyc', groups: [a], poll_rate: 20}
                - {node_id: sgp}
                - {node_id: tyo, url: 'ssh://tyo'}
                """);

        NetworkConfig network = config.readNetwork();

        assertThat(network.members())
                .extracting(Member::pollRate)
                .containsExactly(
                        Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(30));
        assertThat(network.members()).extracting(Member::retry).containsOnly(5);
        assertThat(network.members().get(2).url()).isNull();
        assertThat(network.members().get(3).url()).isNull();
        assertThat(network.warnings())
                .containsExactlyInAnyOrder(
                        "networks/lab/config.yml:4: unknown key \"defaults.nodes.colour\" is ignored",
                        "networks/lab/config.yml:5: unknown key \"defaults.groups\" is ignored",
                        "networks/lab/config.yml:9: node_config[2].url: sgp has no url: it is not polled, but may report",
                        "networks/lab/config.yml:10: node_config[3].url: tyo has a url with the scheme \"ssh\": it is not"
                                + " polled, but may report",
                        "networks/lab/config.yml:7: unknown key \"node_config[0].groups\" is ignored (and in 1 more places)",
                        "networks/lab/fra.pub: no public key of fra: what it signs is not trusted",
                        "networks/lab/nyc.pub: no public key of nyc: what it signs is not trusted",
                        "networks/lab/sgp.pub: no public key of sgp: what it signs is not trusted",
                        "networks/lab/tyo.pub: no public key of tyo: what it signs is not trusted",
                        "networks/lab/config.yml:2: unknown key \"node_version\" is ignored");
    }

    @Test
    void severalKeysOfOneMemberAreValidAtOnce() throws Exception {
        config.network(TWO_NODES);
        Signer old = Signer.generate("nyc", ConfigDirectory.RANDOM);
        Signer next = Signer.generate("nyc", ConfigDirectory.RANDOM);
        config.write(
                "networks/lab/pubkeys/nyc.pub",
                old.verifier().pem() + next.verifier().pem().replace("\n", "\r\n"));

        assertThat(config.readNetwork().keys().of("nyc")).containsExactly(old.verifier(), next.verifier());
    }

    @Test
    void keyFilesOfOthersThanMembersAreIgnored() throws Exception {
        config.network(TWO_NODES).write("networks/lab/pubkeys/evil.pub", "no key at all");
        config.publish("fra");

        assertThat(config.readNetwork().keys().contains("evil")).isFalse();
    }

    @Test
    void allMistakesInMembersComeAtOnce() throws Exception {
        config.network("""
                network_id: lab/x
                node_config:
                - {node_id: fra, url: 'http://', poll_rate: 0}
                - {node_id: fra, retry: 1.5}
                - {node_id: 'a b', url: 'http://user:geheim@host', retry: 101}
                - just a text
                """);

        assertThat(config.refusals(config::readNetwork))
                .anyMatch(text -> text.startsWith("networks/lab/config.yml:1: network_id: found \"lab/x\""))
                .anyMatch(text -> text.startsWith("networks/lab/config.yml:3: node_config[0].url: found a text"))
                .anyMatch(text ->
                        text.contains(":3: node_config[0].poll_rate: found \"0\", expected a number from 1 to 3600"))
                .anyMatch(text ->
                        text.contains(":4: node_config[1].retry: found \"1.5\", expected a whole number from 0 to 100"))
                .anyMatch(text -> text.contains(":4: node_config[1].node_id: found the node fra a second time"))
                .anyMatch(text -> text.contains(":5: node_config[2].node_id: found \"a b\""))
                .anyMatch(text -> text.contains(":5: node_config[2].retry: found \"101\""))
                .anyMatch(text -> text.contains(":6: node_config[3]: found \"just a text\", expected a mapping"))
                .noneMatch(text -> text.contains("geheim"))
                .hasSize(9);
    }

    @Test
    void ourOwnIdMustBeAMember() throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: nyc, url: 'http://nyc'}]\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:2: node_config: found no node fra, expected our own node_id"
                        + " from nodeconf.yml among the members");
    }

    @Test
    void onePublicKeyUnderTwoIdsIsRefused() throws Exception {
        config.network(TWO_NODES);
        Signer fra = config.publish("fra");
        config.write("networks/lab/pubkeys/nyc.pub", fra.verifier().pem());

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/pubkeys/nyc.pub: found the public key of fra ("
                        + fra.verifier().fingerprint() + "), expected a key of nyc's own");
    }

    @Test
    void aKeyOfSmallOrderIsRefused() throws Exception {
        byte[] spki = new byte[44];
        System.arraycopy(
                new byte[] {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}, 0, spki, 0, 12);
        config.network(TWO_NODES)
                .write(
                        "networks/lab/pubkeys/nyc.pub",
                        "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(spki)
                                + "\n-----END PUBLIC KEY-----\n");

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("nyc.pub: found no usable key")
                .contains("small order");
    }

    @Test
    void aKeyThatIsNotEd25519IsRefused() throws Exception {
        config.network(TWO_NODES)
                .write(
                        "networks/lab/pubkeys/nyc.pub",
                        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n");

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("expected 1 to 4 Ed25519 public keys in SPKI PEM form");
    }

    @Test
    void aFileOverAMegabyteIsRefused() throws Exception {
        config.network(TWO_NODES + "#".repeat(1 << 20));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml: found more than 1 MiB, expected at most 1 MiB");
    }

    @Test
    void aliasesThatMultiplyAreRefused() throws Exception {
        config.network("a: &a [x]\nb: [" + "*a,".repeat(60) + "]\n");

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("broken YAML");
    }

    @Test
    void aFewAliasesAndMergesAreUnderstood() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - &base {node_id: fra, url: 'http://fra', retry: 7}
                - {<<: *base, node_id: nyc}
                """);

        assertThat(config.readNetwork().member("nyc").orElseThrow().retry()).isEqualTo(7);
    }

    @Test
    void customTagsAreRefused() throws Exception {
        for (String tag : new String[] {"!!javax.script.ScriptEngineManager [x]", "!secret x", "!!python/name:os x"}) {
            config.network(TWO_NODES + "extra: " + tag + "\n");

            assertThat(config.refusals(config::readNetwork))
                    .anyMatch(text -> text.startsWith("networks/lab/config.yml:5: found the YAML tag"));
        }
    }

    @Test
    void deepNestingIsRefused() throws Exception {
        config.network("a: " + "[".repeat(3000));

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("broken YAML");
    }

    @Test
    void aKeyTwiceIsRefusedWithItsLine() throws Exception {
        config.network(TWO_NODES + "network_id: other\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:5: network_id: found the key a second time, expected every"
                        + " key once");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() throws Exception {
        config.network("network_id: lab\nnode_config: [\n");

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .startsWith("networks/lab/config.yml:3: found broken YAML");
    }

    @Test
    void theDigestDependsOnMembersAndKeysOnly() throws IOException, ConfigException {
        config.network(TWO_NODES);
        Signer fra = config.publish("fra");
        String digest = config.readNetwork().digest();

        // The same, flat, in another order, with a comment.
        ConfigDirectory flat = new ConfigDirectory(temporary.resolve("flat"));
        flat.network("""
                        # reordered
                        node_config:
                        - {retry: 0, poll_rate: 2.50, url: 'https://nyc.example.com', node_id: nyc}
                        - {node_id: fra, url: 'http://fra.example.com:8000', poll_rate: 10, retry: 2}
                        network_id: lab
                        """).write("networks/lab/fra.pub", fra.verifier().pem());
        assertThat(flat.readNetwork().digest()).isEqualTo(digest).hasSize(64);

        config.publish("nyc");
        assertThat(config.readNetwork().digest()).isNotEqualTo(digest);
    }
}
