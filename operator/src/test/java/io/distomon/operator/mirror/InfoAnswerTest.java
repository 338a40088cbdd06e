package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.operator.members.NetworkMembers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node says of itself, as nodes say it, and as nobody should. */
class InfoAnswerTest {
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final String RUNNING = """
            {"version": "1", "networks": [{"network_id": "lab", "node_id": "fra", "topology": "sparse", "degree": 3,
             "public_keys": {"fra": ["%s"], "nyc": []}, "key_fingerprints": {"fra": ["x"]},
             "members": [
              {"node_id": "fra", "url": "http://fra:8000", "poll_rate": 1.5, "retry": 0, "retry_interval": 0.5, "monitor": null},
              {"node_id": "nyc", "url": null, "poll_rate": 10.0, "retry": 2, "retry_interval": null, "monitor": "waiting"}],
             "warnings": ["w"],
             "config": {"type": "git", "digest": "d", "commit": "abc", "newest": "def",
              "loaded_at": "2026-05-01T10:00:00Z", "fetched_at": null, "error": "a line\\nand another"}}],
             "not_running": [], "tls": null, "warnings": []}
            """.formatted(FRA.verifier().pem().replace("\n", "\\n"));

    @Test
    void aConfigIsKnownWholeWithItsCommitAndWhatIsWrongWithTheNewest() throws Exception {
        ConfigReport report = read(RUNNING);

        assertThat(report.commit()).isEqualTo("abc");
        assertThat(report.newest()).isEqualTo("def");
        assertThat(report.loadedAt()).isEqualTo(Instant.parse("2026-05-01T10:00:00Z"));
        assertThat(report.error()).startsWith("a line").doesNotContain("\n");
        assertThat(report.refusesNewest()).isTrue();
        assertThat(report.members())
                .isEqualTo(new NetworkMembers(
                        "lab",
                        List.of(
                                new Member(
                                        "fra",
                                        URI.create("http://fra:8000"),
                                        Duration.ofMillis(1500),
                                        0,
                                        Duration.ofMillis(500)),
                                new Member("nyc", null, Duration.ofSeconds(10), 2)),
                        new KeyMapping(Map.of("fra", List.of(FRA.verifier()), "nyc", List.of())),
                        new Topology(Topology.Mode.SPARSE, 3)));
    }

    @Test
    void aNodeThatWaitsForItsRepositorySaysWhy() throws Exception {
        ConfigReport report = read(
                "{\"networks\": [], \"not_running\": [{\"name\": \"lab\", \"newest\": \"def\", \"error\": \"bad\"}]}");

        assertThat(report).isEqualTo(new ConfigReport(null, "def", Instant.EPOCH, "bad", null));
        assertThat(report.refusesNewest()).isTrue();
    }

    @Test
    void anotherNetworksRepositoryIsRefusedInWords() throws Exception {
        ConfigReport report = read(RUNNING.replace("\"network_id\": \"lab\"", "\"network_id\": \"prod\""));

        assertThat(report.members()).isNull();
        assertThat(report.commit()).isNull();
        assertThat(report.refusesNewest()).isTrue();
        assertThat(report.error()).isEqualTo("found network_id \"prod\" in config.yml, expected lab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"networks\": {}}",
                "{\"networks\": [{\"network_id\": \"lab\", \"degree\": 2}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"topology\": \"ring\"}]}",
                "{\"networks\": [{\"network_id\": \"a/b\"}]}",
                "{\"networks\": [{\"network_id\": \"lab\"}, {\"network_id\": \"lab\"}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"public_keys\": {\"fra\": [\"AAAA\"]}}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"members\": [{\"node_id\": \"fra\", \"poll_rate\": 0}]}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"members\": [{\"poll_rate\": 1}]}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"members\": [{\"node_id\": \"a\"}, {\"node_id\": \"a\"}]}]}",
                "{\"networks\": [{\"network_id\": \"lab\", \"config\": {\"loaded_at\": \"yesterday\"}}]}"
            })
    void whatNoNodeSaysIsNotTaken(String answer) {
        assertThatThrownBy(() -> read(answer)).isInstanceOf(InvalidJsonException.class);
    }

    private static ConfigReport read(String json) throws InvalidJsonException {
        return InfoAnswer.read(json.getBytes(StandardCharsets.UTF_8), "lab");
    }
}
