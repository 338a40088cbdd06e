package io.distomon.node.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class HeadwayTest {
    private static final long STEP = Duration.ofNanos(100_000).toNanos();
    private static final int STEPS_IN_SLICE = 30; // 3 ms

    /** A clock on which a slice of work is followed by a pause, again and again. */
    private static LongSupplier pausing(Duration pause) {
        long[] looks = {0};
        return () -> {
            long look = looks[0]++;
            return look * STEP + look / STEPS_IN_SLICE * pause.toNanos();
        };
    }

    @Test
    void isGoodOnACoreOfOnesOwn() {
        assertThat(new Headway(pausing(Duration.ZERO)).isGood()).isTrue();
    }

    @Test
    void isGoodWithAQuarterOfACore() {
        assertThat(new Headway(pausing(Duration.ofMillis(9))).isGood()).isTrue();
    }

    @Test
    void isNotWithATwentiethOfOne() {
        assertThat(new Headway(pausing(Duration.ofMillis(57))).isGood()).isFalse();
    }

    @Test
    void isNotWhereNothingGoesOn() {
        long[] looks = {0};
        assertThat(new Headway(() -> looks[0]++ * Duration.ofSeconds(1).toNanos()).isGood())
                .isFalse();
    }
}
