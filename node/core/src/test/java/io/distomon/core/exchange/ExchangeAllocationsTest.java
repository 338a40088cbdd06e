package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.wire.SetClock;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an exchange allocates, as a multiple of what its cryptography does: no time, so that no machine is too slow. */
class ExchangeAllocationsTest {
    private static final int SIZE = 20;
    private static final int TIMES = 50;
    private static final long SECOND = 1_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Signer> signers = IntStream.range(0, SIZE)
            .mapToObj(i -> Signer.generate("node-%03d".formatted(i), new SecureRandom()))
            .toList();
    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);

    /** Both sides of an exchange, in a network of twenty in which nothing is new. */
    @Test
    void anExchangeAllocatesAtMostSixTimesWhatItsCryptographyDoes() {
        KeyMapping keys = Nodes.keys(signers.toArray(Signer[]::new));
        List<Nodes.Node> nodes = signers.stream()
                .map(signer -> Nodes.Node.of("lab", signer, keys, clock))
                .toList();
        Nodes.Node asker = nodes.get(0);
        Nodes.Node asked = nodes.get(1);
        for (Nodes.Node node : nodes) {
            node.publish();
            clock.pass(SECOND);
            asker.poll(node);
        }
        byte[] message = asker.requester().prepare(asked.id()).orElseThrow().body();
        byte[] base = "x".repeat(600).getBytes(StandardCharsets.US_ASCII);

        long exchange = allocated(() -> {
            clock.pass(SECOND);
            assertThat(asker.poll(asked)).isInstanceOf(Conclusion.Counted.class);
        });
        long cryptography = allocated(() -> {
            for (Nodes.Node node : List.of(asker, asked)) {
                byte[] signature = node.signer().sign(base);
                assertThat(node.signer().verifier().verify(base, signature)).isTrue();
                ContentDigest.of(message);
                ContentDigest.of(message);
            }
        });

        assertThat((double) exchange / cryptography)
                .as("%s bytes, of them cryptography's %s", exchange, cryptography)
                .isLessThan(6);
    }

    /** Bytes each time, once all is warm. */
    private static long allocated(Runnable step) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < TIMES; i++) {
                step.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least / TIMES;
    }
}
