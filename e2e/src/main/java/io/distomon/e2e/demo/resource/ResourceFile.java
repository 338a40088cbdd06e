package io.distomon.e2e.demo.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A DistomonNetwork in a YAML file, judged as a cluster judges it before anything is stored. */
public final class ResourceFile {
    private static final int MAX_BYTES = 1 << 20;

    /** Of Kubernetes' ObjectMeta, what a person writes. What the server fills in is let through, as kubectl does. */
    private static final Set<String> METADATA = Set.of(
            "name",
            "namespace",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "creationTimestamp",
            "generation",
            "managedFields",
            "resourceVersion",
            "uid");

    private final String name;
    private final YamlDocument document;
    private final List<Mistake> mistakes;

    private ResourceFile(String name, YamlDocument document, List<Mistake> mistakes) {
        this.name = name;
        this.document = document;
        this.mistakes = List.copyOf(mistakes);
    }

    /** Reads and judges {@code file}; never throws for what a user can get wrong. */
    public static ResourceFile read(Path file, CustomResourceSchema crd) {
        String name = file.toString();
        try {
            return parse(name, text(file), crd);
        } catch (NoSuchFileException e) {
            return unreadable(name, "no such file");
        } catch (CharacterCodingException e) {
            return unreadable(name, "found bytes that are no UTF-8");
        } catch (TooLargeException e) {
            return unreadable(name, "found more than " + MAX_BYTES + " bytes");
        } catch (IOException e) {
            return unreadable(name, Files.isDirectory(file) ? "found a directory" : "can't be read");
        }
    }

    /** Judges what a file holds. */
    static ResourceFile parse(String name, String text, CustomResourceSchema crd) {
        YamlDocument document = YamlDocument.parse(name, text);
        List<Mistake> mistakes = new ArrayList<>(document.mistakes());
        if (mistakes.isEmpty()) {
            mistakes.addAll(judge(document, crd));
        }
        return new ResourceFile(name, document, mistakes);
    }

    /** What is wrong, in the file's order; empty means that the schema takes it. */
    public List<Mistake> mistakes() {
        return mistakes;
    }

    /** The resource with the schema's defaults. A new copy each time. Only of a file without mistakes. */
    public ObjectNode resource() {
        if (!mistakes.isEmpty() || !(document.root() instanceof ObjectNode resource)) {
            throw new IllegalStateException(name + " has mistakes");
        }
        return resource.deepCopy();
    }

    /** A mistake that someone else found, at its line. */
    public Mistake mistake(String field, String message) {
        return document.mistake(field, message);
    }

    private static ResourceFile unreadable(String name, String found) {
        return new ResourceFile(
                name,
                YamlDocument.parse(name, ""),
                List.of(new Mistake(name, 0, "", found + ", expected a YAML file with one DistomonNetwork")));
    }

    private static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("a directory");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new TooLargeException();
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private static List<Mistake> judge(YamlDocument document, CustomResourceSchema crd) {
        JsonNode root = document.root();
        if (!(root instanceof ObjectNode resource)) {
            return List.of(document.mistake(FieldPath.ROOT, "found no map, expected one " + crd.kind()));
        }
        List<Mistake> mistakes = new ArrayList<>();
        expect(document, "apiVersion", crd.apiVersion(), mistakes);
        expect(document, "kind", crd.kind(), mistakes);
        if (!mistakes.isEmpty()) {
            return mistakes; // the schema says nothing about other kinds
        }
        resource.remove("status"); // an API server drops it from what a user applies
        JsonNode metadata = resource.path("metadata");
        if (metadata.isObject()) {
            judgeMetadata(document, metadata, mistakes);
        }
        ObjectNode schema = crd.schema().deepCopy();
        // Every CRD has these without saying so.
        ObjectNode properties = schema.withObjectProperty("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties
                .withObjectProperty("metadata")
                .put("type", "object")
                .put("x-kubernetes-preserve-unknown-fields", true);
        new StructuralSchema(schema)
                .apply(resource, FieldPath.ROOT, (field, message) -> mistakes.add(document.mistake(field, message)));
        mistakes.sort(Comparator.comparingInt(Mistake::line));
        return mistakes;
    }

    private static void expect(YamlDocument document, String field, String wanted, List<Mistake> mistakes) {
        JsonNode found = document.root().path(field);
        if (!found.isTextual() || !found.textValue().equals(wanted)) {
            String shown = found.isMissingNode() || found.isNull() ? "nothing" : found.toString();
            mistakes.add(document.mistake(field, "found " + shown + ", expected " + wanted));
        }
    }

    private static void judgeMetadata(YamlDocument document, JsonNode metadata, List<Mistake> mistakes) {
        for (Map.Entry<String, JsonNode> field : metadata.properties()) {
            String path = FieldPath.member("metadata", field.getKey());
            if (!METADATA.contains(field.getKey())) {
                mistakes.add(document.mistake(
                        path, "found an unknown field, expected one of name, namespace, labels, annotations"));
            }
        }
        if (!metadata.path("name").isTextual()) {
            mistakes.add(document.mistake("metadata.name", "found no text, expected the network's name"));
        }
        for (String map : List.of("labels", "annotations")) {
            for (Map.Entry<String, JsonNode> entry : metadata.path(map).properties()) {
                if (!entry.getValue().isTextual()) {
                    mistakes.add(document.mistake(
                            FieldPath.member("metadata." + map, entry.getKey()),
                            "found " + entry.getValue() + ", expected a text (in quotes)"));
                }
            }
        }
    }

    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;
    }
}
