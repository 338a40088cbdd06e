package io.distomon.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code e2e/bench/all} in a small checkout whose benches only print tables: what it makes of them. */
class AllTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path checkout;

    private record Run(int exitCode, String table, String progress) {
        Stream<String> rows() {
            return table.lines().filter(line -> line.startsWith("|")).skip(2);
        }
    }

    @BeforeEach
    void makeCheckout() throws IOException {
        for (String copied :
                List.of("e2e/bench/all", "e2e/kubernetes/common.sh", "e2e/kubernetes/packages.sh", ".mvn/jdk.sh")) {
            Path target = checkout.resolve(copied);
            Files.createDirectories(target.getParent());
            Files.copy(HOME.resolve(copied), target);
        }
        program("jdk/bin/javac", "");
        Files.writeString(checkout.resolve("jdk/release"), """
                JAVA_VERSION="25.0.1"
                JAVA_RUNTIME_VERSION="25.0.1+8"
                """);
        // What the operator's bench needs of Debian.
        program("programs/etcd", "");
        program("programs/openssl", "");
        bench("jmh", """
                cat <<'END'
                |step|of|µs of a core|µs that pass|
                |-|-|-:|-:|
                |Exchange.sign||67.4|73.5|
                |View.fold|100 nodes|120|130|

                some words
                END
                """);
        bench("mesh", """
                cat <<'END'
                Not all of it: the command ended early.

                |nodes|networks|all online after, s|round trip, ms (p50)|(p99)|
                |-|-|-:|-:|-:|
                |5|1|13.3|0.52|3.20|
                |40|1|not within 300 s|||
                END
                """);
        bench("operator", "echo '[INFO] built'; echo 'measured: 20 networks, at rest: 0.025 cores, 0 writes'");
    }

    @Test
    void eachFigureOfEachBenchIsARowThatTellsWhatItIsOf() throws Exception {
        Run run = run("--only", "jmh,mesh,operator");

        assertThat(run.exitCode()).isZero();
        assertThat(run.rows())
                .containsExactly(
                        "|jmh|Exchange.sign|µs of a core|67.4|",
                        "|jmh|Exchange.sign|µs that pass|73.5|",
                        "|jmh|View.fold, 100 nodes|µs of a core|120|",
                        "|jmh|View.fold, 100 nodes|µs that pass|130|",
                        "|mesh|nodes 5, networks 1|all online after, s|13.3|",
                        "|mesh|nodes 5, networks 1|round trip, ms (p50)|0.52|",
                        "|mesh|nodes 5, networks 1|round trip, ms (p99)|3.20|",
                        "|mesh|nodes 40, networks 1|all online after, s|not within 300 s|",
                        "|operator|20 networks, at rest|measured|0.025 cores, 0 writes|");
    }

    @Test
    void theTableIsKeptInADatedFileWithTheMachinesFacts() throws Exception {
        Run run = run("--only", "jmh", "--short");

        try (Stream<Path> kept = Files.list(checkout.resolve("e2e/bench/results"))) {
            assertThat(kept.toList()).singleElement().satisfies(file -> {
                assertThat(file.getFileName().toString()).matches("[0-9]{4}-[0-9]{2}-[0-9]{2}-unknown[.]md");
                assertThat(file).hasContent(run.table());
            });
        }
        assertThat(run.table())
                .contains(" cores, ", " GiB", "JDK 25.0.1", "load before", "- `e2e/bench/jmh --short`: ");
    }

    @Test
    void aBenchThatFailsIsToldAndTheOthersGoOn() throws Exception {
        bench("jmh", "echo 'error: no such benchmark' >&2; exit 3");

        Run run = run("--only", "jmh,operator");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.rows())
                .containsExactly(
                        "|jmh||failed|exit code 3: no such benchmark|",
                        "|operator|20 networks, at rest|measured|0.025 cores, 0 writes|");
        assertThat(run.progress()).endsWith("✗ failed: jmh\n");
    }

    @Test
    void whatIsTooLongForTheShortFormIsARowThatSaysSo() throws Exception {
        Run run = run("--only", "operator", "--short");

        assertThat(run.exitCode()).isZero();
        assertThat(run.rows()).containsExactly("|operator||not run|too long for the short form|");
    }

    @Test
    void whatIsNotBegunWhenTheCommandIsEndedIsARowThatSaysSo() throws Exception {
        bench("jmh", "kill -TERM $PPID; sleep 1");

        Run run = run("--only", "jmh,mesh,operator");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.rows()).containsExactly("|jmh||ended early||", "|mesh||not begun||", "|operator||not begun||");
    }

    @Test
    void anUnknownBenchIsRefusedWithThoseThatThereAre() throws Exception {
        Run run = run("--only", "jmh,view");

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.progress())
                .startsWith("error: --only jmh,view: expected some of jmh,mesh,networks,start,operator,crash\n");
    }

    private void bench(String name, String body) throws IOException {
        program("e2e/bench/" + name, body);
    }

    private void program(String path, String body) throws IOException {
        Path file = checkout.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        Path progress = checkout.resolve("progress");
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("e2e/bench/all").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(checkout.toFile()).redirectError(progress.toFile());
        builder.environment().put("JAVA_HOME", checkout.resolve("jdk").toString());
        builder.environment().put("PATH", checkout.resolve("programs") + ":/usr/bin:/bin");
        Process process = builder.start();
        process.getOutputStream().close();
        String table = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), table, Files.readString(progress));
    }
}
