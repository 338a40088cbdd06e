package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Boot ids in the order in which entries that bear them are held. */
class BootsTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Boots boots = new Boots();
    private Duration now = Duration.ofDays(-1); // where a monotonic clock begins means nothing

    @Test
    void oneProcessIsNoDouble() {
        meet("a", "a", "a");
        assertThat(doubles()).isEmpty();
    }

    @Test
    void aProcessThatIsStartedAnewIsNoDoubleHoweverOften() {
        meet("a", "a", "b", "b", "c", "d", "e", "f", "g", "h");
        assertThat(doubles()).isEmpty();
    }

    /** Some have held the former one's last entries and give them to others, which the next one has to overtake. */
    @Test
    void aProcessThatIsStartedAnewWithItsClockSetBackIsNoDouble() {
        meet("a", "b", "a", "b", "b", "b");
        assertThat(doubles()).isEmpty();
    }

    @Test
    void twoProcessesAtWorkAreFoundAndNamed() {
        meet("b", "a", "b", "a", "b");
        assertThat(doubles()).isEqualTo(Map.of("fra", List.of("a", "b")));
    }

    @Test
    void twoProcessesOfWhichOneSpeaksMoreOftenAreFound() {
        meet("a", "a", "a", "b", "a", "a", "a", "b", "a", "a", "a", "b");
        assertThat(doubles()).containsKey("fra");
    }

    @Test
    void ofThreeProcessesTheTwoThatSpokeLastAreNamed() {
        meet("a", "b", "c", "a", "b", "c");
        assertThat(doubles()).isEqualTo(Map.of("fra", List.of("b", "c")));
    }

    @Test
    void anHourAfterTheyLastTookTurnsTheyAreNotNamedAnyMore() {
        meet("a", "b", "a", "b", "a");
        now = now.minus(INTERVAL).plusHours(1);
        assertThat(doubles()).containsKey("fra");

        now = now.plusNanos(1);

        assertThat(doubles()).isEmpty();
    }

    @Test
    void whoTookTurnsMoreThanAnHourAgoHasToDoSoAnewToBeNamed() {
        meet("a", "b", "a", "b", "a");
        now = now.plusHours(2);
        meet("b");
        assertThat(doubles()).isEmpty();

        meet("a", "b");

        assertThat(doubles()).containsKey("fra");
    }

    @Test
    void whoSaysNoBootIdIsNotCompared() {
        boots.met("fra", null, now.toNanos());
        meet("a", "b", "a");
        boots.met("fra", null, now.toNanos());
        assertThat(doubles()).isEmpty();
    }

    @Test
    void eachNodeIsLookedAtByItself() {
        for (int i = 0; i < 4; i++) {
            boots.met("fra", "a", i);
            boots.met("nyc", "b", i);
        }
        assertThat(boots.doubles(4)).isEmpty();
    }

    @Test
    void whoIsNoMemberAnyMoreIsForgotten() {
        meet("a", "b", "a", "b", "a");
        boots.keepOnly(Set.of("nyc"));
        assertThat(doubles()).isEmpty();
    }

    private void meet(String... ids) {
        for (String id : ids) {
            boots.met("fra", id, now.toNanos());
            now = now.plus(INTERVAL);
        }
    }

    private Map<String, List<String>> doubles() {
        return boots.doubles(now.toNanos());
    }
}
