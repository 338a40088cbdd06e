package io.distomon.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code e2e/cluster} itself, in a state directory of its own beside whatever else runs. */
@Tag("cluster")
class ClusterScriptTest {
    private Path state;

    @BeforeEach
    void chooseState() throws IOException {
        // Short: the paths of unix sockets lie below it.
        state = Files.createTempDirectory("distomon-").resolve("state");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        cluster("down").run();
        cluster("api", "down").run();
        Files.deleteIfExists(state.getParent());
    }

    @Test
    void aSecondUpChangesNothingAndDownAfterACrashRemovesEverything() throws Exception {
        assumeTrue(Cluster.canHurtContainers(), "the cluster of DISTOMON_E2E_CONTEXT is not this script's");

        assertThatUpIsIdempotentAndDownCleansACrash(state.resolve("cluster"), List.of("up"), List.of("down"));
    }

    @Test
    void theSameHoldsForTheControlPlaneAlone() throws Exception {
        assertThatUpIsIdempotentAndDownCleansACrash(state.resolve("api"), List.of("api", "up"), List.of("api", "down"));
    }

    private void assertThatUpIsIdempotentAndDownCleansACrash(Path part, List<String> up, List<String> down)
            throws Exception {
        cluster(up).output();
        Map<String, Long> processes = processes(part);
        assertThat(processes).containsKeys("etcd", "apiserver", "controller-manager");

        Command.Result again = cluster(up).run();

        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("already up");
        assertThat(processes(part)).isEqualTo(processes);

        for (long pid : processes.values()) {
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().get(30, TimeUnit.SECONDS);
        }
        cluster(down).output();

        assertThat(state).doesNotExist();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains(state.toString())))
                .isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(state.toString());
    }

    /** Name to process id, of all that the script started for this part. */
    private static Map<String, Long> processes(Path part) throws IOException {
        Map<String, Long> processes = new TreeMap<>();
        try (Stream<Path> records = Files.list(part.resolve("run"))) {
            for (Path record : records.toList()) {
                String name = record.getFileName().toString();
                if (name.endsWith(".pid")) {
                    String line = Files.readString(record);
                    processes.put(
                            name.substring(0, name.length() - ".pid".length()),
                            Long.valueOf(line.substring(0, line.indexOf(' '))));
                }
            }
        }
        return processes;
    }

    private Command cluster(String... words) {
        return cluster(List.of(words));
    }

    private Command cluster(List<String> words) {
        String[] command = Stream.concat(
                        Stream.of(
                                "env",
                                "DISTOMON_E2E_STATE=" + state,
                                Path.of("cluster").toAbsolutePath().toString()),
                        words.stream())
                .toArray(String[]::new);
        return Command.of(command).taking(Duration.ofMinutes(5));
    }
}
