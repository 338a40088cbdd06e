package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A sparse network of forty, in which each is polled by five. */
class WatchlistTest {
    private static final long SECOND = 1_000_000; // microseconds
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, 5);
    private static final String DOWN = "n7";

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Map<String, Watchlist> watchlists = new HashMap<>();

    WatchlistTest() {
        for (int i = 0; i < 40; i++) {
            watchlists.put("n" + i, new Watchlist(config("n" + i, 40, SPARSE), clock));
        }
    }

    @Test
    void fourMoreLookWhenANodesStateIsInQuestionAndAllAgreeWhichFour() {
        Set<String> before = observers(DOWN);
        assertThat(before).hasSize(5);

        List<String> changed = watchlists.entrySet().stream()
                .filter(watchlist -> watchlist.getValue().standIn(any -> inQuestion(DOWN)))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(changed).hasSize(4).doesNotContain(DOWN).doesNotContainAnyElementsOf(before);
        assertThat(observers(DOWN)).hasSize(9).containsAll(before).containsAll(changed);
    }

    @Test
    void whoIsInQuestionItselfStandsInForNobody() {
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion(DOWN)));
        Set<String> first = observers(DOWN);
        String one = first.stream()
                .filter(id -> !config(id, 40, SPARSE).polled().stream()
                        .map(Member::nodeId)
                        .toList()
                        .contains(DOWN))
                .findFirst()
                .orElseThrow();

        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion(DOWN, one)));

        assertThat(observers(DOWN)).hasSize(10).containsAll(first);
    }

    @Test
    void theyGoOnForFiveMinutesAfterItIsNot() {
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion(DOWN)));
        clock.pass(200 * SECOND);
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion(DOWN)));
        clock.pass(299 * SECOND);
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion()));
        assertThat(observers(DOWN)).hasSize(9);

        clock.pass(SECOND);
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion()));

        assertThat(observers(DOWN)).hasSize(5);
    }

    @Test
    void theyGoOnForAsLongAsNobodyElseSeesItButNoMoreBeginTo() {
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion(DOWN)));
        Set<String> nine = observers(DOWN);
        for (int i = 0; i < 10; i++) {
            clock.pass(299 * SECOND);
            watchlists.values().forEach(watchlist -> watchlist.standIn(any -> leftToStandIns(DOWN, "n8")));
        }
        assertThat(observers(DOWN)).isEqualTo(nine);
        assertThat(observers("n8")).hasSize(5);

        clock.pass(300 * SECOND);
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion()));

        assertThat(observers(DOWN)).hasSize(5);
    }

    @Test
    void whenAHalfOfManyIsInQuestionNobodyLooksBesides() {
        NetworkConfig config = config("n0", 200, SPARSE);
        Watchlist watchlist = new Watchlist(config, clock);
        Set<String> half = IntStream.range(100, 200).mapToObj(i -> "n" + i).collect(Collectors.toSet());

        assertThat(watchlist.standIn(any -> new Watchlist.Needs(half, Set.of())))
                .isFalse();
        assertThat(watchlist.targets()).isEqualTo(config.polled());
    }

    @Test
    void whoIsRemovedIsWatchedNoMore() {
        watchlists.values().forEach(watchlist -> watchlist.standIn(any -> inQuestion("n39")));
        assertThat(observers("n39")).hasSize(9);

        watchlists.forEach((id, watchlist) -> watchlist.reconfigure(config(id, 39, SPARSE)));

        assertThat(observers("n39")).isEmpty();
    }

    @Test
    void inAFullNetworkNobodyIsAskedWhoIsInQuestion() {
        NetworkConfig config = config("n0", 20, Topology.DEFAULT);
        Watchlist watchlist = new Watchlist(config, clock);

        assertThat(watchlist.standIn(any -> {
                    throw new AssertionError("asked");
                }))
                .isFalse();
        assertThat(watchlist.targets()).isEqualTo(config.polled()).hasSize(19);
    }

    private static Watchlist.Needs inQuestion(String... ids) {
        return new Watchlist.Needs(Set.of(ids), Set.of());
    }

    private static Watchlist.Needs leftToStandIns(String... ids) {
        return new Watchlist.Needs(Set.of(), Set.of(ids));
    }

    private Set<String> observers(String target) {
        return watchlists.entrySet().stream()
                .filter(entry -> entry.getValue().targets().stream()
                        .anyMatch(peer -> peer.nodeId().equals(target)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static NetworkConfig config(String nodeId, int size, Topology topology) {
        List<Member> members = IntStream.range(0, size)
                .mapToObj(i -> new Member("n" + i, URI.create("http://n" + i), Duration.ofSeconds(10), 2))
                .toList();
        return NetworkConfig.of("lab", nodeId, members, new KeyMapping(Map.of()), topology, List.of());
    }
}
