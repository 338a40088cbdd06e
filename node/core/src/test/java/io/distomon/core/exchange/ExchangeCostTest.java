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
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an exchange costs, as a multiple of what its cryptography does in the same run: no time that passes, so that no machine
 * is too slow. Both sides of it, in a network of twenty in which nothing is new.
 */
class ExchangeCostTest {
    private static final int SIZE = 20;
    private static final int TIMES = 50;
    private static final int ROUNDS = 10;
    private static final long SECOND = 1_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Signer> signers = IntStream.range(0, SIZE)
            .mapToObj(i -> Signer.generate("node-%03d".formatted(i), new SecureRandom()))
            .toList();
    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final byte[] base = "x".repeat(600).getBytes(StandardCharsets.US_ASCII);
    private final List<Nodes.Node> nodes = new ArrayList<>();
    private byte[] message = {};

    @BeforeEach
    void meet() {
        KeyMapping keys = Nodes.keys(signers.toArray(Signer[]::new));
        signers.forEach(signer -> nodes.add(Nodes.Node.of("lab", signer, keys, clock)));
        for (Nodes.Node node : nodes) {
            node.publish();
            clock.pass(SECOND);
            nodes.get(0).poll(node);
        }
        message = nodes.get(0)
                .requester()
                .prepare(nodes.get(1).id())
                .orElseThrow()
                .body();
    }

    @Test
    void anExchangeAllocatesAtMostSixTimesWhatItsCryptographyDoes() {
        assertRatio(THREADS::getCurrentThreadAllocatedBytes, "bytes", 6);
    }

    /** 1.4 times, as C1 compiles both (JMH); the bound leaves room for a compiler that has not come to all of it yet. */
    @Test
    void anExchangeTakesAtMostFourTimesTheTimeOfACoreThatItsCryptographyDoes() {
        assertRatio(THREADS::getCurrentThreadCpuTime, "ns of a core", 4);
    }

    private void assertRatio(LongSupplier counter, String unit, int most) {
        long exchange = each(counter, this::exchange);
        long cryptography = each(counter, this::cryptography);

        assertThat((double) exchange / cryptography)
                .as("%s %s, of them cryptography's %s", exchange, unit, cryptography)
                .isLessThan(most);
    }

    private void exchange() {
        clock.pass(SECOND);
        assertThat(nodes.get(0).poll(nodes.get(1))).isInstanceOf(Conclusion.Counted.class);
    }

    private void cryptography() {
        for (Nodes.Node node : nodes.subList(0, 2)) {
            byte[] signature = node.signer().sign(base);
            assertThat(node.signer().verifier().verify(base, signature)).isTrue();
            ContentDigest.of(message);
            ContentDigest.of(message);
        }
    }

    /** What is counted each time, once all is warm. */
    private static long each(LongSupplier counter, Runnable step) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = counter.getAsLong();
            for (int i = 0; i < TIMES; i++) {
                step.run();
            }
            least = Math.min(least, counter.getAsLong() - before);
        }
        return least / TIMES;
    }
}
