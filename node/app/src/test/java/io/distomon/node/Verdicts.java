package io.distomon.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What an answer of {@code /view/{network_id}} says of each member. */
record Verdicts(JsonNode view) {
    /** Each member's state, by its id. */
    Map<String, String> states() {
        Map<String, String> states = new LinkedHashMap<>();
        view.path("nodes")
                .forEach(node -> states.put(
                        node.get("node_id").asText(), node.get("state").asText()));
        return states;
    }

    /** All that is said of one. */
    JsonNode of(String nodeId) {
        return StreamSupport.stream(view.get("nodes").spliterator(), false)
                .filter(node -> node.get("node_id").asText().equals(nodeId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no verdict on " + nodeId));
    }
}
