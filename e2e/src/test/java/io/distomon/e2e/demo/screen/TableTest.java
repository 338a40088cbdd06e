package io.distomon.e2e.demo.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.e2e.demo.resource.CustomResourceSchema;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void aNetworkIsPrintedAsKubectlDoesWithTheColumnsOfTheCrd() throws Exception {
        JsonNode lab = yaml("""
                metadata: {name: lab, creationTimestamp: "2026-05-01T11:58:00Z"}
                status:
                  conditions:
                  - {type: MeshHealthy, status: "False", reason: NodesOffline}
                  - {type: Ready, status: "True", reason: Ready}
                  summary: {nodes: 5, managed: 4, available: 4, onlineOfNodes: 4/5}
                """);

        assertThat(Table.of(CustomResourceSchema.distomonNetwork(), lab, NOW))
                .containsExactly(
                        "NAME   READY   MESH    ONLINE   AGE   AVAILABLE   MANAGED   REASON", //
                        "lab    True    False   4/5      2m    4           4         Ready");
    }

    @Test
    void whatIsNotThereYetIsEmpty() throws Exception {
        assertThat(Table.of(CustomResourceSchema.distomonNetwork(), yaml("metadata: {name: lab}"), NOW)
                        .getLast())
                .matches("lab +");
    }

    @Test
    void aColumnOfAnUnknownKindIsNoticed() throws Exception {
        JsonNode lab = yaml("a: [1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Table.find(lab, ".a[0]"))
                .withMessageContaining(".a[0]");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "125, 2m5s",
        "600, 10m",
        "3600, 60m",
        "10800, 3h",
        "11100, 3h5m",
        "172800, 2d"
    })
    void agesAreThoseOfKubectl(long seconds, String expected) {
        assertThat(Table.age(Duration.ofSeconds(seconds))).isEqualTo(expected);
    }

    private static JsonNode yaml(String text) throws IOException {
        return new YAMLMapper().readTree(text);
    }
}
