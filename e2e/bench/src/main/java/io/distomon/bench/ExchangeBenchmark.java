package io.distomon.bench;

import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.RawEntries;
import java.nio.charset.StandardCharsets;
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
import org.openjdk.jmh.infra.Blackhole;

/** An exchange of two nodes of a network of twenty in which nothing is new, without HTTP, and what it is made of. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExchangeBenchmark {
    private static final int SIZE = 20;

    private final SetClock clock = new SetClock();
    private final CalmNetwork network = new CalmNetwork(SIZE);
    private final Signer signer = network.signers().getFirst();
    private final CalmNode asker = new CalmNode(network, signer, clock);
    private final CalmNode asked = new CalmNode(network, network.signers().getLast(), clock);
    private final RawEntries entries = RawEntries.of(network.entries(network.config(signer), clock.wallMicros()));
    private final byte[] dump = StrictJson.write(entries::write);
    private byte[] body = {};
    // As long as what RFC 9421 has an exchange sign.
    private final byte[] base = "x".repeat(600).getBytes(StandardCharsets.US_ASCII);
    private final byte[] signature = signer.sign(base);

    @Setup
    public void fill() {
        asker.exchange().store().merge(entries);
        asked.exchange().store().merge(entries);
        exchange();
        body = prepare().body();
    }

    /** Both sides. */
    @Benchmark
    public Conclusion exchange() {
        clock.passSecond();
        OutgoingRequest request = prepare();
        Conclusion conclusion = asker.requester().conclude(request, asked.answer(request), Moment.now(clock));
        return switch (conclusion) {
            case Conclusion.Counted counted -> counted;
            case Conclusion.Discarded discarded -> throw new IllegalStateException("found " + discarded);
        };
    }

    /** What of it is cryptography. */
    @Benchmark
    public void cryptography(Blackhole hole) {
        for (CalmNode node : List.of(asker, asked)) {
            hole.consume(node);
            hole.consume(sign());
            hole.consume(verify());
            hole.consume(digest());
            hole.consume(digest());
        }
    }

    /** The request alone, written, digested and signed. */
    @Benchmark
    public OutgoingRequest prepare() {
        return asker.requester()
                .prepareCoded(asked.exchange().config().nodeId())
                .orElseThrow();
    }

    @Benchmark
    public byte[] sign() {
        return signer.sign(base);
    }

    @Benchmark
    public boolean verify() {
        return signer.verifier().verify(base, signature);
    }

    /** Of a request's body. */
    @Benchmark
    public String digest() {
        return ContentDigest.of(body);
    }

    /** The entries of all, as they stand in a message. */
    @Benchmark
    public byte[] encodeEntries() {
        return StrictJson.write(entries::write);
    }

    /** Likewise read, unverified. */
    @Benchmark
    public RawEntries decodeEntries() throws InvalidJsonException {
        return RawEntries.parse(dump);
    }
}
