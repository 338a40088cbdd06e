package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class DeltaTest {
    @Test
    void sendsEverythingThatFits() {
        List<SignedNodeData> lacking = entries(10, 100);
        assertThat(Delta.fit(lacking, "n0", 1 << 20, new Random(1)).wellFormed().keySet())
                .containsExactlyElementsOf(
                        lacking.stream().map(e -> e.raw().sigId()).toList());
        assertThat(Delta.fit(List.of(), "n0", 0, new Random(1))).isEqualTo(RawEntries.EMPTY);
    }

    @Test
    void sendsOurOwnFirstAndTheRestFromARandomPlace() {
        List<SignedNodeData> lacking = entries(10, 1000);
        Set<String> seconds = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            List<String> sent = List.copyOf(Delta.fit(lacking, "n0", 5000, new Random(seed))
                    .wellFormed()
                    .keySet());
            assertThat(sent).hasSizeBetween(2, 5).startsWith("n0");
            seconds.add(sent.get(1));
        }
        assertThat(seconds).hasSize(9);
    }

    @Test
    void sendsNoMoreEntriesThanAMessageMayHave() {
        List<SignedNodeData> lacking = entries(1100, 1);
        assertThat(Delta.fit(lacking, "none", 1 << 22, new Random(1)).wellFormed())
                .hasSize(1024);
    }

    /** Which costs the writing of all the rest of the message. */
    @Test
    void asksForItsBudgetOnlyWhenThatMayMatter() {
        AtomicInteger asked = new AtomicInteger();
        IntSupplier budget = () -> {
            asked.incrementAndGet();
            return Limits.MAX_MESSAGE_BYTES;
        };

        assertThat(Delta.fit(entries(10, 200_000), "n0", budget, new Random(1)).wellFormed())
                .hasSize(10);
        assertThat(asked).hasValue(0);
        assertThat(Delta.fit(entries(40, 200_000), "n0", budget, new Random(1)).wellFormed())
                .hasSize(20);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aMessageFilledToItsBoundKeepsIt() {
        RequestBody empty =
                new RequestBody("lab", "n0", "ams", 1_800_000_000_000_000L, Map.of("n0", 1L), RawEntries.EMPTY, null);
        List<SignedNodeData> lacking = entries(40, 200_000);

        byte[] body = empty.with(
                        Delta.fit(lacking, "n0", Limits.MAX_MESSAGE_BYTES - empty.encode().length, new Random(7)))
                .encode();

        assertThat(body.length).isBetween(Limits.MAX_MESSAGE_BYTES - 201_000, Limits.MAX_MESSAGE_BYTES);
    }

    private static List<SignedNodeData> entries(int count, int payloadChars) {
        List<SignedNodeData> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NodeData data = Nodes.content("n" + i, "lab", "1");
            entries.add(
                    new SignedNodeData(new RawEntry("A".repeat(payloadChars), "A".repeat(88), data.nodeId()), data));
        }
        return entries;
    }
}
