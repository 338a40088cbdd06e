package io.distomon.core.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limit on a clock that moves only when told to. */
class LoginLimitTest {
    private static final SourceAddress HERE = source("192.0.2.1");
    private static final SourceAddress THERE = source("192.0.2.2");

    // May be anything, and goes from the greatest number on to the smallest.
    private long now = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos();
    private final LoginLimit limit = new LoginLimit();

    @Test
    void afterFiveFreeAttemptsEachWaitsTwiceAsLongAsTheOneBeforeUpToAMinute() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            Duration early = attempt(HERE);
            waits.add(early.toSeconds());
            pass(early);
            if (early.isPositive()) {
                assertThat(attempt(HERE)).isZero();
            }
        }

        assertThat(waits).containsExactly(0L, 0L, 0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void anAttemptThatComesTooEarlyNeitherCountsNorProlongsTheWait() {
        attempts(HERE, LoginLimit.FREE_OF_SOURCE);

        for (int i = 0; i < 1_000; i++) {
            assertThat(attempt(HERE)).isEqualTo(Duration.ofSeconds(1));
        }
        pass(Duration.ofMillis(999));
        assertThat(attempt(HERE)).isEqualTo(Duration.ofMillis(1));
        pass(Duration.ofMillis(1));

        assertThat(attempt(HERE)).isZero();
    }

    @Test
    void attemptsThatAreNotYetKnownToHaveFailedCount() {
        // None of these has been told to have succeeded or failed when the next begins.
        attempts(HERE, LoginLimit.FREE_OF_SOURCE);

        assertThat(attempt(HERE)).isPositive();
    }

    @Test
    void successForgetsWhatItsSourceFailed() {
        attempts(HERE, LoginLimit.FREE_OF_SOURCE);
        limit.succeeded(HERE);

        attempts(HERE, LoginLimit.FREE_OF_SOURCE);
        assertThat(attempt(HERE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void askingWhetherItIsTooEarlyCountsNothing() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(limit.early(HERE, now)).isZero();
        }

        attempts(HERE, LoginLimit.FREE_OF_SOURCE);
        assertThat(limit.early(HERE, now)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theLastFewThatFailedAreKnownOfTheirSourceAloneAndForgottenWithIt() {
        for (int i = 0; i <= LoginLimit.REMEMBERED_OF_SOURCE; i++) {
            assertThat(attempt(HERE)).isZero();
            limit.failed(HERE, "digest " + i);
        }

        assertThat(limit.wasWrong(HERE, "digest 0")).isFalse();
        assertThat(limit.wasWrong(HERE, "digest 1")).isTrue();
        assertThat(limit.wasWrong(THERE, "digest 1")).isFalse();
        limit.succeeded(HERE);
        assertThat(limit.wasWrong(HERE, "digest 1")).isFalse();
    }

    @Test
    void oneSourceDoesNotHinderAnother() {
        attempts(HERE, LoginLimit.FREE_OF_SOURCE);

        assertThat(attempt(HERE)).isPositive();
        assertThat(attempt(THERE)).isZero();
    }

    @Test
    void whatIsAnHourOldIsForgotten() {
        attempts(HERE, 5);
        assertThat(attempt(HERE)).isPositive();

        pass(Duration.ofSeconds(LoginLimit.FORGOTTEN_AFTER_SECONDS));

        attempts(HERE, LoginLimit.FREE_OF_SOURCE);
    }

    @Test
    void howeverManySourcesThereAreOnlyTheLatestAreRemembered() {
        attempts(HERE, LoginLimit.FREE_OF_SOURCE);
        for (int i = 0; i < LoginLimit.MAX_SOURCES; i++) {
            assertThat(attempt(HERE)).isPositive();
            attempt(new SourceAddress("source " + i));
        }

        assertThat(limit.sources()).isEqualTo(LoginLimit.MAX_SOURCES);
        // Its attempts were among the latest all the time.
        assertThat(attempt(HERE)).isPositive();
    }

    @Test
    void allAddressesOfAnIpv6SubnetAreOneSource() {
        assertThat(source("2001:db8:1:2::1")).isEqualTo(source("2001:db8:1:2:ffff::2"));
        assertThat(source("2001:db8:1:2::1")).isNotEqualTo(source("2001:db8:1:3::1"));
        assertThat(source("::ffff:192.0.2.1")).isEqualTo(HERE);
        assertThat(HERE).isNotEqualTo(THERE);
    }

    private Duration attempt(SourceAddress source) {
        return limit.begin(source, now);
    }

    private void attempts(SourceAddress source, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(attempt(source)).as("attempt %d", i).isZero();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static SourceAddress source(String address) {
        try {
            return SourceAddress.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address needs no look-up", e);
        }
    }
}
