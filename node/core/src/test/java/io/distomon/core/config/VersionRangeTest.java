package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            >=1.0.0         | 1.0.0          | true
            >=1.0.0         | 0.9.9          | false
            >=1.0.0, <2     | 1.99.0         | true
            >=1.0.0, <2     | 2.0.0          | false
            >1.2            | 1.2.1          | true
            <=1.2           | 1.2.1          | false
            !=1.3.1         | 1.3.1          | false
            1.3.1           | 1.3.1          | true
            v1.3            | 1.3.0          | true
            == 1.3.1        | 1.3.2          | false
            <1.10           | 1.9            | true
            >=0.1.0         | 0.1.0-SNAPSHOT | true
            >=0.1.0         | unknown        | false
            """)
    void allConditionsMustHold(String range, String version, boolean contained) {
        assertThat(VersionRange.parse(List.of(range)).orElseThrow().contains(version))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "~1.2", "1.2.3.4", ">=1..2", ">=99999999999", ">=1,", "1.x"})
    void whatIsNoConditionIsNotUnderstood(String range) {
        assertThat(VersionRange.parse(List.of(">=0", range))).isEmpty();
    }
}
