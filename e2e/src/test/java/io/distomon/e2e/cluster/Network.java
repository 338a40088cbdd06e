package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One {@code DistomonNetwork} and its children, as kubectl shows them at this moment. */
record Network(Kubectl kubectl, String name) {
    /** The resource; there must be one. */
    JsonNode resource() {
        return one("distomonnetwork", name);
    }

    /** What the operator says at this moment. */
    Status status() {
        return new Status(resource());
    }

    JsonNode deployment(String node) {
        return one("deployment", name + "-" + node);
    }

    /** The node's pod that is not on its way out. */
    JsonNode pod(String node) {
        List<JsonNode> pods = kubectl.list("pods", labels() + ",distomon.io/node=" + node).stream()
                .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
                .toList();
        if (pods.size() != 1) {
            throw new AssertionError("%s has %d pods, expected one".formatted(node, pods.size()));
        }
        return pods.getFirst();
    }

    /** The nodes that have a ready pod which is not on its way out, with this image if one is given. */
    Set<String> readyWith(@Nullable String image) {
        return kubectl.list("pods", labels()).stream()
                .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
                .filter(pod -> pod.at("/status/conditions")
                        .valueStream()
                        .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                                && condition.path("status").asText().equals("True")))
                .filter(pod -> image == null
                        || pod.at("/spec/containers/0/image").asText().equals(image))
                .map(pod -> pod.at("/metadata/labels/distomon.io~1node").asText())
                .collect(Collectors.toSet());
    }

    String podName(String node) {
        return pod(node).at("/metadata/name").asText();
    }

    /** The names of the nodes' pods, by node. */
    Map<String, String> podNames(List<String> nodes) {
        return nodes.stream().collect(Collectors.toMap(Function.identity(), this::podName));
    }

    /** The data of a Secret as text. */
    Map<String, String> secret(String secretName) {
        Map<String, String> data = new TreeMap<>();
        one("secret", secretName)
                .path("data")
                .properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        new String(Base64.getDecoder().decode(entry.getValue().asText()), StandardCharsets.UTF_8)));
        return data;
    }

    /** The data of a ConfigMap. */
    Map<String, String> configMap(String configMapName) {
        Map<String, String> data = new TreeMap<>();
        one("configmap", configMapName)
                .path("data")
                .properties()
                .forEach(entry -> data.put(entry.getKey(), entry.getValue().asText()));
        return data;
    }

    String keySecretName(String node) {
        return name + "-" + node + "-key-1";
    }

    /** The names of the Secrets with a node's keys. */
    List<String> keySecrets(String node) {
        return kubectl.list("secrets", labels() + ",distomon.io/node=" + node).stream()
                .map(secret -> secret.at("/metadata/name").asText())
                .toList();
    }

    /** How many templates a node's pods have had: each change of it restarts the node. */
    int templates(String node) {
        return kubectl.list("replicasets", labels() + ",distomon.io/node=" + node)
                .size();
    }

    /** What a key Secret is recognized by again; never the key itself, which a failed assertion would show. */
    String keyDigest(String node) {
        try {
            byte[] data = secret(keySecretName(node)).toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kind and name of every child there is. */
    List<String> children() {
        return children("secrets,configmaps,services,deployments,replicasets,pods", labels());
    }

    /** Kind and name of every child of one node. */
    List<String> children(String node) {
        return children("secrets,services,deployments,replicasets,pods", labels() + ",distomon.io/node=" + node);
    }

    String labels() {
        return "distomon.io/network=" + name;
    }

    private List<String> children(String kinds, String labels) {
        return kubectl.list(kinds, labels).stream()
                .map(child -> child.path("kind").asText() + " "
                        + child.at("/metadata/name").asText())
                .toList();
    }

    private JsonNode one(String kind, String objectName) {
        return kubectl.get(kind, objectName)
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + objectName));
    }
}
