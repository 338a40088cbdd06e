package io.distomon.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyDiffTest {
    private static final Member FRA = peer("fra", 10);
    private static final Member NYC = peer("nyc", 10);
    private static final Member AMS = peer("ams", 10);

    @Test
    void onlyTheMonitorsConcernedStartStopOrChange() {
        Member slower = peer("fra", 60);

        TopologyDiff diff = TopologyDiff.between(List.of(FRA, NYC), List.of(AMS, slower));

        assertThat(diff).isEqualTo(new TopologyDiff(List.of(AMS), List.of("nyc"), List.of(slower)));
        assertThat(diff).hasToString("starts to poll ams; polls no more nyc; polls otherwise fra");
        assertThat(diff.isEmpty()).isFalse();
    }

    @Test
    void theOrderOfMembersIsNoChange() {
        TopologyDiff diff = TopologyDiff.between(List.of(FRA, NYC, AMS), List.of(AMS, FRA, NYC));

        assertThat(diff.isEmpty()).isTrue();
        assertThat(diff).hasToString("polls as before");
    }

    @Test
    void anotherAddressIsAChange() {
        Member moved = new Member("fra", URI.create("http://elsewhere"), FRA.pollRate(), FRA.retry());

        assertThat(TopologyDiff.between(List.of(FRA), List.of(moved)).change()).containsExactly(moved);
    }

    @Test
    void whatIsPassiveOrOurselvesIsNotPolled() {
        assertThat(config("fra", member("nyc", "http://nyc")).polled()).containsExactly(NYC);
        assertThat(config("fra", member("nyc", null)).polled()).isEmpty();
        assertThat(config("nyc", member("nyc", "http://nyc")).polled()).isEmpty();
    }

    /** Applied to who is polled, it always gives who is to be polled, and touches nobody else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliedToTheOldItGivesTheNew(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Member> before = some(random);
            List<Member> after = some(random);

            TopologyDiff diff = TopologyDiff.between(before, after);

            Map<String, Member> polled = new TreeMap<>();
            before.forEach(peer -> polled.put(peer.nodeId(), peer));
            diff.stop().forEach(id -> assertThat(polled.remove(id)).isNotNull());
            diff.change()
                    .forEach(peer -> assertThat(polled.put(peer.nodeId(), peer))
                            .isNotEqualTo(peer)
                            .isNotNull());
            diff.start()
                    .forEach(peer -> assertThat(polled.put(peer.nodeId(), peer)).isNull());
            assertThat(polled.values()).containsExactlyInAnyOrderElementsOf(after);
        }
    }

    private static List<Member> some(Random random) {
        return new ArrayList<>(IntStream.range(0, 8)
                .filter(i -> random.nextBoolean())
                .mapToObj(i -> peer("n" + i, 1 + random.nextInt(2)))
                .toList());
    }

    private static Member peer(String id, int pollSeconds) {
        return new Member(id, URI.create("http://" + id), Duration.ofSeconds(pollSeconds), 2);
    }

    private static Member member(String id, @Nullable String url) {
        return new Member(id, url == null ? null : URI.create(url), Duration.ofSeconds(10), 2);
    }

    private static NetworkConfig config(String self, Member member) {
        return NetworkConfig.of("lab", self, List.of(member), new KeyMapping(Map.of()), List.of());
    }
}
