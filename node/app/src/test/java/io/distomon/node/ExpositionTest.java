package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of scrapes is a check itself, and so has to fail on what is wrong. */
class ExpositionTest {
    private static final String GOOD = """
            # HELP a_total Something.
            # TYPE a_total counter
            a_total{x="1",y="a \\"b\\" \\\\ }"} 3.0
            a_total{x="2",y=""} 1.5E9
            # HELP b Something.
            # TYPE b histogram
            b_bucket{le="0.5"} 1
            b_bucket{le="+Inf"} 2
            b_count 2
            b_sum 4.0
            # HELP c Something.
            # TYPE c gauge
            c NaN
            """;

    @Test
    void whatIsRightIsRead() {
        Exposition read = Exposition.parse(GOOD);

        assertThat(read.value("a_total", "y", "", "x", "2")).isEqualTo(1.5e9);
        assertThat(read.value("a_total", "x", "2")).isNull();
        assertThat(read.value("b_count")).isEqualTo(2);
        assertThat(read.series("a_")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# HELP a_total Something.|",
                "# TYPE a_total counter|",
                "# TYPE a_total counter|# TYPE a_total gauge",
                "# TYPE a_total counter|# TYPE a_total enum",
                "# TYPE c gauge|# TYPE c counter",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{y=\"a \\\"b\\\" \\\\ }\",x=\"1\"} 3.0",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{x=\"2\",x=\"2\"} 1.5E9",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{x=\"2\",} 1.5E9",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{x=\"\\q\"} 1.5E9",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{x-y=\"2\"} 1.5E9",
                "a_total{x=\"2\",y=\"\"} 1.5E9|a_total{} 1.5E9",
                "a_total{x=\"2\",y=\"\"} 1.5E9|c 1.0",
                "c NaN|c null",
                "c NaN|c",
                "c NaN|c 1,5",
                "c NaN|",
                "b_bucket{le=\"+Inf\"} 2|",
                "b_bucket{le=\"0.5\"} 1|b_bucket{le=\"0.5\"} 3",
                "b_bucket{le=\"0.5\"} 1|b_bucket 1",
                "b_count 2|b_count 3",
                "b_count 2|",
                "b_sum 4.0|",
            })
    void whatIsWrongIsRefused(String change) {
        String[] parts = change.split("\\|", -1);
        String text = GOOD.lines()
                .map(line -> line.equals(parts[0]) ? parts[1] : line)
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(text).isNotEqualTo(GOOD);

        assertThatThrownBy(() -> Exposition.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScrapeThatIsCutOffIsRefused() {
        String[] lines = GOOD.split("\n");

        assertThatThrownBy(() -> Exposition.parse(GOOD.stripTrailing())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Exposition.parse(String.join("\n", Arrays.copyOf(lines, lines.length - 6)) + "\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Exposition.parse("")).isInstanceOf(IllegalArgumentException.class);
    }
}
