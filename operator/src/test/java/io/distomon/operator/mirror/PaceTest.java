package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often networks are looked at. */
class PaceTest {
    @Test
    void allNetworksTogetherThatAreWellAreLookedAtTwentyTimesASecondAtMost() {
        Duration interval = Duration.ofSeconds(5);

        assertThat(new Pace(interval, () -> 3).calm()).isEqualTo(interval);
        assertThat(new Pace(interval, () -> 100).calm()).isEqualTo(interval);
        assertThat(new Pace(interval, () -> 500).calm()).isEqualTo(Duration.ofSeconds(25));
        assertThat(new Pace(interval, () -> 5_000).calm()).isEqualTo(Duration.ofSeconds(30));
        assertThat(new Pace(Duration.ofMinutes(5), () -> 5_000).calm()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void whoIsSilentIsAskedTheLessOftenTheLongerItIsAndTwiceAMinuteAtLeast() {
        Pace pace = new Pace(Duration.ofSeconds(5), () -> 500);

        assertThat(pace.silent(1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(pace.silent(13)).isEqualTo(Duration.ofSeconds(5));
        assertThat(pace.silent(14)).isEqualTo(Duration.ofSeconds(10));
        assertThat(pace.silent(17)).isEqualTo(Duration.ofSeconds(25));
        assertThat(pace.silent(18)).isEqualTo(Duration.ofSeconds(30));
        assertThat(pace.silent(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(new Pace(Duration.ofMinutes(5), () -> 1).silent(100)).isEqualTo(Duration.ofMinutes(5));
    }
}
