package io.distomon.e2e.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedSecretTest {
    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void name() {
        directory = temporary.resolve("a/b");
    }

    @Test
    void itsEntriesAreFilesThatOnlyTheirOwnerReads() throws Exception {
        write(Map.of("one", "1", "two", "2"));

        assertThat(directory.resolve("one")).hasContent("1");
        assertThat(directory.resolve("two")).hasContent("2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("one"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aChangeReplacesAllOfThem() throws Exception {
        write(Map.of("one", "1", "two", "2"));

        write(Map.of("two", "22", "three", "3"));

        assertThat(directory.resolve("one")).doesNotExist();
        assertThat(directory.resolve("two")).hasContent("22");
        assertThat(directory.resolve("three")).hasContent("3");
    }

    @Test
    void nothingOfAnEarlierStateStays() throws Exception {
        write(Map.of("one", "1"));
        write(Map.of("one", "2"));
        write(Map.of("one", "3"));

        try (Stream<Path> found = Files.list(directory)) {
            assertThat(found).hasSize(3); // the entry, ..data, and what that leads to
        }
    }

    private void write(Map<String, String> texts) throws Exception {
        Map<String, String> base64 = new LinkedHashMap<>();
        texts.forEach((name, text) ->
                base64.put(name, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        MountedSecret.write(base64, directory);
    }
}
