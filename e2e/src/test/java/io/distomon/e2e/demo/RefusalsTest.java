package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the demo does not start with, and what it says then. */
class RefusalsTest {
    private static final String HEAD =
            "apiVersion: distomon.io/v1alpha1\nkind: DistomonNetwork\nmetadata: {name: lab}\n";

    @TempDir
    Path directory;

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
                new Refused(HEAD + "spec:\n  nodes:\n  - {id: [a\n", ":7: broken YAML: "),
                new Refused(
                        HEAD + "spec: {nodes: [{id: a}]}\n---\n" + HEAD,
                        ":6: found a second document, expected one DistomonNetwork alone"),
                new Refused(
                        "apiVersion: v1\nkind: Secret\n",
                        ":1: apiVersion: found \"v1\", expected distomon.io/v1alpha1",
                        ":2: kind: found \"Secret\", expected DistomonNetwork"),
                // by the schema
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: a\n    colour: red\n  probe: {intervalSeconds: often}\n",
                        ":7: spec.nodes[0].colour: found an unknown field, expected one of ",
                        ":8: spec.probe.intervalSeconds: found \"often\", expected a whole number"),
                new Refused(
                        HEAD + "spec:\n  nodes: [{id: a}]\n  probe:\n    retryIntervalSeconds: 2.5\n",
                        ":7: spec.probe.retryIntervalSeconds: found 2.5, expected a whole number"),
                // by the operator's rules
                new Refused(
                        HEAD + "spec:\n  probe: {intervalSeconds: 2}\n  nodes:\n"
                                + "  - {id: a, probe: {retryIntervalSeconds: 2}}\n"
                                + "  - {id: b, probe: {retryIntervalSeconds: 3}}\n",
                        ":8: spec.nodes[1].probe.retryIntervalSeconds: found 3, expected at most intervalSeconds, the"
                                + " time from one poll to the next: 2"),
                new Refused(
                        HEAD + "spec:\n  nodes:\n  - id: a\n  - id: B\n  - id: c\n    type: External\n",
                        ":7: spec.nodes[1].id: \"B\" is no id for a Managed node",
                        ":8: spec.nodes[2].url: External node \"c\" needs a url",
                        ":8: spec.nodes[2].publicKeys: External node \"c\" needs publicKeys"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Refused refused) throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), refused.yaml());

        List<String> said = expectRefusal(78, file.toString());

        assertThat(said).hasSameSizeAs(refused.expected());
        for (int i = 0; i < said.size(); i++) {
            assertThat(said.get(i)).startsWith(file + refused.expected().get(i));
        }
    }

    @Test
    void aMissingFileAndADirectoryAreNamed() {
        Path missing = directory.resolve("missing.yaml");

        assertThat(expectRefusal(78, missing.toString()))
                .containsExactly(missing + ": no such file, expected a YAML file with one DistomonNetwork");
        assertThat(expectRefusal(78, directory.toString()))
                .containsExactly(directory + ": found a directory, expected a YAML file with one DistomonNetwork");
    }

    @Test
    void anUnknownOptionIsAnsweredWithWhatThereIs() {
        assertThat(expectRefusal(2, "--bogus"))
                .contains("Unknown option: '--bogus'")
                .anySatisfy(line -> assertThat(line).contains("--check"))
                .anySatisfy(line -> assertThat(line).contains("--keep"))
                .anySatisfy(line -> assertThat(line).contains("--picture=FILE.svg"));
    }

    private static List<String> expectRefusal(int exitCode, String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine demo = Main.parser().setErr(new PrintWriter(said, true));
        assertThat(demo.execute(arguments)).isEqualTo(exitCode);
        return said.toString().lines().toList();
    }
}
