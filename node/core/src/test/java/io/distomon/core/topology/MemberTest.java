package io.distomon.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemberTest {
    @Test
    void withoutARetryIntervalAFailedPollIsRepeatedAfterAnEighthOfThePollRateButNotWithinASecond() {
        assertThat(retrySpacing(seconds(3600), null)).hasSeconds(450);
        assertThat(retrySpacing(seconds(10), null)).hasMillis(1250);
        assertThat(retrySpacing(seconds(8), null)).hasSeconds(1);
        assertThat(retrySpacing(seconds(2), null)).hasSeconds(1);
    }

    @Test
    void itIsNeverRepeatedLaterThanThePollRateSays() {
        assertThat(retrySpacing(seconds(1), null)).hasSeconds(1);
        assertThat(retrySpacing(Duration.ofMillis(20), null)).hasMillis(20);
        assertThat(retrySpacing(seconds(10), seconds(10))).hasSeconds(10);
        assertThat(retrySpacing(seconds(10), seconds(30))).hasSeconds(10);
    }

    @Test
    void aRetryIntervalGoesBeforeTheRule() {
        assertThat(retrySpacing(seconds(10), Duration.ofMillis(2500))).hasMillis(2500);
        assertThat(retrySpacing(seconds(3600), seconds(1))).hasSeconds(1);
    }

    private static Duration retrySpacing(Duration pollRate, @Nullable Duration retryInterval) {
        return new Member("fra", URI.create("http://fra"), pollRate, 2, retryInterval).retrySpacing();
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
