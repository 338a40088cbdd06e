package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({
        // poll, failures in a row, longest wait: seconds
        "60, 0, 60",
        "60, 1, 120",
        "60, 3, 480",
        "60, 4, 600",
        "60, 1000000, 600",
        "3600, 0, 3600",
        "3600, 5, 3600",
        "1, 2, 4"
    })
    void eachFailureDoublesTheWaitAndAFifthOfItIsLeftToChance(int poll, int failures, long longest) {
        // One for all: the first numbers of neighbouring seeds are alike.
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            assertThat(Backoff.next(Duration.ofSeconds(poll), failures, random))
                    .isBetween(Duration.ofMillis(longest * 800), Duration.ofSeconds(longest));
        }
    }

    @Test
    void nodesThatFailAtOnceDontAllComeBackAtOnce() {
        Random random = new Random(1);
        List<Duration> waits = IntStream.range(0, 1000)
                .mapToObj(node -> Backoff.next(Duration.ofSeconds(60), 3, random))
                .toList();

        // From 384 to 480 seconds.
        for (int from = 384; from < 480; from += 12) {
            Duration low = Duration.ofSeconds(from);
            Duration high = low.plusSeconds(12);
            assertThat(waits).anyMatch(wait -> wait.compareTo(low) >= 0 && wait.compareTo(high) < 0);
        }
    }
}
