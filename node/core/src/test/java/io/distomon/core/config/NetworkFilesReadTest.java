package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Identifier;
import io.distomon.core.crypto.Signer;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void theTopologyIsFullOrSparseWithADegree() throws Exception {
        config.network(TWO_NODES);
        config.publish("fra");
        config.publish("nyc");
        assertThat(config.readNetwork().topology()).isEqualTo(Topology.DEFAULT);
        String byDefault = config.readNetwork().digest();

        config.network(TWO_NODES + "topology: sparse\ndegree: 5\n");
        assertThat(config.readNetwork().topology()).isEqualTo(new Topology(Topology.Mode.SPARSE, 5));
        assertThat(config.readNetwork().digest()).isNotEqualTo(byDefault);
        assertThat(config.readNetwork().warnings()).isEmpty();

        config.network(TWO_NODES + "topology: full\n");
        assertThat(config.readNetwork().topology().mode()).isEqualTo(Topology.Mode.FULL);

        config.network(TWO_NODES + "topology: ring\ndegree: 2\n");
        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:5: topology: found \"ring\", expected auto, full or sparse",
                        "networks/lab/config.yml:6: degree: found \"2\", expected a whole number from 3 to 100");
    }

    @Test
    void aRetryIntervalIsTheMembersOwnElseThatOfTheDefaultsElseLeftToTheRule() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - {node_id: fra, url: 'http://fra', poll_rate: 2}
                - {node_id: nyc, url: 'http://nyc', retry_interval: 2.5}
                """);
        config.publish("fra");
        config.publish("nyc");
        assertThat(config.readNetwork().members())
                .extracting(Member::retryInterval)
                .containsExactly(null, Duration.ofMillis(2500));
        assertThat(config.readNetwork().warnings()).isEmpty();

        config.network("""
                network_id: lab
                defaults: {nodes: {retry_interval: 4}}
                node_config:
                - {node_id: fra, url: 'http://fra', poll_rate: 2}
                - {node_id: nyc, url: 'http://nyc', retry_interval: 1}
                """);
        assertThat(config.readNetwork().members())
                .extracting(Member::retryInterval)
                .containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(1));
        assertThat(config.readNetwork().members())
                .extracting(Member::retrySpacing)
                .as("a default may be longer than somebody's poll rate")
                .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(1));
        assertThat(config.readNetwork().warnings()).isEmpty();
    }

    @Test
    void aRetryIntervalThatIsNoneIsRefusedWithItsPlace() throws Exception {
        config.network("""
                network_id: lab
                defaults: {nodes: {retry_interval: 3601}}
                node_config:
                - {node_id: fra, url: 'http://fra', retry_interval: 0.5}
                - {node_id: nyc, url: 'http://nyc', retry_interval: soon}
                - {node_id: sgp, url: 'http://sgp', retry_interval: [1]}
                """);

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:2: defaults.nodes.retry_interval: found \"3601\", expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s",
                        "networks/lab/config.yml:4: node_config[0].retry_interval: found \"0.5\", expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s",
                        "networks/lab/config.yml:5: node_config[1].retry_interval: found \"soon\", expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s",
                        "networks/lab/config.yml:6: node_config[2].retry_interval: found a list, expected a number of"
                                + " seconds from 1 to 3600, or a time such as 1m30s");
    }

    /** More don't fit into a message's `have`: exchange.md, R4. */
    @Test
    void aNetworkHasUpTo1024Nodes() throws Exception {
        config.network(nodes(1024));
        config.publish("fra");
        for (int i = 1; i < 1024; i++) {
            config.publish("node-" + i);
        }
        assertThat(config.readNetwork().members()).hasSize(1024);

        config.network(nodes(1025));
        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:2: node_config: found 1025 items, expected at most 1024");

        config.network(nodes(10_000));
        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:2: node_config: found 10000 items, expected at most 1024");
    }

    private static String nodes(int count) {
        StringBuilder yaml = new StringBuilder("network_id: lab\nnode_config:\n");
        yaml.append("- {node_id: fra, url: 'http://fra.example.com'}\n");
        for (int i = 1; i < count; i++) {
            yaml.append("- {node_id: node-%s, url: 'http://node-%s.example.com'}%n".formatted(i, i));
        }
        return yaml.toString();
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
                node_version: ['>=3.0.0', '<4.0.0']
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
                        "networks/lab/tyo.pub: no public key of tyo: what it signs is not trusted");
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
                .anyMatch(text -> text.startsWith("networks/lab/config.yml:3: node_config[0].url: found no host"))
                .anyMatch(
                        text -> text.contains(
                                ":3: node_config[0].poll_rate: found \"0\", expected a number of seconds from 1 to 3600, or a time such as 1m30s"))
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
    void aUrlThatCantBeCalledIsRefusedWithWhatIsWrongAndWithoutShowingIt() throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: fra, url: 'http://u:geheim@fra'}]\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:2: node_config[0].url: found a user before an @, expected a URL such as"
                                + " https://node.example.com:8000, without user, query or fragment");
    }

    @Test
    void aUrlWithAnotherSchemeOrNoneMakesAMemberPassiveWithAWarning() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - {node_id: fra, url: 'grpcs://fra'}
                - {node_id: nyc, url: 'nyc.example.com:8000'}
                """);

        assertThat(config.readNetwork().members()).extracting(Member::url).containsExactly(null, null);
        assertThat(config.readNetwork().warnings())
                .contains(
                        "networks/lab/config.yml:3: node_config[0].url: fra has a url with the scheme \"grpcs\": it is not"
                                + " polled, but may report",
                        "networks/lab/config.yml:4: node_config[1].url: nyc has a url without a scheme: it is not"
                                + " polled, but may report");
    }

    @Test
    void ourOwnIdMustBeAMember() throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: nyc, url: 'http://nyc'}]\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:2: node_config: found no node fra, expected our own node_id"
                        + " from nodeconf.yml among the members");
    }

    /** One owner's machines, as the seed's own example network has them: exchange.md, R10. */
    @Test
    void onePublicKeyUnderSeveralIdsIsWarnedOfWithAllOfThem() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - {node_id: fra, url: 'http://fra'}
                - {node_id: nyc, url: 'http://nyc'}
                - {node_id: sgp, url: 'http://sgp'}
                - {node_id: tyo, url: 'http://tyo'}
                """);
        Signer fra = config.publish("fra");
        config.publish("nyc");
        String pem = fra.verifier().pem();
        config.write("networks/lab/pubkeys/sgp.pub", pem).write("networks/lab/pubkeys/tyo.pub", pem + pem);

        NetworkConfig network = config.readNetwork();

        assertThat(network.warnings())
                .containsExactly("networks/lab/pubkeys/fra.pub: fra, sgp and tyo have one public key ("
                        + fra.verifier().fingerprint() + "): who has its private half can sign as each of them");
        assertThat(network.keys().of("sgp")).containsExactly(fra.verifier());
    }

    @Test
    void oneKeyOfHundredsIsWarnedOfOnce() throws Exception {
        config.network(nodes(300));
        String pem = config.publish("fra").verifier().pem();
        for (int i = 1; i < 300; i++) {
            config.write("networks/lab/pubkeys/node-%s.pub".formatted(i), pem);
        }

        assertThat(config.readNetwork().warnings())
                .singleElement()
                .asString()
                .contains("node-18, node-19 and 280 more have one public key")
                .hasSizeLessThan(500);
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
                .contains("expected 1 to 4 Ed25519 public keys, SPKI as PEM or ssh-ed25519 lines");
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
    void mergesOfListsAndOfMergesAreUnderstoodTheNearestBeforeTheOthers() throws Exception {
        config.network("""
                network_id: lab
                slow: &slow {poll_rate: 60, retry: 1}
                patient: &patient {retry: 9, retry_interval: 5, <<: *slow}
                node_config:
                - {node_id: fra, url: 'http://fra', <<: [*slow, *patient]}
                - {<<: [*patient, *slow], node_id: nyc, url: 'http://nyc', poll_rate: 2}
                - {<<: *slow, <<: *patient, node_id: sgp}
                """);

        assertThat(config.readNetwork().members())
                .containsExactly(
                        new Member("fra", URI.create("http://fra"), Duration.ofSeconds(60), 1, Duration.ofSeconds(5)),
                        new Member("nyc", URI.create("http://nyc"), Duration.ofSeconds(2), 9, Duration.ofSeconds(5)),
                        new Member("sgp", null, Duration.ofSeconds(60), 1, Duration.ofSeconds(5)));
    }

    @Test
    void aMergeOfWhatIsNoMappingIsRefusedWithItsPlace() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - {node_id: fra, <<: 7}
                - node_id: nyc
                  <<: [{retry: 1}, geheim]
                """);

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:3:18: node_config[0].<<: found a text, expected a mapping or a list of"
                                + " mappings to merge",
                        "networks/lab/config.yml:5:3: node_config[1].<<: found a text, expected a mapping or a list of"
                                + " mappings to merge");
    }

    /** Each merges the one before twice: followed blindly, 2^24 mappings. */
    @Test
    void mergesOfMergesAreNeverMultiplied() throws Exception {
        StringBuilder yaml = new StringBuilder("a0: &a0 {retry: 7}\n");
        for (int i = 1; i <= 24; i++) {
            yaml.append("a%s: &a%s {<<: [*a%s, *a%s]}\n".formatted(i, i, i - 1, i - 1));
        }
        config.network(yaml + "network_id: lab\nnode_config: [{node_id: fra, <<: *a24}]\n");

        assertThat(config.readNetwork().members().getFirst().retry()).isEqualTo(7);
    }

    @Test
    void numbersAndTimesAreUnderstoodAsPeopleWriteThem() throws Exception {
        config.network("""
                network_id: lab
                defaults: {nodes: {poll_rate: 1h, retry_interval: 1m30s}}
                node_config:
                - {node_id: a, url: 'http://a', poll_rate: 1_000, retry: 1_0}
                - {node_id: b, url: 'http://b', poll_rate: 30s, retry: "0"}
                - {node_id: c, url: 'http://c', poll_rate: 2500ms, retry_interval: 1.5s}
                - {node_id: fra, url: 'http://fra', retry_interval: +7}
                """);

        assertThat(config.readNetwork().members())
                .extracting(Member::pollRate)
                .containsExactly(
                        Duration.ofSeconds(1000), Duration.ofSeconds(30), Duration.ofMillis(2500), Duration.ofHours(1));
        assertThat(config.readNetwork().members())
                .extracting(Member::retryInterval)
                .containsExactly(
                        Duration.ofSeconds(90), Duration.ofSeconds(90), Duration.ofMillis(1500), Duration.ofSeconds(7));
        assertThat(config.readNetwork().members()).extracting(Member::retry).containsExactly(10, 0, 2, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on",
                "'off'",
                "~x",
                "1:30",
                "0x10",
                "1e1",
                "1__0",
                "_1",
                "1_",
                ".5",
                "s",
                "''",
                "30 s",
                "30S",
                "1s1m",
                "1h2h",
                "-5s",
                "500ms",
                "61m",
                "100000000000000000000000s",
                "٣"
            })
    void aTimeThatIsNoneIsNamedWithItsPlace(String text) throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: fra, poll_rate: %s}]\n".formatted(text));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:2: node_config[0].poll_rate: found \"%s\", expected a number of"
                                        .formatted(text.replace("'", ""))
                                + " seconds from 1 to 3600, or a time such as 1m30s");
    }

    /** YAML 1.1 takes some for switches, numbers and times. */
    @Test
    void idsStayAsTheyAreWritten() throws Exception {
        config.network("""
                network_id: no
                node_config: [{node_id: fra}, {node_id: on}, {node_id: Off}, {node_id: yes}, {node_id: 1_0},
                  {node_id: 010}, {node_id: 0x1F}, {node_id: 1e3}, {node_id: 2026-11-28}]
                """);

        assertThat(config.readNetwork().networkId()).isEqualTo("no");
        assertThat(config.readNetwork().members())
                .extracting(Member::nodeId)
                .containsExactly("fra", "on", "Off", "yes", "1_0", "010", "0x1F", "1e3", "2026-11-28");
    }

    @Test
    void aTabIsNamedWithItsLineAndColumn() throws Exception {
        config.network("network_id: lab\nnode_config:\n- node_id: fra\n\turl: http://fra\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml:4:1: found a tab where a line is indented or a value begins,"
                        + " expected spaces");
    }

    @Test
    void aControlCharacterIsNamedWithItsLineAndColumn() throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: é\u0001}]\n");

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:2:26: found the character U+0001, expected text without control"
                                + " characters");
    }

    @Test
    void customTagsAreRefused() throws Exception {
        for (String tag : new String[] {"!!javax.script.ScriptEngineManager [x]", "!secret x", "!!python/name:os x"}) {
            config.network(TWO_NODES + "extra: " + tag + "\n");

            assertThat(config.refusals(config::readNetwork))
                    .anyMatch(text -> text.startsWith("networks/lab/config.yml:5:8: extra: found the YAML tag"));
        }
    }

    @Test
    void aTagIsNamedWithItsKeyAndColumn() throws Exception {
        config.network("""
                network_id: lab
                node_config:
                - {node_id: fra, extra: {more: [1, !secret x]}}
                - {node_id: fra, !name extra: 1}
                """);

        assertThat(config.refusals(config::readNetwork))
                .containsExactlyInAnyOrder(
                        "networks/lab/config.yml:3:36: node_config[0].extra.more[1]: found the YAML tag \"!secret\", expected"
                                + " plain YAML without tags",
                        "networks/lab/config.yml:4:18: node_config[1].extra: found the YAML tag \"!name\", expected plain"
                                + " YAML without tags");
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
                .containsExactly("networks/lab/config.yml:5:1: network_id: found the key a second time, expected every"
                        + " key once");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() throws Exception {
        config.network("network_id: lab\nnode_config: [\n");

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .startsWith("networks/lab/config.yml:3:1: found broken YAML");
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

    @Test
    void windowsLineEndsAndAByteOrderMarkAreAcceptedInAllFiles() throws Exception {
        Signer fra = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.network("\uFEFF" + TWO_NODES.replace("\n", "\r\n"))
                .write(
                        "networks/lab/pubkeys/fra.pub",
                        "\uFEFF" + fra.verifier().pem().replace("\n", "\r\n"));

        NetworkConfig network = config.readNetwork();

        assertThat(network.networkId()).isEqualTo("lab");
        assertThat(network.member("nyc").orElseThrow().url()).isEqualTo(URI.create("https://nyc.example.com"));
        assertThat(network.keys().of("fra")).containsExactly(fra.verifier());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "..", ".", "a/b", "a\\b", "/etc", ".hidden", "a.", "", "é"})
    void anIdThatWouldLeaveTheDirectoryOrHasOtherLettersIsRefused(String id) throws Exception {
        config.network("network_id: '%s'\nnode_config: [{node_id: '%s', url: 'http://fra'}]\n".formatted(id, id));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/config.yml:1: network_id: found \"%s\", expected %s"
                                .formatted(id, Identifier.RULE),
                        "networks/lab/config.yml:2: node_config[0].node_id: found \"%s\", expected %s"
                                .formatted(id, Identifier.RULE));
    }

    @Test
    void aDirectoryOfKeysThatIsALinkOutOfTheDirectoryIsRefused(@TempDir Path elsewhere) throws Exception {
        config.network(TWO_NODES);
        Signer fra = Signer.generate("fra", ConfigDirectory.RANDOM);
        Files.writeString(elsewhere.resolve("fra.pub"), fra.verifier().pem());
        Files.createSymbolicLink(temporary.resolve("networks/lab/pubkeys"), elsewhere);

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/pubkeys: found a symbolic link that leaves " + temporary
                        + ", expected a directory inside it");
    }

    @Test
    void aNetworkThatIsALinkOutOfTheDirectoryIsRefused(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve("config.yml"), TWO_NODES);
        Files.createDirectories(temporary.resolve("networks"));
        Files.createSymbolicLink(temporary.resolve("networks/lab"), elsewhere);

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml: found a symbolic link that leaves " + temporary
                        + ", expected a file inside it");
    }

    @Test
    void aLinkToNothingIsRefused() throws Exception {
        config.network(TWO_NODES);
        Files.createSymbolicLink(temporary.resolve("networks/lab/fra.pub"), Path.of("gone"));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/fra.pub: found a file that can't be read (NoSuchFileException), expected"
                        + " a readable file");
    }

    @Test
    void filesThatSomebodyHoldsAsAMapAreReadLikewise() throws Exception {
        NetworkFiles files = new NetworkFiles(
                "lab/",
                Map.of(
                        "config.yml",
                        new NetworkFile.Text(TWO_NODES),
                        "nyc.pub",
                        new NetworkFile.Fault("a symbolic link", "the file itself")),
                false,
                null);

        assertThat(config.refusals(() -> config.reader().network(config.source(), files)))
                .containsExactly("lab/nyc.pub: found a symbolic link, expected the file itself");
    }

    /** As the kubelet refreshes a Secret: only afterwards it makes links for new names, and removes those of old ones. */
    @Test
    void aMountedSecretIsOfOneTimeThoughTheLinksOfItsNamesAreNot() throws Exception {
        Signer fra = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.write("networks/lab/..2/config.yml", TWO_NODES)
                .write("networks/lab/..2/fra.pub", fra.verifier().pem());
        Path lab = temporary.resolve("networks/lab");
        Files.createSymbolicLink(lab.resolve("..data"), Path.of("..2"));
        Files.createSymbolicLink(lab.resolve("config.yml"), Path.of("..data/config.yml"));
        Files.createSymbolicLink(lab.resolve("old.pub"), Path.of("..data/old.pub"));

        assertThat(config.readNetwork().keys().of("fra")).containsExactly(fra.verifier());
        assertThat(config.reader().files(config.source()).files()).containsOnlyKeys("config.yml", "fra.pub");
    }

    /** The points of order 1, 2, 4 and 8, the all-zero key among them, and two that are no points in canonical form. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void everyKeyOfSmallOrderIsRefused(String raw) throws Exception {
        config.network(TWO_NODES).write("networks/lab/pubkeys/nyc.pub", pem("302a300506032b6570032100" + raw));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/pubkeys/nyc.pub: found no usable key (the key is not a usable Ed25519"
                        + " public key (not on the curve, or of small order)), expected 1 to 4 Ed25519 public keys,"
                        + " SPKI as PEM or ssh-ed25519 lines");
    }

    @Test
    void aKeyOfAnotherAlgorithmOfTheSameLengthIsRefused() throws Exception {
        // X25519: its object identifier differs from Ed25519's in the last byte.
        config.network(TWO_NODES)
                .write("networks/lab/pubkeys/nyc.pub", pem("302a300506032b656e032100" + "09".repeat(32)));

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("nyc.pub: found no usable key (found a key of the kind X25519, expected an Ed25519 one)");
    }

    @Test
    void aPrivateKeyInAPublicKeysPlaceIsRefusedWithoutShowingIt() throws Exception {
        String secret = Signer.generate("nyc", ConfigDirectory.RANDOM).privatePem();
        config.network(TWO_NODES).write("networks/lab/pubkeys/nyc.pub", secret);

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("nyc.pub: found no usable key (found a PEM block PRIVATE KEY, expected PUBLIC KEY)")
                .doesNotContain(secret.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void moreThanFourKeysOfOneMemberAreRefused() throws Exception {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            keys.append(
                    Signer.generate("nyc", ConfigDirectory.RANDOM).verifier().pem());
        }
        config.network(TWO_NODES).write("networks/lab/pubkeys/nyc.pub", keys.toString());

        assertThat(config.refusals(config::readNetwork))
                .singleElement()
                .asString()
                .contains("found more than 4 keys, expected at most 4");
    }

    /** Each of them verified as a point of the curve, they would take a node seconds. */
    @Test
    void ofThousandsOfKeysNoMoreThanFourAreLookedAt() throws Exception {
        String key = Signer.generate("nyc", ConfigDirectory.RANDOM).verifier().pem();
        config.network(TWO_NODES).write("networks/lab/pubkeys/nyc.pub", key.repeat(9000));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly(
                        "networks/lab/pubkeys/nyc.pub: found no usable key (found more than 4 keys,"
                                + " expected at most 4), expected 1 to 4 Ed25519 public keys, SPKI as PEM or ssh-ed25519 lines");
    }

    @Test
    void aKeyFileOverAMegabyteIsRefused() throws Exception {
        config.network(TWO_NODES).write("networks/lab/pubkeys/nyc.pub", " ".repeat((1 << 20) + 1));

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/pubkeys/nyc.pub: found more than 1 MiB, expected at most 1 MiB");
    }

    @Test
    void aNetworkThatIsMeantForOtherVersionsIsWarnedOf() throws Exception {
        config.network("node_version: ['>=3.0.0', '<4']\n" + TWO_NODES);
        config.publish("fra");
        config.publish("nyc");

        assertThat(warningsOf("0.1.0-SNAPSHOT"))
                .containsExactly("networks/lab/config.yml:1: node_version: the network is meant for \">=3.0.0, <4\","
                        + " this node is 0.1.0-SNAPSHOT");
        assertThat(warningsOf("3.9.9")).isEmpty();
    }

    @Test
    void versionsThatAreNotUnderstoodAreWarnedOf() throws Exception {
        config.network("node_version: new enough\n" + TWO_NODES);
        config.publish("fra");
        config.publish("nyc");

        assertThat(warningsOf("0.1.0"))
                .containsExactly("networks/lab/config.yml:1: node_version: \"new enough\" is not understood, expected"
                        + " conditions such as \">=0.1.0\" and \"<2\"");

        config.network("node_version: {min: 1}\n" + TWO_NODES);

        assertThat(warningsOf("0.1.0"))
                .containsExactly(
                        "networks/lab/config.yml:1: node_version: ignored, since it is neither a text nor a list"
                                + " of at most 20 texts");
    }

    /** Nine levels of nine references each: expanded, a billion texts. */
    @Test
    void aliasesOfAliasesAreNeverExpanded() throws Exception {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i <= 9; i++) {
            bomb.append("a%s: &a%s [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        config.network(bomb + TWO_NODES);

        assertThat(config.refusals(config::readNetwork))
                .containsExactly("networks/lab/config.yml: found broken YAML (Number of aliases for non-scalar nodes"
                        + " exceeds the specified max=50), expected a YAML mapping");
    }

    private List<String> warningsOf(String version) throws ConfigException {
        ConfigReader reader = new ConfigReader(temporary, ConfigReader.NODE_CONF, version);
        return reader.network(config.source(), reader.files(config.source())).warnings();
    }

    private static String pem(String hex) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex))
                + "\n-----END PUBLIC KEY-----\n";
    }
}
