package io.distomon.bench;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.monitor.OwnRecord;
import io.distomon.core.monitor.Reactions;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A second in which each of a thousand others calls us offline, in an entry of its own with the usual twelve pings: all of
 * them are verified, taken and heard of, and answered by the one entry that we sign in a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 8)
@Measurement(iterations = 5, time = 8)
public class StormBenchmark {
    private static final int ACCUSERS = 1_000;
    private static final int PINGS = 12;
    private static final long SECONDS_TO_FIRST_ENTRY = OwnRecord.MEMORY_WAIT.toSeconds();
    private static final String NETWORK = "lab";
    private static final String ACCUSED = "node-0";

    private final SetClock clock = new SetClock();
    private final SecureRandom random = new SecureRandom();
    private final Signer signer = Signer.generate(ACCUSED, random);
    private final List<RawEntries> accusations = new ArrayList<>();
    private NetworkConfig config = config(Map.of());
    private int answerBytes;

    @Setup
    public void accuse() {
        Map<String, List<Verifier>> keys = new HashMap<>();
        keys.put(ACCUSED, List.of(signer.verifier()));
        for (int i = 1; i <= ACCUSERS; i++) {
            Signer accuser = Signer.generate("node-" + i, random);
            keys.put(accuser.nodeId(), List.of(accuser.verifier()));
            accusations.add(RawEntries.of(List.of(SignedNodeData.sign(said(i), accuser))));
        }
        config = config(keys);
    }

    @Benchmark
    public SignedNodeData answered() {
        clock.set(0);
        SharedStore store = new SharedStore(NETWORK, ACCUSED, config.keys(), clock);
        OwnRecord record = new OwnRecord(config, "1.0.0", "boot", clock);
        Reactions reactions = new Reactions(() -> config, store, record, Map::of, clock);
        record.begin();
        clock.set(SECONDS_TO_FIRST_ENTRY);
        record.takeIfDue();
        clock.set(2 * SECONDS_TO_FIRST_ENTRY);
        for (RawEntries accusation : accusations) {
            reactions.heardOf(store.merge(accusation).advances());
        }
        NodeData content = record.takeIfDue().orElseThrow().content();
        SignedNodeData answer = store.publish(content.answering(store.accusersOf(ACCUSED)), signer);
        answerBytes = answer.raw().payload().length();
        return answer;
    }

    /** JMH measures times alone. */
    @TearDown
    public void say() {
        System.out.printf("the answer to %d has %d bytes%n", ACCUSERS, answerBytes);
    }

    private NodeData said(int self) {
        long now = clock.wallMicros();
        Map<String, PingData> said = new LinkedHashMap<>();
        said.put(ACCUSED, new PingData(PingStatus.OFFLINE, 0, 0, now - 10_000_000L, "timeout"));
        for (int i = 1; i < PINGS; i++) {
            said.put(
                    "node-" + (1 + (self + i) % ACCUSERS),
                    new PingData(PingStatus.ONLINE, 12.345 + i, 23.456 + i, now - 60_000_000L, null));
        }
        return new NodeData(now, said, "node-" + self, "1.0.0", NETWORK, 10, "boot", "digest", false);
    }

    private static NetworkConfig config(Map<String, List<Verifier>> keys) {
        List<Member> members = keys.keySet().stream()
                .map(id -> new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2))
                .toList();
        return NetworkConfig.of(NETWORK, ACCUSED, members, new KeyMapping(keys), Topology.DEFAULT, List.of());
    }
}
