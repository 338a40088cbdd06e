package io.distomon.bench;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.ViewInput;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Ten seconds of a node of a calm network of a thousand whose members are polled every ten seconds, without HTTP: each of
 * them says something new, which comes in 24 requests, deflated as it comes from nodes that know of that, and which are
 * answered; half of these stand for answers to its own twelve polls, as it observes twelve and is observed by twelve. Who
 * follows what happens has the view folded. What comes a second time by another way is not in it, nor is what reacts to news.
 * A hundred milliseconds of it are one percent of a core.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = ThousandBenchmark.ROUNDS / 2)
@Measurement(iterations = ThousandBenchmark.ROUNDS / 2)
public class ThousandBenchmark {
    static final int ROUNDS = 24;

    private static final int SIZE = 1_000;
    private static final int MESSAGES = 24;
    private static final int SECONDS = 10;

    /** As often as a view of so many is followed. */
    private static final int FOLDS = 3;

    private final SetClock clock = new SetClock();
    private final CalmNetwork network = new CalmNetwork(SIZE);
    private final Signer signer = network.signers().getFirst();
    private final CalmNode node = new CalmNode(network, signer, clock);
    private final List<List<OutgoingRequest>> rounds = new ArrayList<>();
    private int next;

    /** What a peer asks in all rounds, as a twin of the node answers it. */
    @Setup
    public void ask() {
        NetworkConfig config = network.config(signer);
        CalmNode peer = new CalmNode(network, network.signers().getLast(), clock);
        CalmNode twin = new CalmNode(network, signer, clock);
        for (int round = 0; round < ROUNDS; round++) {
            clock.set((long) round * SECONDS);
            List<SignedNodeData> said = network.entries(config, clock.wallMicros());
            List<OutgoingRequest> requests = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                clock.set(secondOf(round, i));
                peer.exchange()
                        .store()
                        .merge(RawEntries.of(said.subList(i * SIZE / MESSAGES, (i + 1) * SIZE / MESSAGES)));
                OutgoingRequest request =
                        peer.requester().prepareCoded(signer.nodeId()).orElseThrow();
                if (peer.requester().conclude(request, twin.answer(request), Moment.now(clock))
                        instanceof Conclusion.Discarded discarded) {
                    throw new IllegalStateException("found " + discarded);
                }
                requests.add(request);
            }
            rounds.add(requests);
        }
    }

    private static long secondOf(int round, int message) {
        return (long) round * SECONDS + message * SECONDS / MESSAGES;
    }

    @Benchmark
    public NetworkView tenSeconds() {
        int round = next++;
        for (int i = 0; i < MESSAGES; i++) {
            clock.set(secondOf(round, i));
            HttpAnswer answer = node.answer(rounds.get(round).get(i));
            if (answer.status() != 200) {
                throw new IllegalStateException("found status " + answer.status());
            }
        }
        NetworkView view = fold();
        for (int i = 1; i < FOLDS; i++) {
            view = fold();
        }
        long online = view.nodes().stream()
                .filter(one -> one.state() == NodeState.ONLINE)
                .count();
        clock.set(secondOf(round, 0));
        long roundMicros = clock.wallMicros();
        long came = node.exchange().store().have().values().stream()
                .filter(dateMicros -> dateMicros >= roundMicros)
                .count();
        if (online < SIZE - 1 || came < SIZE - 1) {
            throw new IllegalStateException(
                    "found %s that are online, and the words of %s, expected %s".formatted(online, came, SIZE));
        }
        return view;
    }

    private NetworkView fold() {
        NetworkConfig config = node.exchange().config();
        return NetworkView.of(ViewInput.ofMember(
                config, node.exchange().cadences(), node.exchange().store().entries(), clock.monotonicNanos()));
    }
}
