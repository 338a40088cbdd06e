package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnClockTest {
    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final OwnClock own = new OwnClock(clock);

    @Test
    void aClockThatIsSetIsNoticedOnceAndByHowMuch() {
        clock.pass(60_000_000);
        clock.set(clock.wallMicros() + 340_000_000);

        assertThat(own.step()).hasValueSatisfying(step -> assertThat(step).isEqualTo(Duration.ofSeconds(340)));
        assertThat(own.step()).isEmpty();

        clock.set(clock.wallMicros() - 3_600_000_000L);
        assertThat(own.step()).hasValueSatisfying(step -> assertThat(step).isEqualTo(Duration.ofHours(-1)));
    }

    @Test
    void aClockThatRunsEvenlyIsSetByNobody() {
        clock.pass(86_400_000_000L);
        clock.set(clock.wallMicros() + 1_900_000);

        assertThat(own.step()).isEmpty();
    }

    @Test
    void whatMostPeersSayAgreeOnIsOursToMend() {
        assertThat(ahead(-340_000, -340_100, 5)).isEqualTo(Duration.ofSeconds(340));
        assertThat(ahead(340_000, 340_100)).isEqualTo(Duration.ofSeconds(-340));
    }

    @Test
    void onePeerWithAWrongClockSaysNothingOfOurs() {
        assertThat(ahead(-340_000, 2, 5)).isEqualTo(Duration.ofMillis(-2));
        assertThat(ahead(-340_000, 2)).isEqualTo(Duration.ZERO);
        assertThat(OwnClock.aheadOfMost(List.of(new ClockOffset(-340_000, 1)))).isEmpty();
    }

    private static Duration ahead(double... offsets) {
        return OwnClock.aheadOfMost(java.util.Arrays.stream(offsets)
                        .mapToObj(millis -> new ClockOffset(millis, 1))
                        .toList())
                .orElseThrow();
    }
}
