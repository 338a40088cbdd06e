package io.distomon.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.node.OwnMounts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @Test
    void whereNothingCanBeLoadedFromItIsToldWhyEachTimeAndTriedAgainAfterAWhile(@TempDir Path directory)
            throws Exception {
        OwnMounts.required();
        RecordingProcess process =
                RecordingProcess.start(OwnMounts.unloadable(directory), "load", directory.resolve("fra.db"));

        String why =
                "SQLite's native library can't be loaded: %s: nothing can be loaded from it: ".formatted(directory);
        assertThat(process.told())
                .satisfiesExactly(
                        first ->
                                assertThat(first).startsWith("at first: " + why).hasSizeGreaterThan(why.length() + 20),
                        soon -> assertThat(soon).startsWith("soon: " + why).hasSizeGreaterThan(why.length() + 20),
                        later -> assertThat(later).isEqualTo("later: none"));
    }
}
