package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LatestViewTest {
    private final AtomicLong nowMicros = new AtomicLong(1_700_000_000_000_000L);
    private final SecureRandom random = new SecureRandom();
    private final Signer ams = Signer.generate("ams", random);
    private final Signer fra = Signer.generate("fra", random);
    private final Clock clock = new Clock() {
        @Override
        public long wallMicros() {
            return nowMicros.get();
        }

        @Override
        public long monotonicNanos() {
            return nowMicros.get() * 1_000;
        }
    };
    private final KeyMapping keys =
            new KeyMapping(Map.of("ams", List.of(ams.verifier()), "fra", List.of(fra.verifier())));
    private final SharedStore store = new SharedStore("lab", "ams", keys, clock);
    private final NetworkExchange exchange = new NetworkExchange(config(10), ams, store, news -> {});
    private final LatestView latest = new LatestView(exchange, clock);

    @Test
    void aViewIsFoldedOnceHoweverManyAsk() {
        fraSaysSomething();
        NetworkView first = latest.ask().view();
        pass(Duration.ofSeconds(3));

        Asked again = latest.ask();

        assertThat(again.view()).isSameAs(first);
        assertThat(again.at().wallMicros()).isEqualTo(nowMicros.get());
        assertThat(again.evidence().verify(keys).view().nodes()).isEqualTo(first.nodes());
    }

    @Test
    void somethingNewIsSeenAtOnce() {
        NetworkView before = latest.ask().view();

        fraSaysSomething();

        assertThat(before.node("fra").orElseThrow().state()).isEqualTo(NodeState.UNKNOWN);
        assertThat(latest.ask().view().node("fra").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
    }

    @Test
    void whatTimeAloneChangesIsSeenAtOnce() {
        fraSaysSomething();
        assertThat(latest.ask().view().node("fra").orElseThrow().fresh()).isTrue();
        pass(Duration.ofSeconds(40));
        assertThat(latest.ask().view().node("fra").orElseThrow().fresh()).isTrue();

        nowMicros.addAndGet(1);

        assertThat(latest.ask().view().node("fra").orElseThrow().fresh()).isFalse();
    }

    @Test
    void whoFollowsASmallNetworkSeesWhatIsNewAtOnce() {
        NetworkView before = latest.follow().view();

        fraSaysSomething();

        assertThat(latest.follow().view()).isNotSameAs(before);
    }

    @Test
    void whoFollowsALargeNetworkSeesWhatIsNewSomeSecondsLaterAndWhoAsksAtOnce() {
        exchange.reload(config(10, 1_000), ams, Moment.now(clock));
        NetworkView before = latest.follow().view();
        fraSaysSomething();
        pass(Duration.ofMillis(3_999));
        assertThat(latest.follow().view()).isSameAs(before);

        pass(Duration.ofMillis(1));
        NetworkView after = latest.follow().view();

        assertThat(after.node("fra").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
        pass(Duration.ofSeconds(1));
        fraSaysSomething();
        assertThat(latest.follow().view()).isSameAs(after);
        assertThat(latest.ask().view()).isNotSameAs(after);
    }

    @Test
    void networksOf250NodesAreLarge() {
        exchange.reload(config(10, 249), ams, Moment.now(clock));
        NetworkView small = latest.follow().view();
        fraSaysSomething();
        assertThat(latest.follow().view()).isNotSameAs(small);

        exchange.reload(config(10, 250), ams, Moment.now(clock));
        NetworkView large = latest.follow().view();
        pass(Duration.ofMillis(999));
        fraSaysSomething();
        assertThat(latest.follow().view()).isSameAs(large);
        pass(Duration.ofMillis(1));
        assertThat(latest.follow().view()).isNotSameAs(large);
    }

    @Test
    void whoFollowsALargeNetworkSeesWhatSomebodyElseHasAskedFor() {
        exchange.reload(config(10, 1_000), ams, Moment.now(clock));
        latest.follow();
        fraSaysSomething();
        NetworkView asked = latest.ask().view();

        assertThat(latest.follow().view()).isSameAs(asked);
    }

    @Test
    void whoFollowsALargeNetworkSeesAnotherConfigAtOnce() {
        exchange.reload(config(10, 1_000), ams, Moment.now(clock));
        NetworkView before = latest.follow().view();

        exchange.reload(config(20, 1_000), ams, Moment.now(clock));

        assertThat(latest.follow().view()).isNotSameAs(before);
    }

    @Test
    void anotherConfigIsSeenAtOnce() {
        NetworkView before = latest.ask().view();

        exchange.reload(config(20), ams, Moment.now(clock));

        assertThat(latest.ask().view()).isNotSameAs(before);
    }

    private void fraSaysSomething() {
        NodeData said = new NodeData(
                nowMicros.get(),
                Map.of(),
                "fra",
                "1",
                "lab",
                10,
                "boot",
                exchange.config().digest(),
                false);
        assertThat(store.merge(RawEntries.of(List.of(SignedNodeData.sign(said, fra))))
                        .taken())
                .containsExactly("fra");
    }

    private void pass(Duration span) {
        nowMicros.addAndGet(span.toNanos() / 1_000);
    }

    private NetworkConfig config(int pollSeconds) {
        return config(pollSeconds, 2);
    }

    /** So many members; those behind the first two have no keys. */
    private NetworkConfig config(int pollSeconds, int size) {
        List<Member> members = Stream.concat(
                        Stream.of("ams", "fra"), IntStream.range(2, size).mapToObj(i -> "node-" + i))
                .map(id -> member(id, pollSeconds))
                .toList();
        return NetworkConfig.of("lab", "ams", members, keys, List.of());
    }

    private static Member member(String id, int pollSeconds) {
        return new Member(id, URI.create("http://" + id), Duration.ofSeconds(pollSeconds), 2);
    }
}
