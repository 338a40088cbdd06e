package io.distomon.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldDocsTest {
    record Kettle(int litres, String colour) {}

    @TempDir
    Path sources;

    @Test
    void aFieldIsDescribedInTheWordsOfItsParamTag() throws IOException {
        FieldDocs docs = docsOf("""
                /**
                 * Boils {@code H2O}.
                 *
                 * @param litres How much
                 *     it holds.
                 */
                record Kettle(int litres, String colour) {}
                """);

        assertThat(docs.ofType(Kettle.class)).isEqualTo("Boils H2O.");
        assertThat(docs.ofComponent(Kettle.class, "litres")).isEqualTo("How much it holds.");
    }

    @Test
    void anUndocumentedFieldStopsTheGeneratorAndIsNamed() throws IOException {
        FieldDocs docs = docsOf("/** Boils water. */ record Kettle(int litres, String colour) {}");

        assertThatThrownBy(() -> docs.ofComponent(Kettle.class, "colour"))
                .hasMessageContaining("Kettle")
                .hasMessageContaining("no @param for colour");
    }

    @Test
    void anUndocumentedTypeStopsTheGeneratorAndIsNamed() throws IOException {
        FieldDocs docs = docsOf("record Kettle(int litres, String colour) {}");

        assertThatThrownBy(() -> docs.ofType(Kettle.class)).hasMessageContaining("Kettle");
    }

    @Test
    void markupThatAReaderOfTheCrdCouldNotFollowIsRefused() {
        assertThatThrownBy(() -> docsOf("/** See {@link String}. */ record Kettle(int litres, String colour) {}"))
                .hasMessageContaining("{@link String}");
    }

    private FieldDocs docsOf(String source) throws IOException {
        Files.writeString(sources.resolve("Kettle.java"), source);
        return FieldDocs.of(sources);
    }
}
