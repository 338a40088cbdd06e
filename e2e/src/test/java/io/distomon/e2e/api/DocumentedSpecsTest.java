package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.e2e.https.OwnCertificate;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the READMEs show of a network's spec is taken as it stands there, by the API server and by the operator. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedSpecsTest {
    private static final List<Path> READMES =
            List.of(Path.of("..", "README.md"), Path.of("..", "operator", "README.md"));

    /** A block with nodes, from the line {@code spec:} on, or from what stands below that. */
    private static final Pattern SPEC = Pattern.compile(
            "^```\\n(?:spec:\\n)?(  [^`]*?^  nodes:\\n[^`]*?|  nodes:\\n[^`]*?)^```", Pattern.MULTILINE);

    private static final String A_SIGNER =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKodd2FQEyhh2oXYX+9YNZwyP8yeh/OTh3IbCyQMmULL ops@example.com";

    private final ApiServer server = ApiServer.up("e2e-documented");
    private final KubernetesClient client = server.client();
    private String certificate = "";

    /** Where it stands, and the spec. */
    record Documented(String place, String spec) {
        @Override
        public String toString() {
            return place;
        }
    }

    @BeforeAll
    void makeWhatIsOnlyHintedAt(@TempDir Path directory) throws Exception {
        certificate = OwnCertificate.make(directory, "ca", "dns:ca.example.com").certificate();
    }

    @AfterAll
    void leaveTheServer() {
        server.close();
    }

    @Test
    void theReadmesShowEachKindOfMemberAndOfMembership() {
        assertThat(specs().map(Documented::spec).reduce("", String::concat))
                .contains(
                        "type: Sidecar",
                        "type: Git",
                        "keySecretRef",
                        "type: Ingress",
                        "type: HTTPRoute",
                        "tls:",
                        "http:",
                        "alerts:",
                        "thresholds:");
        assertThat(specs()).hasSizeGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whatAReadmeShowsIsTaken(Documented documented) {
        String spec = documented
                .spec()
                .replace("ssh-ed25519 AAAA… ops@example.com", A_SIGNER)
                .replaceAll(
                        "(?s)      -----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\\n", certificate.indent(6));

        GenericKubernetesResource network = client.getKubernetesSerialization()
                .unmarshal("""
                apiVersion: distomon.io/v1alpha1
                kind: DistomonNetwork
                metadata: {name: lab, namespace: %s}
                spec:
                """.formatted(server.namespace()) + spec, GenericKubernetesResource.class);

        client.resource(network)
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .create();
        try {
            DistomonNetwork taken = client.resources(DistomonNetwork.class)
                    .inNamespace(server.namespace())
                    .withName("lab")
                    .require();
            assertThat(Validator.validate(taken, "distomon-node:test")).isInstanceOf(Validation.Accepted.class);
        } finally {
            client.resource(network).delete();
        }
    }

    static Stream<Documented> specs() {
        return READMES.stream().flatMap(file -> {
            String text;
            try {
                text = Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return SPEC.matcher(text).results().map(block -> {
                long line = text.substring(0, block.start()).lines().count() + 1;
                return new Documented("%s:%d".formatted(file.normalize(), line), block.group(1));
            });
        });
    }
}
