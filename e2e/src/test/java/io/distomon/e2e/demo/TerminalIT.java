package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo in a pseudo-terminal. */
class TerminalIT {
    private static final String SIZE = "cols 80 rows 30";
    private static final String ESCAPE = "\u001b";

    @TempDir
    Path temporary;

    @Test
    void onATerminalThePictureIsRedrawnInPlaceWithColours() throws Exception {
        Path file = DemoRun.file(temporary, "[{id: ams}, {id: fra}]");
        try (DemoRun demo = DemoRun.startInTerminal(
                temporary, SIZE, Map.of("TERM", "xterm-256color", "NO_COLOR", ""), file.toString())) {
            demo.await("NAME +READY", 0); // before the nodes are up
            demo.await("(?s)127\\.0\\.0\\.1:(\\d+).*127\\.0\\.0\\.1:(?!\\1)\\d+", 0); // both are up
            demo.await("2/2", 0); // and both were seen: who never was is not Offline when it is killed
            List<ProcessHandle> children = demo.children();
            int mark = demo.mark();

            demo.send("kill fra\r");

            demo.await("fra is Offline: 1 of 1 observers, since [0-9:]+ \\(after \\d+\\.\\d s\\)", mark);
            assertThat(demo.output().substring(mark))
                    .contains("> kill fra")
                    .containsPattern(ESCAPE + "\\[[0-9;]*31(;[0-9]+)*mOffline") // in red
                    .containsPattern(ESCAPE + "\\[\\d+A"); // the cursor goes back up
            demo.send("bogus\r");
            demo.await("found the command \"bogus\", expected one of: kill ID", mark);

            demo.send("\u0003"); // Ctrl-C

            assertThat(demo.exitCode()).isZero();
            await().atMost(DemoRun.LONG).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(demo.directories()).isEmpty();
        }
    }

    @Test
    void withNoColorThereIsNone() throws Exception {
        Path file = DemoRun.file(temporary, "[{id: ams}]");
        try (DemoRun demo = DemoRun.startInTerminal(
                temporary, SIZE, Map.of("TERM", "xterm-256color", "NO_COLOR", "1"), file.toString())) {
            demo.await("help, quit", 0);

            demo.send("quit\r");

            assertThat(demo.exitCode()).isZero();
            assertThat(demo.output()).contains("NAME").doesNotContainPattern(ESCAPE + "\\[[0-9;]*3[0-7]m");
        }
    }

    @Test
    void aTerminalThatDoesNotTellItsSizeIsTakenForOneOf80Columns() throws Exception {
        Path file = DemoRun.file(temporary, "[{id: ams}]");
        try (DemoRun demo = DemoRun.startInTerminal(
                temporary, "cols 0 rows 0", Map.of("TERM", "xterm-256color"), file.toString())) {
            demo.await("NAME +READY", 0);
            demo.await("help, quit", 0);

            demo.send("\u0004"); // Ctrl-D

            assertThat(demo.exitCode()).isZero();
        }
    }
}
