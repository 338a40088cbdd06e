package io.distomon.bench;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.topology.Cadences;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.ViewInput;
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

/** What a store means: the entries of a calm network become a verdict on each of its nodes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ViewBenchmark {
    @Param({"10", "100", "1000", "10000"})
    public int nodes;

    private final SetClock clock = new SetClock();
    private ViewInput input = input(new CalmNetwork(2));

    @Setup
    public void fill() {
        input = input(new CalmNetwork(nodes));
        NetworkView view = fold();
        if (view.nodes().size() != nodes || !view.nodes().stream().allMatch(node -> node.state() == NodeState.ONLINE)) {
            throw new IllegalStateException("found " + view + ", expected that all are online");
        }
    }

    @Benchmark
    public NetworkView fold() {
        return NetworkView.of(input);
    }

    private ViewInput input(CalmNetwork network) {
        Signer asker = network.signers().getFirst();
        NetworkConfig config = network.config(asker);
        SharedStore store = new SharedStore(CalmNetwork.ID, asker.nodeId(), network.keys(), clock);
        store.merge(RawEntries.of(network.entries(config, clock.wallMicros())));
        clock.passSecond();
        return ViewInput.ofMember(config, Cadences.of(config.observers()), store.entries(), clock.monotonicNanos());
    }
}
