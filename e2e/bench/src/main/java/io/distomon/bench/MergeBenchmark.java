package io.distomon.bench;

import io.distomon.core.Clock;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.MergeResult;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A whole dump of a network of a hundred is merged, by one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class MergeBenchmark {
    private static final int SIZE = 100;
    private static final String NETWORK = "lab";

    /** How many peers each entry speaks of: the usual degree, and all in a full mesh. */
    @Param({"12", "99"})
    public int pings;

    private final Clock clock = Clock.system();
    private KeyMapping keys = new KeyMapping(Map.of());
    private RawEntries dump = RawEntries.EMPTY;
    private RawEntries again = RawEntries.EMPTY;
    private SharedStore full = store();

    @Setup
    public void fill() {
        SecureRandom random = new SecureRandom();
        Map<String, List<Verifier>> known = new LinkedHashMap<>();
        List<SignedNodeData> entries = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            Signer signer = Signer.generate(id(i), random);
            known.put(id(i), List.of(signer.verifier()));
            entries.add(SignedNodeData.sign(said(i), signer));
        }
        keys = new KeyMapping(known);
        dump = RawEntries.of(entries);
        again = copy(dump);
        full = store();
        full.merge(dump);
    }

    @Benchmark
    public MergeResult allKnown() {
        return full.merge(again);
    }

    @Benchmark
    public MergeResult allNew() {
        return store().merge(dump);
    }

    /** The same as it comes by the wire, in strings of its own. */
    private static RawEntries copy(RawEntries entries) {
        Map<String, RawEntry> copies = new LinkedHashMap<>();
        entries.wellFormed().forEach((id, entry) -> copies.put(id, copy(entry)));
        return new RawEntries(copies, Set.of());
    }

    private static RawEntry copy(RawEntry entry) {
        return new RawEntry(copy(entry.payload()), copy(entry.signature()), copy(entry.sigId()));
    }

    private static String copy(String text) {
        return String.valueOf(text.toCharArray());
    }

    private SharedStore store() {
        return new SharedStore(NETWORK, null, keys, clock);
    }

    private NodeData said(int self) {
        long now = clock.wallMicros();
        Map<String, PingData> said = new LinkedHashMap<>();
        for (int i = 1; i <= pings; i++) {
            PingData ping = new PingData(PingStatus.ONLINE, 12.345 + i, 23.456 + i, now - 60_000_000L, null);
            said.put(id((self + i) % SIZE), ping);
        }
        return new NodeData(now, said, id(self), "1.0.0", NETWORK, 10, "boot", "digest", false);
    }

    private static String id(int number) {
        return String.format(Locale.ROOT, "node-%03d", number);
    }
}
