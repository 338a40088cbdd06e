package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A manifest of {@code e2e/samples}, put into another namespace and changed as users change it. */
final class Sample {
    private final ObjectNode manifest;

    private Sample(ObjectNode manifest) {
        this.manifest = manifest;
    }

    static Sample read(String name, String namespace) {
        try {
            ObjectNode manifest = (ObjectNode)
                    new YAMLMapper().readTree(Path.of("samples", name).toFile());
            manifest.withObjectProperty("metadata").put("namespace", namespace);
            return new Sample(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return manifest.at("/metadata/name").asText();
    }

    String networkId() {
        JsonNode given = manifest.at("/spec/networkId");
        return given.isMissingNode() ? name() : given.asText();
    }

    List<String> nodes() {
        return manifest.at("/spec/nodes")
                .valueStream()
                .map(node -> node.path("id").asText())
                .toList();
    }

    int intervalSeconds() {
        return manifest.at("/spec/probe/intervalSeconds").asInt(10);
    }

    int retries() {
        return manifest.at("/spec/probe/retries").asInt(2);
    }

    /** The same without one of its nodes. */
    Sample without(String node) {
        Sample other = new Sample(manifest.deepCopy());
        ArrayNode nodes = (ArrayNode) other.manifest.at("/spec/nodes");
        nodes.removeIf(entry -> entry.path("id").asText().equals(node));
        return other;
    }

    /** The same with one more node. */
    Sample with(Map<String, String> node) {
        Sample other = new Sample(manifest.deepCopy());
        ObjectNode added = ((ArrayNode) other.manifest.at("/spec/nodes")).addObject();
        new TreeMap<>(node).forEach(added::put);
        return other;
    }

    /** The same, whose managed nodes are reached from elsewhere by these URLs; %s is a node's id. */
    Sample withUrls(String format) {
        Sample other = new Sample(manifest.deepCopy());
        other.manifest
                .at("/spec/nodes")
                .valueStream()
                .forEach(node -> ((ObjectNode) node)
                        .put("url", format.formatted(node.path("id").asText())));
        return other;
    }

    /** The same with a member that runs elsewhere. */
    Sample withExternal(String node, String url, String publicKey) {
        Sample other = with(Map.of("id", node, "type", "External", "url", url));
        ArrayNode nodes = (ArrayNode) other.manifest.at("/spec/nodes");
        ((ObjectNode) nodes.get(nodes.size() - 1)).putArray("publicKeys").add(publicKey);
        return other;
    }

    /** The same with another key asked for. */
    Sample withKeyGeneration(String node, int generation) {
        Sample other = new Sample(manifest.deepCopy());
        other.manifest
                .at("/spec/nodes")
                .valueStream()
                .filter(entry -> entry.path("id").asText().equals(node))
                .forEach(entry -> ((ObjectNode) entry).put("keyGeneration", generation));
        return other;
    }

    /** The same with another value of a field of the spec. */
    Sample withSpec(String field, String value) {
        Sample other = new Sample(manifest.deepCopy());
        other.manifest.withObjectProperty("spec").put(field, value);
        return other;
    }

    /** The same with a switch of the spec. */
    Sample withSpec(String field, boolean value) {
        Sample other = new Sample(manifest.deepCopy());
        other.manifest.withObjectProperty("spec").put(field, value);
        return other;
    }

    /** The same with an annotation that all pods get, which restarts them. */
    Sample withPodAnnotation(String name, String value) {
        Sample other = new Sample(manifest.deepCopy());
        other.manifest
                .withObjectProperty("spec")
                .withObjectProperty("pod")
                .withObjectProperty("annotations")
                .put(name, value);
        return other;
    }

    /** For {@code kubectl apply -f -}. */
    String manifest() {
        return manifest.toString();
    }
}
