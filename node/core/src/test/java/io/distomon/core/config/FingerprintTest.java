package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noticed of files that change, and what is not. */
class FingerprintTest {
    @TempDir
    Path temporary;

    private ConfigDirectory config;

    @BeforeEach
    void write() throws IOException {
        config = new ConfigDirectory(temporary);
        config.network("network_id: lab\nnode_config: [{node_id: fra}]\n");
        config.publish("fra");
    }

    @Test
    void itIsEqualWhileNothingChanges() throws Exception {
        Fingerprint before = now();
        config.readNetwork();
        config.write("networks/lab/README", "no file of a network");

        assertThat(now()).isEqualTo(before);
    }

    @Test
    void everyChangeOfAFileOfTheNetworkIsNoticed() throws Exception {
        List<Fingerprint> all = new ArrayList<>(List.of(now()));
        List<ConfigDirectory.Reading> changes = List.of(
                () -> config.write("networks/lab/config.yml", "network_id: other\n"),
                () -> config.write("networks/lab/pubkeys/nyc.pub", "key"),
                () -> {
                    Files.delete(temporary.resolve("networks/lab/pubkeys/nyc.pub"));
                    return true;
                },
                () -> config.write("networks/lab/nyc.pub", "key"),
                () -> config.write(".private_keys/fra_lab.key", "key"),
                () -> {
                    // Renamed into its place, with the same length and time.
                    Path file = temporary.resolve("networks/lab/nyc.pub");
                    Path next = Files.writeString(temporary.resolve("next"), "yek");
                    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
                    return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
                });

        for (ConfigDirectory.Reading change : changes) {
            change.read();
            assertThat(all).doesNotContain(now());
            all.add(now());
        }
    }

    /** As some file systems have it: of two changes within a second, the second is not seen in the time. */
    @Test
    void whereTimesAreWholeSecondsTheContentCounts() throws Exception {
        Path file = temporary.resolve("networks/lab/config.yml");
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        Fingerprint.Seen before = Fingerprint.Seen.of(file, new RealPaths());

        Files.writeString(file, Files.readString(file).replace("lab", "bal"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));

        assertThat(contentOf(Fingerprint.Seen.of(file, new RealPaths()))).isNotEqualTo(contentOf(before));
    }

    @Test
    void aMountedSecretIsOneThatIsTurnedAsAWhole() throws Exception {
        Path lab = temporary.resolve("networks/mounted");
        Files.createDirectories(lab.resolve("..1"));
        Files.writeString(lab.resolve("..1/config.yml"), "1");
        Files.createDirectories(lab.resolve("..2"));
        Files.writeString(lab.resolve("..2/config.yml"), "2");
        Files.writeString(lab.resolve("..2/fra.pub"), "key");
        Files.createSymbolicLink(lab.resolve("..data"), Path.of("..1"));
        LocalNetworks networks = new LocalNetworks(temporary);
        NetworkSource source = new NetworkSource("mounted", "fra", null);
        Fingerprint before = networks.fingerprint(source);

        Files.createSymbolicLink(lab.resolve("..next"), Path.of("..2"));
        Files.move(lab.resolve("..next"), lab.resolve("..data"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(networks.fingerprint(source).isSwapOf(before)).isTrue();
        assertThat(networks.fingerprint(source).isYounger(Duration.ofDays(1), Instant.now()))
                .isFalse();
    }

    @Test
    void whereAFileIsIsWhatTheSystemSays() throws Exception {
        Path lab = temporary.resolve("networks/lab");
        Files.createSymbolicLink(temporary.resolve("turned"), Path.of("networks"));
        Files.createSymbolicLink(lab.resolve("linked.pub"), lab.resolve("pubkeys/fra.pub"));
        RealPaths paths = new RealPaths();

        for (String path : List.of(
                "networks/lab/config.yml",
                "networks/lab/pubkeys/fra.pub",
                "networks/lab/linked.pub",
                "turned/lab/config.yml",
                "turned/../networks/./lab/pubkeys",
                "networks/lab/..")) {
            Path file = temporary.resolve(path);
            assertThat(Fingerprint.Seen.of(file, paths).real())
                    .as(path)
                    .isEqualTo(file.toRealPath().toString());
            assertThat(paths.of(file)).as(path).isEqualTo(file.toRealPath());
        }
        assertThat(Fingerprint.Seen.of(temporary.resolve("nowhere/x"), paths).real())
                .isNull();
    }

    @Test
    void aFileThatIsWrittenIsNoSwap() throws Exception {
        Fingerprint before = now();
        config.write("networks/lab/config.yml", "network_id: other\n");

        assertThat(now().isSwapOf(before)).isFalse();
        assertThat(now().isYounger(Duration.ofDays(1), Instant.now())).isTrue();
    }

    private Fingerprint now() {
        return config.reader().fingerprint(config.source(), new PrivateKeys(temporary, ConfigDirectory.RANDOM));
    }

    /** What a fingerprint has besides the attributes. */
    private static String contentOf(Fingerprint.Seen seen) {
        return seen.look().substring(seen.look().lastIndexOf('}') + 1);
    }
}
