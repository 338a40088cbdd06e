package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A {@code DistomonNetwork} as it was at one moment. */
record Status(JsonNode resource) {
    static final List<String> CONDITIONS =
            List.of("Accepted", "KeysReady", "NodesAvailable", "MirrorFresh", "MeshHealthy", "Ready");

    /** True, False or Unknown; "not yet" before the operator has said anything about this generation. */
    String condition(String type) {
        long generation = resource.at("/metadata/generation").asLong();
        return find("conditions", "type", type)
                .filter(condition -> condition.path("observedGeneration").asLong() == generation)
                .map(condition -> condition.path("status").asText())
                .orElse("not yet");
    }

    /** Reason and message of a condition. */
    String explanation(String type) {
        return find("conditions", "type", type)
                .map(condition -> condition.path("reason").asText() + ": "
                        + condition.path("message").asText())
                .orElse("nothing");
    }

    /** Every condition is True, and so many of the members are online. */
    void assertWell(String online) {
        for (String condition : CONDITIONS) {
            assertThat(condition(condition))
                    .as("%s, %s", condition, explanation(condition))
                    .isEqualTo("True");
        }
        assertThat(online()).isEqualTo(online);
    }

    /** As in 2/3. */
    String online() {
        return resource.at("/status/summary/onlineOfNodes").asText();
    }

    /** Online, Offline, Degraded or Unknown. */
    String stateOf(String node) {
        return find("nodes", "id", node)
                .map(status -> status.path("state").asText())
                .orElse("not listed");
    }

    /** Of the key that a node signs with; empty when it is not told. */
    String keyFingerprintOf(String node) {
        return find("nodes", "id", node)
                .map(status -> status.path("keyFingerprint").asText())
                .orElse("");
    }

    /** The public keys of a node, as PEM; empty when they are not told. */
    String publicKeyOf(String node) {
        return find("nodes", "id", node)
                .map(status -> status.path("publicKeys")
                        .valueStream()
                        .map(JsonNode::asText)
                        .collect(Collectors.joining()))
                .orElse("");
    }

    /** The commit that a node runs with; empty when it is not told. */
    String commitOf(String node) {
        return find("nodes", "id", node)
                .map(status -> status.path("commit").asText())
                .orElse("");
    }

    /** The broken links, as in {@code fra>ams Down}. */
    List<String> links() {
        return resource.at("/status/links")
                .valueStream()
                .map(link -> "%s>%s %s"
                        .formatted(
                                link.path("from").asText(),
                                link.path("to").asText(),
                                link.path("state").asText()))
                .toList();
    }

    private Optional<JsonNode> find(String list, String key, String value) {
        return resource.path("status")
                .path(list)
                .valueStream()
                .filter(entry -> entry.path(key).asText().equals(value))
                .findFirst();
    }
}
