package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the demo ends, no process and no key is left. */
class EndIT {
    @TempDir
    Path temporary;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = DemoRun.file(temporary, "[{id: ams}, {id: fra, type: Sidecar}]");
    }

    @Test
    void aKilledDemoTakesItsNodesAlongFrozenOnesToo() throws Exception {
        try (DemoRun demo = DemoRun.start(temporary, file.toString()).awaitTable()) {
            demo.command("freeze fra", "^froze fra");
            List<ProcessHandle> children = demo.children();
            assertThat(children).hasSize(4); // two nodes, what one of them is beside, and the guard

            demo.signal("KILL");

            assertThat(demo.exitCode()).isNotZero();
            await().atMost(DemoRun.LONG).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
            await().atMost(DemoRun.LONG).until(() -> demo.directories().isEmpty());
        }
    }

    @Test
    void aTerminatedDemoEndsItsNodesBeforeItself() throws Exception {
        try (DemoRun demo = DemoRun.start(temporary, file.toString()).awaitTable()) {
            List<ProcessHandle> children = demo.children();

            demo.signal("TERM");

            assertThat(demo.exitCode()).isEqualTo(128 + 15);
            assertThat(demo.directories()).isEmpty();
            await().atMost(DemoRun.LONG).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void whatIsTypedAheadIsDoneAndConcludedBeforeTheEndOfTheInputIsTheDemosEnd() throws Exception {
        try (DemoRun demo = DemoRun.start(temporary, "--keep", file.toString())) {
            demo.send("kill fra\nstart fra\n");
            demo.closeInput();
            demo.awaitTable();
            List<ProcessHandle> children = demo.children();

            assertThat(demo.exitCode()).isZero();
            assertThat(demo.output())
                    .containsPattern(
                            "(?s)killed fra .* → Offline \\(.*\nfra is Offline: .*\nstarted fra\n.* → Online \\("
                                    + ".*\nfra is Online: .*\nkept ");
            assertThat(demo.output().lines().filter(line -> line.matches("\\d\\d:\\d\\d:\\d\\d .*")))
                    .isNotEmpty()
                    .doesNotHaveDuplicates();
            await().atMost(DemoRun.LONG).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
            Path directory = demo.directories().getFirst();
            assertThat(demo.output()).contains("kept " + directory);
            assertThat(directory.resolve("nodes/ams/.private_keys/ams_lab.key")).exists();
            assertThat(Files.readString(directory.resolve("ams.log"))).contains("Said farewell");
        }
    }
}
