package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two nodes of a network of a hundred, which hold the same but for one entry that has changed. */
class MessageSizeTest {
    private static final int SIZE = 100;
    private static final int KIB = 1024;
    private static final long SECOND = 1_000_000L;
    private static final List<Signer> SIGNERS = IntStream.range(0, SIZE)
            .mapToObj(i -> StandInSigner.generate("node-%03d".formatted(i), new SecureRandom()))
            .toList();

    private final Random random = new Random(7);
    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final KeyMapping keys = Nodes.keys(SIGNERS.toArray(Signer[]::new));
    private final Nodes.Node asker = Nodes.Node.of("lab", SIGNERS.get(0), keys, clock);
    private final Nodes.Node asked = Nodes.Node.of("lab", SIGNERS.get(1), keys, clock);

    /** What a message may take without a coding, its header fields included. */
    @ParameterizedTest(name = "with {0} pings in each entry at most {1} KiB each way")
    @CsvSource({"12, 8", "99, 24"})
    void oneChangedEntryCosts(int pings, int mostKib) {
        for (int number = 0; number < SIZE; number++) {
            RawEntries entry = saidBy(number, pings);
            asker.store().merge(entry);
            asked.store().merge(entry);
        }
        asker.poll(asked);

        asker.store().merge(saidBy(2, pings));
        OutgoingRequest request = asker.requester().prepare(asked.id()).orElseThrow();
        asked.receive(request);
        assertThat(bytes(request.fields(), request.body())).isLessThanOrEqualTo(mostKib * KIB);
        assertThat(asked.store().have()).isEqualTo(asker.store().have());

        asked.store().merge(saidBy(2, pings));
        OutgoingRequest question = asker.requester().prepare(asked.id()).orElseThrow();
        HttpAnswer answer = asked.receive(question);
        asker.requester().conclude(question, answer, Moment.now(clock));
        assertThat(bytes(answer.fields(), answer.body())).isLessThanOrEqualTo(mostKib * KIB);
        assertThat(asked.store().have()).isEqualTo(asker.store().have());
    }

    /** What part of a message is left on the way, of one that brings all that there is and of one with a twentieth of it. */
    @ParameterizedTest(name = "with {0} pings in each of {1} entries at most {2} of it")
    @CsvSource({"12, 100, 0.27", "99, 100, 0.27", "12, 5, 0.36"})
    void codedAMessageIs(int pings, int entries, double most) {
        for (int number = 0; number < SIZE; number++) {
            RawEntries entry = saidBy(number, pings);
            asked.store().merge(entry);
            if (number >= entries) {
                asker.store().merge(entry);
            }
        }
        HttpAnswer plain = asked.receive(asker.requester().prepare(asked.id()).orElseThrow());
        HttpAnswer coded =
                asked.receive(asker.requester().prepareCoded(asked.id()).orElseThrow());

        double part = (double) coded.body().length / plain.body().length;
        assertThat(part)
                .as("%s of %s bytes", coded.body().length, plain.body().length)
                .isLessThanOrEqualTo(most);
    }

    private static int bytes(HttpFields fields, byte[] body) {
        return fields.sizeBytes() + body.length;
    }

    /** The next entry of one of them, with as many decimals as a monitor gives its measurements. */
    private RawEntries saidBy(int number, int pings) {
        clock.pass(SECOND);
        long now = clock.wallMicros();
        Map<String, PingData> said = new LinkedHashMap<>();
        for (int i = 1; i <= pings; i++) {
            PingData ping = new PingData(
                    PingStatus.ONLINE,
                    millis(),
                    millis(),
                    now - 3600 * SECOND - random.nextLong(SECOND),
                    null,
                    0.01,
                    millis());
            said.put(SIGNERS.get((number + i) % SIZE).nodeId(), ping);
        }
        Signer signer = SIGNERS.get(number);
        NodeData data =
                new NodeData(now, said, signer.nodeId(), "1.0.0", "lab", 10, "0".repeat(16), "0".repeat(64), false);
        return RawEntries.of(List.of(SignedNodeData.sign(data, signer)));
    }

    private double millis() {
        return random.nextInt(10_000, 130_000) / 1_000.0;
    }
}
