package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.e2e.demo.network.Judged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation has one give to the demo. StoryIT, SidecarIT and GitIT play the files of the README. */
class DocumentedFilesTest {
    private static final Pattern COMMAND = Pattern.compile("e2e/demo (e2e/samples/[a-z]+\\.yaml)");

    @Test
    void theReadmeHasAFileOfEveryKindOfMemberAndTheDemoTakesAllThatAreNamed() {
        assertThat(files("README.md"))
                .contains("e2e/samples/demo.yaml", "e2e/samples/sidecar.yaml", "e2e/samples/git.yaml");
        assertThat(Stream.of("README.md", "operator/README.md").flatMap(text -> files(text).stream()))
                .contains("e2e/samples/alerts.yaml")
                .allSatisfy(file ->
                        assertThat(Judged.read(DemoRun.HOME.resolve(file))).isInstanceOf(Judged.Accepted.class));
    }

    private static List<String> files(String documentation) {
        try {
            return COMMAND.matcher(Files.readString(DemoRun.HOME.resolve(documentation)))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
