package io.distomon.node.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.node.ForkedJava;
import io.distomon.node.ImageOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapKeeperTest {
    private static final int MIB = 1 << 20;

    /** What is alive for a while, as messages are that a busy machine has no time for, and what is alive after that. */
    private static final int BUSY_MIB = 100;

    private static final int CALM_MIB = 8;

    /** A node's heap with what a busy start left in it: how much the JVM holds, in MiB, before a look, after it, and after one for which there is time. */
    static final class LeftByAStart {
        private LeftByAStart() {}

        public static void main(String[] args) {
            Deque<byte[]> alive = new ArrayDeque<>();
            for (int i = 0; i < BUSY_MIB * 1024; i++) {
                alive.add(new byte[1024]);
            }
            while (alive.size() > CALM_MIB * 1024) {
                alive.remove();
            }
            System.out.println(heldMebibytes());
            new HeapKeeper(() -> false).look();
            System.out.println(heldMebibytes());
            new HeapKeeper(() -> true).look();
            System.out.println(heldMebibytes());
            System.out.println(alive.size());
        }

        private static long heldMebibytes() {
            return Runtime.getRuntime().totalMemory() / MIB;
        }
    }

    @Test
    void whatABusyStartLeftInTheHeapIsGivenBackOnceThereIsTime() throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(ImageOptions.read());
        options.add("-XX:MaxRAM=384m"); // as a container has
        Process process = new ProcessBuilder(ForkedJava.command(options, LeftByAStart.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();

        assertThat(Long.parseLong(told.get(0))).as("before").isGreaterThanOrEqualTo(BUSY_MIB);
        assertThat(Long.parseLong(told.get(1))).as("without time for it").isGreaterThanOrEqualTo(BUSY_MIB);
        assertThat(Long.parseLong(told.get(2))).as("after").isLessThanOrEqualTo(BUSY_MIB / 2);
    }
}
