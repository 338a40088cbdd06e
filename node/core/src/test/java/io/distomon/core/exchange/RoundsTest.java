package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.crypto.CountingVerifier;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks of eight whose nodes poll their neighbours once a round, in an order that is another each time. */
class RoundsTest {
    private static final int SIZE = 8;
    private static final int WORLDS = 10;
    private static final long SECOND = 1_000_000L;
    private static final List<Signer> SIGNERS = IntStream.range(0, SIZE)
            .mapToObj(i -> StandInSigner.generate("n" + i, new SecureRandom()))
            .toList();

    private static final Observers OBSERVERS = new Topology(Topology.Mode.SPARSE, 3)
            .observers(
                    "lab",
                    SIGNERS.stream()
                            .map(signer -> Nodes.member(signer.nodeId()))
                            .toList());

    private final SetClock clock = new SetClock(1_800_000_000L * SECOND);
    private final List<Map<String, CountingVerifier>> verifiers = new ArrayList<>();
    private final List<Nodes.Node> nodes = new ArrayList<>();
    private final Map<Link, Set<RawEntry>> sent = new HashMap<>();
    private final List<String> repeats = new ArrayList<>();
    private final Map<String, Set<RawEntry>> met = new HashMap<>();

    /** The node with number {@code from} polls the one with number {@code to}. */
    record Link(int from, int to) {
        boolean isWithinAHalf() {
            return from < SIZE / 2 == to < SIZE / 2;
        }
    }

    enum Shape {
        /** Each polls the next one; news travels against the polls too. */
        LINE(SIZE - 1) {
            @Override
            boolean isPolled(Link link) {
                return link.to == link.from + 1;
            }
        },
        RING(SIZE / 2) {
            @Override
            boolean isPolled(Link link) {
                return link.to == (link.from + 1) % SIZE;
            }
        },
        /** Two halves in which everybody polls everybody, joined by one link. */
        DUMBBELL(3) {
            @Override
            boolean isPolled(Link link) {
                return link.isWithinAHalf() || link.equals(new Link(0, SIZE - 1));
            }
        },
        /** Each is polled by three, those whom the config's topology chooses. */
        SPARSE(2) {
            @Override
            boolean isPolled(Link link) {
                return OBSERVERS.polls("n" + link.from, "n" + link.to);
            }
        },
        MESH(1) {
            @Override
            boolean isPolled(Link link) {
                return true;
            }
        };

        final int diameter;

        Shape(int diameter) {
            this.diameter = diameter;
        }

        abstract boolean isPolled(Link link);

        List<Link> links() {
            return IntStream.range(0, SIZE)
                    .boxed()
                    .flatMap(from -> IntStream.range(0, SIZE).mapToObj(to -> new Link(from, to)))
                    .filter(link -> link.from != link.to && isPolled(link))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAPartitionBothSidesHoldTheSameWithinAsManyRoundsAsTheDiameter(Shape shape) throws Exception {
        for (long seed = 0; seed < WORLDS; seed++) {
            Random random = new Random(seed);
            start(random);
            rounds(shape.diameter, shape.links(), random);
            List<Link> withinHalves =
                    shape.links().stream().filter(Link::isWithinAHalf).toList();
            for (int round = 0; round < 3; round++) {
                publishAll();
                rounds(1, withinHalves, random);
            }
            assertThat(haves()).as("seed %d, apart", seed).hasSizeGreaterThan(1);

            rounds(shape.diameter, shape.links(), random);

            assertThat(haves()).as("seed %d, together", seed).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noEntryPassesALinkTwiceAndNoneIsVerifiedTwice(Shape shape) throws Exception {
        for (long seed = 0; seed < WORLDS; seed++) {
            Random random = new Random(seed);
            start(random);
            rounds(1, shape.links(), random); // A first request goes to a stranger: it may hold everything already.
            for (int round = 0; round < 2 * SIZE; round++) {
                publishAll();
                rounds(1, shape.links(), random);
            }
            assertThat(repeats).as("seed %d", seed).isEmpty();
            assertThat(verifiedTimes()).as("seed %d", seed).containsOnly(1);
        }
    }

    private void start(Random random) throws InvalidKeyException {
        nodes.clear();
        verifiers.clear();
        sent.clear();
        repeats.clear();
        met.clear();
        for (Signer signer : SIGNERS) {
            Map<String, CountingVerifier> own = new LinkedHashMap<>();
            for (Signer other : SIGNERS) {
                own.put(other.nodeId(), CountingVerifier.of(other.verifier()));
            }
            verifiers.add(own);
            Map<String, List<Verifier>> keys = new LinkedHashMap<>();
            own.forEach((id, verifier) -> keys.put(id, List.of(verifier)));
            nodes.add(Nodes.Node.of("lab", signer, new KeyMapping(keys), clock, random));
        }
        publishAll();
    }

    private void publishAll() {
        clock.pass(SECOND);
        nodes.forEach(Nodes.Node::publish);
    }

    private void rounds(int count, List<Link> links, Random random) throws InvalidJsonException {
        for (int round = 0; round < count; round++) {
            List<Link> order = new ArrayList<>(links);
            Collections.shuffle(order, random);
            for (Link link : order) {
                exchange(link);
            }
        }
    }

    private void exchange(Link link) throws InvalidJsonException {
        Nodes.Node asker = nodes.get(link.from);
        Nodes.Node asked = nodes.get(link.to);
        OutgoingRequest request = asker.requester().prepare(asked.id()).orElseThrow();
        HttpAnswer answer = asked.receive(request);
        asker.requester().conclude(request, answer, Moment.now(clock));
        passed(link, RequestBody.decode(request.body()).data());
        passed(new Link(link.to, link.from), ResponseBody.decode(answer.body()).storeData());
    }

    private void passed(Link link, RawEntries entries) {
        for (RawEntry entry : entries.wellFormed().values()) {
            if (!sent.computeIfAbsent(link, l -> new HashSet<>()).add(entry)) {
                repeats.add(entry.sigId() + " over " + link);
            }
            met.computeIfAbsent(nodes.get(link.to).id(), id -> new HashSet<>()).add(entry);
        }
    }

    /** What the nodes hold, each different answer once. */
    private Set<Map<String, Long>> haves() {
        Set<Map<String, Long>> haves = new HashSet<>();
        nodes.forEach(node -> haves.add(node.store().have()));
        return haves;
    }

    /** How often each node verified each of the others' entries that it was sent. */
    private List<Integer> verifiedTimes() {
        List<Integer> times = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            String self = nodes.get(i).id();
            for (RawEntry entry : met.getOrDefault(self, Set.of())) {
                if (!entry.sigId().equals(self)) {
                    byte[] payload = CanonicalBase64.decode(entry.payload()).orElseThrow();
                    times.add(Objects.requireNonNull(verifiers.get(i).get(entry.sigId()))
                            .asked(payload));
                }
            }
        }
        return times;
    }
}
