package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.Conclusion;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.exchange.Receiver;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a poll of a real node allocates, on all threads of both sides, as a multiple of what the same exchange does in
 * memory: no time, so that no machine is too slow.
 */
class PollAllocationsTest {
    private static final Duration AMPLE = Duration.ofMinutes(1);

    // A sender may ask sixty times in a row.
    private static final int ROUNDS = 5;
    private static final int TIMES = 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Clock clock = Clock.system();
    private final SecureRandom random = new SecureRandom();
    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, clock);

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void aPollAllocatesAtMostTwiceWhatItsExchangeDoesInMemory(@TempDir Path directory) throws Exception {
        NetworkOnDisk network = new NetworkOnDisk(directory, "ams", "fra");
        Member ams = network.member("ams");
        // Whom nobody polls.
        List<Member> members = List.of(ams, new Member("fra", null, Duration.ofSeconds(1), 0));
        network.writeSharedOf("ams", members);
        HttpPeerClient client =
                new HttpPeerClient(peers, new Requester(exchange(network, members, "fra"), clock, random));
        Requester asker = new Requester(exchange(network, members, "fra"), clock, random);
        NetworkExchange asked = exchange(network, members, "ams");
        Receiver receiver = new Receiver(clock, random, id -> Optional.of(asked));

        long inMemory = allocated(() -> {
            assertThat(poll(asker, receiver)).isInstanceOf(Conclusion.Counted.class);
            return null;
        });
        Node node = Node.start(network.properties("ams"));
        try {
            long overHttp = allocated(() -> {
                assertThat(client.poll(ams, AMPLE)).isInstanceOf(PollResult.Answered.class);
                return null;
            });

            assertThat((double) overHttp / inMemory)
                    .as("%s bytes over HTTP, %s in memory", overHttp, inMemory)
                    .isLessThan(2);
        } finally {
            node.close();
        }
    }

    private NetworkExchange exchange(NetworkOnDisk network, List<Member> members, String nodeId) {
        KeyMapping keys = network.keys(List.of("ams", "fra"));
        NetworkConfig config = NetworkConfig.of("lab", nodeId, members, keys, List.of());
        return new NetworkExchange(
                config, network.signer(nodeId), new SharedStore("lab", nodeId, keys, clock), news -> {});
    }

    private Conclusion poll(Requester asker, Receiver asked) {
        OutgoingRequest request = asker.prepare("ams").orElseThrow();
        Admission admission =
                asked.admit(new HttpRequestHead("POST", request.uri().getPath(), request.fields()));
        try (Admission.Admitted admitted = (Admission.Admitted) admission) {
            HttpAnswer answer = asked.answer(admitted, request.body(), Moment.now(clock));
            return asker.conclude(request, answer, Moment.now(clock));
        }
    }

    /** Bytes each time, once all is warm, of everybody: what others do meanwhile is not in the least of the rounds. */
    private static long allocated(Callable<?> step) throws Exception {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getTotalThreadAllocatedBytes();
            for (int i = 0; i < TIMES; i++) {
                step.call();
            }
            least = Math.min(least, THREADS.getTotalThreadAllocatedBytes() - before);
        }
        return least / TIMES;
    }
}
