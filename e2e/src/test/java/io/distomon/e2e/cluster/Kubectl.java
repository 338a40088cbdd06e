package io.distomon.e2e.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** kubectl on the cluster, in one namespace. */
record Kubectl(String namespace) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** For what must succeed; what it prints. */
    String output(String... arguments) {
        return command(arguments).output();
    }

    /** {@code kubectl apply} of a manifest, whatever comes of it. */
    Command.Result apply(String manifest) {
        return command("apply", "-f", "-").reading(manifest).run();
    }

    /** The object; empty when there is none of that name. */
    Optional<JsonNode> get(String kind, String name) {
        String json = output("get", kind, name, "-o", "json", "--ignore-not-found");
        return json.isBlank() ? Optional.empty() : Optional.of(read(json));
    }

    /** The objects that carry the labels, such as {@code distomon.io/network=lab}. */
    List<JsonNode> list(String kinds, String labels) {
        JsonNode items = read(output("get", kinds, "-l", labels, "-o", "json")).path("items");
        return StreamSupport.stream(items.spliterator(), false).toList();
    }

    Command command(String... arguments) {
        return Command.script(
                "cluster",
                Stream.concat(Stream.of("kubectl", "--namespace", namespace), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No JSON: " + json, e);
        }
    }
}
