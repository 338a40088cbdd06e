package io.distomon.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** fra, nyc and sgp watch each other; how often each speaks follows from how often the others want to be polled. */
class CadencesTest {
    private static final long SECOND_NANOS = 1_000_000_000;

    @Test
    void aNodeSpeaksAsOftenAsItPollsWhoIsPolledMostOften() {
        assertThat(observers("http://x", 10_000, 2_500, 60_000).cadenceSeconds())
                .containsEntry("fra", 3) // 2.5 s, rounded up
                .containsEntry("nyc", 10)
                .containsEntry("sgp", 3);
        assertThat(observers("http://x", 100, 100, 7_200_000).cadenceSeconds())
                .containsEntry("fra", 1)
                .containsEntry("sgp", 1);
        assertThat(observers("http://x", 7_200_000, 7_200_000, 7_200_000).cadenceSeconds())
                .containsEntry("fra", 3600);
    }

    @Test
    void whoPollsNobodySpeaksEveryTenSeconds() {
        assertThat(observers(null, 60_000, 60_000, 60_000).cadenceSeconds())
                .containsOnlyKeys("fra", "nyc", "sgp")
                .containsValue(10)
                .doesNotContainValue(60);
    }

    @Test
    void forThreeMinutesAfterAChangeTheSlowerCounts() {
        long changed = 1_000 * SECOND_NANOS;
        Observers slow = observers("http://x", 60_000, 60_000, 60_000);
        Observers fast = observers("http://x", 5_000, 5_000, 5_000);

        Cadences faster = Cadences.of(slow).changed(fast, changed);
        assertThat(faster.at(changed)).containsEntry("fra", 60);
        assertThat(faster.at(changed + 180 * SECOND_NANOS)).containsEntry("fra", 60);
        assertThat(faster.at(changed + 180 * SECOND_NANOS + 1)).containsEntry("fra", 5);

        Cadences slower = Cadences.of(fast).changed(slow, changed);
        assertThat(slower.at(changed)).containsEntry("fra", 60);
        assertThat(slower.at(changed + 3600 * SECOND_NANOS)).containsEntry("fra", 60);
    }

    @Test
    void aChangeInsteadOfAnotherForgetsNotWhatWasBeforeThat() {
        long changed = 1_000 * SECOND_NANOS;
        Observers slow = observers("http://x", 60_000, 60_000, 60_000);
        Cadences twice = Cadences.of(slow)
                .changed(observers("http://x", 5_000, 5_000, 5_000), changed)
                .changed(observers("http://x", 4_000, 4_000, 4_000), changed + 10 * SECOND_NANOS);

        assertThat(twice.at(changed + 190 * SECOND_NANOS)).containsEntry("fra", 60);
        assertThat(twice.at(changed + 190 * SECOND_NANOS + 1)).containsEntry("fra", 4);
    }

    @Test
    void aChangeOfSomethingElseIsNone() {
        Observers same = observers("http://x", 5_000, 5_000, 5_000);
        Cadences cadences = Cadences.of(observers("http://y", 5_000, 5_000, 5_000));

        assertThat(cadences.changed(same, SECOND_NANOS)).isSameAs(cadences);
    }

    @Test
    void whoIsNewIsGrantedWhatTheNewConfigSays() {
        Observers before = Topology.DEFAULT.observers("lab", List.of(member("fra", "http://x", 60_000)));
        Observers after = observers("http://x", 5_000, 5_000, 5_000);

        assertThat(Cadences.of(before).changed(after, 0).at(0)).containsEntry("nyc", 5);
    }

    private static Observers observers(@Nullable String url, int... pollMillis) {
        String[] ids = {"fra", "nyc", "sgp"};
        return Topology.DEFAULT.observers(
                "lab",
                IntStream.range(0, ids.length)
                        .mapToObj(i -> member(ids[i], url, pollMillis[i]))
                        .toList());
    }

    private static Member member(String id, @Nullable String url, int pollMillis) {
        return new Member(id, url == null ? null : URI.create(url), Duration.ofMillis(pollMillis), 2);
    }
}
