package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
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
        for (int seed = 0; seed < 100; seed++) {
            assertThat(Backoff.next(Duration.ofSeconds(poll), failures, new Random(seed)))
                    .isBetween(Duration.ofMillis(longest * 800), Duration.ofSeconds(longest));
        }
    }
}
