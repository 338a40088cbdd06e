package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.Advance;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thousand others call us, node-0, offline at nearly the same time, and again and again since another moment. */
class StormTest {
    private static final int ACCUSERS = 1_000;
    private static final long MILLI = 1_000; // microseconds
    private static final int SECONDS = 5;
    private static final List<Signer> SIGNERS = IntStream.rangeClosed(0, ACCUSERS)
            .mapToObj(i -> StandInSigner.generate("node-" + i, new SecureRandom()))
            .toList();

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final NetworkConfig config = config(Topology.DEFAULT);
    private final SharedStore store = new SharedStore("lab", "node-0", config.keys(), clock);
    private final OwnRecord record = new OwnRecord(config, "1.0", "boot", clock);
    private final Map<String, Monitor> monitors = new HashMap<>();
    private final Reactions reactions = new Reactions(() -> config, store, record, () -> monitors, clock);
    private final Couriers couriers = new Couriers(new Random(7));
    private final List<Integer> publishedMillis = new ArrayList<>();
    private int brought;

    @Test
    void isAnsweredOnceASecondAndEachAnswerIsBroughtToFour() {
        record.begin();
        record.takeIfDue();
        clock.pass(2_000 * MILLI);

        for (int millis = 0; millis < SECONDS * 1_000; millis++) {
            accuse(1 + millis % ACCUSERS);
            publish(millis);
            clock.pass(MILLI);
        }

        assertThat(publishedMillis).containsExactly(0, 1_000, 2_000, 3_000, 4_000);
        assertThat(brought).isEqualTo(4 * SECONDS);
        NodeData last = store.entry("node-0").orElseThrow().entry().data();
        assertThat(last.answers()).hasSize(ACCUSERS);
    }

    /** The store reads the clock whenever it is asked for an entry. */
    @Test
    void whatOneSaysOfAllIsNotCountedAnewForEachOfThem() {
        NetworkConfig full = config(new Topology(Topology.Mode.FULL, 12));
        AtomicLong looks = new AtomicLong();
        Clock counting = new Clock() {
            @Override
            public long wallMicros() {
                looks.incrementAndGet();
                return clock.wallMicros();
            }

            @Override
            public long monotonicNanos() {
                return clock.monotonicNanos();
            }
        };
        SharedStore held = new SharedStore("lab", "node-0", full.keys(), counting);
        Reactions reacting = new Reactions(() -> full, held, record, () -> monitors, clock);
        for (int i = 0; i < 3; i++) {
            Map<String, PingData> all = new HashMap<>();
            SIGNERS.forEach(victim ->
                    all.put(victim.nodeId(), new PingData(PingStatus.OFFLINE, 1, 2, clock.wallMicros(), "timeout")));
            NodeData data = new NodeData(clock.wallMicros(), all, "node-1", "1", "lab", 10, "boot", null, false);
            List<Advance> advances = held.merge(RawEntries.of(List.of(SignedNodeData.sign(data, SIGNERS.get(1)))))
                    .advances();
            looks.set(0);

            reacting.heardOf(advances);

            assertThat(looks.get()).isLessThanOrEqualTo(2L * SIGNERS.size());
            clock.pass(1_000 * MILLI);
        }
    }

    private void accuse(int accuser) {
        Signer signer = SIGNERS.get(accuser);
        PingData offline = new PingData(PingStatus.OFFLINE, 1, 2, clock.wallMicros(), "timeout");
        NodeData data = new NodeData(
                clock.wallMicros(), Map.of("node-0", offline), signer.nodeId(), "1", "lab", 10, "boot", null, false);
        List<Advance> advances = store.merge(RawEntries.of(List.of(SignedNodeData.sign(data, signer))))
                .advances();
        assertThat(reactions.heardOf(advances).hastened()).isEmpty();
    }

    private void publish(int millis) {
        record.takeIfDue().ifPresent(said -> {
            store.publish(said.content().answering(store.accusersOf("node-0")), SIGNERS.getFirst());
            publishedMillis.add(millis);
            brought += couriers.choose(said, config).size();
        });
    }

    private static NetworkConfig config(Topology topology) {
        Map<String, List<Verifier>> keys = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (Signer signer : SIGNERS) {
            String id = signer.nodeId();
            keys.put(id, List.of(signer.verifier()));
            members.add(new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2));
        }
        return NetworkConfig.of("lab", "node-0", members, new KeyMapping(keys), topology, List.of());
    }
}
