package io.distomon.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The description of the API that lies beside the sources, so that a change of it is seen in a review. */
class DescriptionTest {
    private static final Path CHECKED_IN = Path.of("openapi.yml");

    /** {@code -Ddistomon.openapi.write=true} brings it up to date. */
    @Test
    void theDescriptionThatIsCheckedInIsThatOfTheControllers() throws IOException {
        String generated;
        try (InputStream file =
                Objects.requireNonNull(DescriptionTest.class.getResourceAsStream("/META-INF/swagger/openapi.yml"))) {
            generated = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (Boolean.getBoolean("distomon.openapi.write")) {
            Files.writeString(CHECKED_IN, generated);
        }

        assertThat(CHECKED_IN).hasContent(generated);
    }
}
