package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.config.NetworkWriter;
import io.distomon.node.git.Upstream;
import java.io.IOException;
import java.nio.file.Files;
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

/** What {@code /info} tells whoever looks after a node whose files are not quite as they should be. */
class InfoTest {
    private NetworkOnDisk network;
    private Path directory;
    private @Nullable Node node;

    @BeforeEach
    void write(@TempDir Path root) {
        network = new NetworkOnDisk(root, "fra", "ams");
        directory = network.directory("fra");
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void otherVersionsAndUnknownKeysAreWarnedOf() throws Exception {
        Path file = directory.resolve("networks/lab/config.yml");
        Files.writeString(file, "node_version: '>=999.0.0'\ngroups: []\n" + Files.readString(file));
        node = Node.start(network.properties("fra"));

        assertThat(lab().get("warnings"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "networks/lab/config.yml:1: node_version: the network is meant for \">=999.0.0\", this node is %s"
                                .formatted(Version.current()),
                        "networks/lab/config.yml:2: unknown key \"groups\" is ignored");
    }

    @Test
    void aLostPrivateKeyIsToldWhileTheOtherNetworksRun() throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        Files.createDirectories(directory.resolve("networks/other"));
        Files.writeString(
                directory.resolve("networks/other/config.yml"), "network_id: other\nnode_config: [{node_id: fra}]\n");
        Files.writeString(directory.resolve("nodeconf.yml"), """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: other, node_id: fra, config_type: local}
                login_password_file: password
                """);
        node = Node.start(network.properties("fra"));

        JsonNode info = info();
        assertThat(info.get("networks")).hasSize(1);
        assertThat(info.get("networks").get(0).get("network_id").asText()).isEqualTo("other");
        JsonNode lost = info.get("not_running").get(0);
        assertThat(lost.get("name").asText()).isEqualTo("lab");
        assertThat(lost.get("error").asText())
                .startsWith(
                        ".private_keys/fra_lab.key: found no file, though networks/lab/fra.pub publishes a key of ours")
                .contains(network.signer("fra").verifier().fingerprint());
        assertThat(directory.resolve(".private_keys/fra_lab.key")).doesNotExist();
    }

    @Test
    void theKeyMadeOnAFirstStartIsPrintedToBeCommittedAndUsedFromThenOn(@TempDir Path elsewhere) throws Exception {
        Files.delete(directory.resolve(".private_keys/fra_lab.key"));
        List<String> ids = List.of("fra", "ams");
        Map<String, String> files = new HashMap<>(NetworkWriter.shared(
                NetworkOnDisk.NETWORK, ids.stream().map(network::member).toList(), network.keys(ids)));
        files.remove("fra.pub");
        try (Upstream upstream = new Upstream(elsewhere.resolve("upstream"))) {
            upstream.commit(files);
            Files.writeString(directory.resolve("nodeconf.yml"), """
                    networks:
                    - {name: lab, node_id: fra, config_type: git, git_repo: "%s", git_poll_seconds: 1}
                    login_password_file: password
                    """.formatted(upstream.url()));
            node = Node.start(network.properties("fra"));
            String made = lab().get("public_key").asText();
            assertThat(lab().at("/public_keys/fra")).isEmpty();
            assertThat(lab().get("warnings"))
                    .extracting(JsonNode::asText)
                    .containsExactly("lab/fra.pub: no public key of fra: what it signs is not trusted");

            upstream.commit(Map.of("fra.pub", made));

            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(lab().at("/public_keys/fra"))
                            .extracting(JsonNode::asText)
                            .containsExactly(made));
            assertThat(lab().get("public_key").asText()).isEqualTo(made);
            assertThat(lab().get("warnings")).isEmpty();
        }
    }

    private JsonNode lab() throws IOException, InterruptedException {
        return info().get("networks").get(0);
    }

    private JsonNode info() throws IOException, InterruptedException {
        try (ApiClient api = new ApiClient(network.apiPort("fra"))) {
            return ApiClient.json(api.get("/info", api.token()));
        }
    }
}
