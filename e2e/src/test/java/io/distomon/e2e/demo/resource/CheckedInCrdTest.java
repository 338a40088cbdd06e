package io.distomon.e2e.demo.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's reading of the CRD that a cluster gets. */
class CheckedInCrdTest {
    private static final CustomResourceSchema CRD = CustomResourceSchema.distomonNetwork();

    @Test
    void theSampleIsTakenWithTheDefaultsOfTheCrd() {
        ResourceFile file = ResourceFile.read(Path.of("samples/demo.yaml"), CRD);

        assertThat(file.mistakes()).isEmpty();
        JsonNode spec = file.resource().path("spec");
        assertThat(spec.at("/nodes/0/type").asText()).isEqualTo("Managed");
        assertThat(spec.at("/imagePullPolicy").asText()).isEqualTo("IfNotPresent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alerts.yaml", "git.yaml", "sidecar.yaml", "thresholds.yaml", "triangle.yaml"})
    void theOtherSamplesAreTakenToo(String sample) {
        assertThat(ResourceFile.read(Path.of("samples", sample), CRD).mistakes())
                .isEmpty();
    }

    @Test
    void theColumnsAreThoseOfKubectl() {
        assertThat(CRD.columns())
                .extracting(CustomResourceSchema.Column::name)
                .containsExactly("Ready", "Mesh", "Online", "Age", "Available", "Managed", "Reason");
        assertThat(CRD.columns().stream().filter(CustomResourceSchema.Column::wide))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nodes: [{id: '-a'}]",
                "nodes: [{id: a, type: Foo}]",
                "nodes: []",
                "nodes: [{id: a}]\n  pod: {x: 1}"
            })
    void whatTheCrdRefusesIsRefused(String spec) {
        String yaml =
                "apiVersion: distomon.io/v1alpha1\nkind: DistomonNetwork\nmetadata: {name: lab}\nspec:\n  " + spec;

        assertThat(ResourceFile.parse("f.yaml", yaml, CRD).mistakes())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.field()).startsWith("spec."));
    }
}
