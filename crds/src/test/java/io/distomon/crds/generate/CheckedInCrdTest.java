package io.distomon.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CRD in the repository, and its copy in the chart, say what the records say. */
class CheckedInCrdTest {
    private static final Path SOURCES = Path.of("src/main/java/io/distomon/crds/v1alpha1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "distomonnetworks.distomon.io-v1.yml",
                "../charts/distomon/crds/distomonnetworks.distomon.io-v1.yml"
            })
    void isWhatTheRecordsGenerate(String file, @TempDir Path scratch) throws IOException {
        Path checkedIn = Path.of(file);
        String generated = new CrdGenerator(SOURCES).yaml(scratch);
        if (Boolean.getBoolean("distomon.crd.write")) {
            Files.createDirectories(checkedIn.toAbsolutePath().getParent());
            Files.writeString(checkedIn, generated);
        }

        assertThat(checkedIn)
                .as("differs from the records; to write it: " + CrdGenerator.COMMAND)
                .hasContent(generated);
    }
}
