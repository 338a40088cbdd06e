package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Allowance allowance = new Allowance(10, 30, 20);

    @Test
    void soMuchInARowIsThere() {
        allowance.use(29.5, SECOND);
        assertThat(allowance.isUsedUp(SECOND)).isFalse();
        allowance.use(0.5, SECOND);
        assertThat(allowance.isUsedUp(SECOND)).isTrue();
    }

    @Test
    void soMuchComesBackInASecondAndNeverMoreThanInARow() {
        allowance.use(30, 0);
        assertThat(allowance.isUsedUp(SECOND)).isFalse();
        allowance.use(10, SECOND);
        assertThat(allowance.isUsedUp(SECOND)).isTrue();

        allowance.use(30, 1_000 * SECOND);
        assertThat(allowance.isUsedUp(1_000 * SECOND)).isTrue();
    }

    @Test
    void oneUseMayGoBeyondButNobodyOwesMoreThanThat() {
        allowance.use(1_000_000, 0);

        assertThat(allowance.isUsedUp(2 * SECOND)).isTrue();
        assertThat(allowance.isUsedUp(2 * SECOND + 1)).isFalse();
    }

    @Test
    void aClockThatBeganBelowZeroTakesNothingAway() {
        assertThat(allowance.isUsedUp(-1_000 * SECOND)).isFalse();
        allowance.use(30, -1_000 * SECOND);
        assertThat(allowance.isUsedUp(-1_000 * SECOND)).isTrue();
        assertThat(allowance.isUsedUp(-999 * SECOND)).isFalse();
    }
}
