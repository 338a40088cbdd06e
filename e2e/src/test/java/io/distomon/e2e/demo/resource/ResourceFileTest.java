package io.distomon.e2e.demo.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a file can be wrong, by its message, against a small CRD that has every keyword. */
class ResourceFileTest {
    private static final CustomResourceSchema CRD = CustomResourceSchema.of(crd());

    private static final String HEAD = """
        apiVersion: distomon.io/v1alpha1
        kind: DistomonNetwork
        metadata: {name: lab}
        """;

    record Refused(String yaml, List<String> expected) {
        Refused(String yaml, String... expected) {
            this(yaml, List.of(expected));
        }

        @Override
        public String toString() {
            return expected.getFirst();
        }
    }

    static List<Refused> refused() {
        return List.of(
                new Refused("", "f.yaml:1: found nothing, expected one DistomonNetwork"),
                new Refused("# only a comment\n---\n", "f.yaml:1: found nothing, expected one DistomonNetwork"),
                new Refused(
                        HEAD + "spec: {nodes: [{id: a}]}\n---\n" + HEAD,
                        "f.yaml:6: found a second document, expected one DistomonNetwork alone"),
                new Refused("just text", "f.yaml:1: found no map, expected one DistomonNetwork"),
                new Refused(
                        "apiVersion: v1\nkind: Secret\n",
                        "f.yaml:1: apiVersion: found \"v1\", expected distomon.io/v1alpha1",
                        "f.yaml:2: kind: found \"Secret\", expected DistomonNetwork"),
                new Refused(
                        "metadata: {}",
                        "f.yaml:1: apiVersion: found nothing, expected distomon.io/v1alpha1",
                        "f.yaml:1: kind: found nothing, expected DistomonNetwork"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: [a\n",
                        "f.yaml:7: broken YAML: expected ',' or ']', but got <stream end> (while parsing a flow"
                                + " sequence), column 1"),
                new Refused(
                        HEAD + "spec:\n\tnodes: []\n",
                        "f.yaml:5: broken YAML: found character '\\t(TAB)' that cannot start any token. (Do not use"
                                + " \\t(TAB) for indentation) (while scanning for the next token), column 1"),
                new Refused(
                        HEAD,
                        "f.yaml:1: spec: found nothing, expected a map with nodes, paused, weight, mode, size, labels, open"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: a\n    id: b\n",
                        "f.yaml:7: spec.nodes[0].id: found a second time, expected once (the first is in line 6)"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  <<: {paused: true}\n",
                        "f.yaml:6: spec: found a merge key (<<), expected the fields themselves"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  nodez: []\n",
                        "f.yaml:6: spec.nodez: found an unknown field, expected one of nodes, paused, weight, mode,"
                                + " size, labels, open"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: a\n  - id: b\n  - id: a\n",
                        "f.yaml:8: spec.nodes[2].id: found \"a\" a second time, expected once (the first is"
                                + " spec.nodes[0])"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: no\n",
                        "f.yaml:6: spec.nodes[0].id: found false, expected a text (in quotes)"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: UPPER\n",
                        "f.yaml:6: spec.nodes[0].id: found \"UPPER\", expected a text that matches ^[a-z]+$"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: toolongid\n",
                        "f.yaml:6: spec.nodes[0].id: found 9 characters, expected at most 8"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - type: Managed\n",
                        "f.yaml:6: spec.nodes[0].id: found nothing, expected a text"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - {id: a, type: Foo}\n",
                        "f.yaml:6: spec.nodes[0].type: found \"Foo\", expected one of Managed, External"),
                new Refused(HEAD + "spec:\n  nodes: []\n", "f.yaml:5: spec.nodes: found 0 items, expected at least 1"),
                new Refused(HEAD + "spec:\n  nodes: a\n", "f.yaml:5: spec.nodes: found \"a\", expected a list"),
                new Refused(HEAD + "spec:\n  nodes:\n", "f.yaml:5: spec.nodes: found nothing, expected a list"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  weight: 0\n  paused: 1\n  size: 1.5\n",
                        "f.yaml:6: spec.weight: found 0, expected at least 1",
                        "f.yaml:7: spec.paused: found 1, expected true or false",
                        "f.yaml:8: spec.size: found 1.5, expected a whole number or a text"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  weight: 99\n",
                        "f.yaml:6: spec.weight: found 99, expected less than 10"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  labels: {a/b: 1}\n",
                        "f.yaml:6: spec.labels[\"a/b\"]: found 1, expected a text (in quotes)"),
                new Refused(
                        HEAD.replace("{name: lab}", "{name: Lab, label: {}}") + "spec:\n  nodes: [{id: a}]\n",
                        "f.yaml:3: metadata.label: found an unknown field, expected one of name, namespace, labels,"
                                + " annotations",
                        "f.yaml:3: metadata.name: found \"Lab\", expected a text that matches ^[a-z]+$"),
                new Refused(
                        HEAD.replace("{name: lab}", "{}") + "spec:\n  nodes: [{id: a}]\n",
                        "f.yaml:3: metadata.name: found no text, expected the network's name"),
                new Refused("a: &a [*a]\n", "f.yaml: broken YAML: more than 32 levels, or an anchor inside itself"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aMistakeIsOneLineWithItsPlaceWhatWasFoundAndWhatIsExpected(Refused refused) {
        assertThat(ResourceFile.parse("f.yaml", refused.yaml(), CRD).mistakes())
                .extracting(Mistake::toString)
                .containsExactlyElementsOf(refused.expected());
    }

    @Test
    void aMissingFileADirectoryAndOneThatIsNoTextAreNamed(@TempDir Path dir) throws IOException {
        Path binary = Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Path large = Files.writeString(dir.resolve("large"), " ".repeat((1 << 20) + 1));

        assertThat(ResourceFile.read(Path.of("nowhere.yaml"), CRD).mistakes())
                .extracting(Mistake::toString)
                .containsExactly("nowhere.yaml: no such file, expected a YAML file with one DistomonNetwork");
        assertThat(ResourceFile.read(dir, CRD).mistakes().getFirst().message()).startsWith("found a directory");
        assertThat(ResourceFile.read(binary, CRD).mistakes().getFirst().message())
                .startsWith("found bytes that are no UTF-8");
        assertThat(ResourceFile.read(large, CRD).mistakes().getFirst().message())
                .startsWith("found more than 1048576 bytes");
    }

    @Test
    void defaultsAreFilledInAlsoInsideListItemsAndForNulls() {
        ResourceFile file = ResourceFile.parse("f.yaml", HEAD + "spec: {nodes: [{id: a}], paused: null}", CRD);

        assertThat(file.mistakes()).isEmpty();
        JsonNode spec = file.resource().path("spec");
        assertThat(spec.at("/nodes/0/type").asText()).isEqualTo("Managed");
        assertThat(spec.at("/paused").asBoolean(true)).isFalse();
        assertThat(spec.at("/mode/degree").asInt()).isEqualTo(12);
    }

    @Test
    void theStatusThatSomeoneCopiedAlongIsDroppedAsAnApiServerDoes() {
        ResourceFile file = ResourceFile.parse("f.yaml", HEAD + "spec: {nodes: [{id: a}]}\nstatus: {x: 1}\n", CRD);

        assertThat(file.mistakes()).isEmpty();
        assertThat(file.resource().has("status")).isFalse();
    }

    private static JsonNode crd() {
        try {
            return new YAMLMapper().readTree("""
                spec:
                  group: distomon.io
                  names: {kind: DistomonNetwork}
                  versions:
                  - name: v1alpha1
                    schema:
                      openAPIV3Schema:
                        type: object
                        required: [spec]
                        properties:
                          metadata: {type: object, properties: {name: {type: string, pattern: '^[a-z]+$'}}}
                          spec:
                            type: object
                            required: [nodes]
                            properties:
                              nodes:
                                type: array
                                minItems: 1
                                x-kubernetes-list-type: map
                                x-kubernetes-list-map-keys: [id]
                                items:
                                  type: object
                                  required: [id]
                                  properties:
                                    id: {type: string, pattern: '^[a-z]+$', maxLength: 8}
                                    type: {type: string, enum: [Managed, External], default: Managed}
                              paused: {type: boolean, default: false}
                              weight: {type: integer, minimum: 1.0, maximum: 10.0, exclusiveMaximum: true}
                              mode: {type: object, default: {}, properties: {degree: {type: integer, default: 12}}}
                              size: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                              labels: {type: object, additionalProperties: {type: string}}
                              open: {type: object, x-kubernetes-preserve-unknown-fields: true}
                """);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
