package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the demo refuses it does not begin: its directory comes before its first process, and there never was one. */
class RefusalsIT {
    private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path files;

    @TempDir
    Path temporary;

    static List<RefusalsTest.Refused> refused() {
        return RefusalsTest.refused();
    }

    @ParameterizedTest
    @MethodSource
    void refused(RefusalsTest.Refused refused) throws Exception {
        Path file = Files.writeString(files.resolve("bad.yaml"), refused.yaml());
        expectNothingStarted(78, file.toString());
    }

    @ParameterizedTest
    @MethodSource("notEvenAFile")
    void notEvenAFile(String argument, int exitCode) throws Exception {
        expectNothingStarted(exitCode, argument);
    }

    static List<Object[]> notEvenAFile() {
        return List.of(new Object[] {"missing.yaml", 78}, new Object[] {".", 78}, new Object[] {"--bogus", 2});
    }

    private void expectNothingStarted(int exitCode, String argument) throws Exception {
        Files.setLastModifiedTime(temporary, FileTime.from(BEFORE));

        try (DemoRun demo = DemoRun.start(temporary, argument)) {
            assertThat(demo.exitCode()).as(demo.output()).isEqualTo(exitCode);
        }
        assertThat(temporary).isEmptyDirectory();
        assertThat(Files.getLastModifiedTime(temporary).toInstant())
                .as("when something was last put there or taken away")
                .isEqualTo(BEFORE);
    }
}
