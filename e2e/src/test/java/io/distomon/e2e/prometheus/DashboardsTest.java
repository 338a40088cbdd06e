package io.distomon.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.e2e.nodes.RunningNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards that the chart brings to Grafana. */
class DashboardsTest {
    private static final List<Path> READMES =
            List.of(Path.of("..", "README.md"), Path.of("..", "operator", "README.md"));
    private static final Pattern METRIC = Pattern.compile("distomon_\\w+");

    /** Scrapes come once a second, and rates are of ten. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    @Test
    void theyNameOnlyMetricsThatAReadmeNames() throws IOException {
        Set<String> told = new TreeSet<>();
        for (Path readme : READMES) {
            METRIC.matcher(Files.readString(readme)).results().forEach(metric -> told.add(metric.group()));
        }

        for (Dashboard dashboard : Dashboard.all()) {
            Set<String> used = new TreeSet<>();
            dashboard
                    .queries()
                    .forEach(query -> METRIC.matcher(query.expression())
                            .results()
                            .forEach(metric -> used.add(metric.group().replaceFirst("_bucket$", ""))));

            assertThat(used).as(dashboard.file()).isNotEmpty();
            assertThat(told).as(dashboard.file()).containsAll(used);
        }
    }

    @Test
    void eachPanelHasAPlaceOfItsOwnAndSaysWhatItShows() {
        for (Dashboard dashboard : Dashboard.all()) {
            Set<List<Integer>> taken = new HashSet<>();
            for (JsonNode panel : dashboard.json().path("panels")) {
                JsonNode place = panel.path("gridPos");
                String title = dashboard.file() + ": " + panel.path("title").asText();
                assertThat(place.path("w").asInt()).as(title).isPositive();
                assertThat(place.path("h").asInt()).as(title).isPositive();
                for (int x = 0; x < place.path("w").asInt(); x++) {
                    for (int y = 0; y < place.path("h").asInt(); y++) {
                        int column = place.path("x").asInt() + x;
                        assertThat(column).as(title).isLessThan(24);
                        assertThat(taken.add(List.of(column, place.path("y").asInt() + y)))
                                .as(title)
                                .isTrue();
                    }
                }
                assertThat(panel.path("title").asText()).isNotBlank();
                assertThat(panel.path("targets")).as(title).isNotEmpty();
            }
        }
    }

    @Test
    @Tag("cluster")
    void aRealPrometheusHasAnAnswerToEachOfTheirQueries(@TempDir Path directory) throws Exception {
        try (RunningNodes nodes = RunningNodes.start(directory, List.of("fra", "ams", "nyc"));
                PrometheusServer prometheus = PrometheusServer.start(directory, nodes.managementAddresses())) {
            String instance = nodes.managementAddresses().getFirst();
            List<String> unanswered = new ArrayList<>();
            await("an answer to every query")
                    .atMost(LONG_ENOUGH)
                    .failFast("a node or Prometheus has ended", () -> !nodes.areAlive() || !prometheus.isAlive())
                    .untilAsserted(() -> {
                        unanswered.clear();
                        for (Dashboard dashboard : Dashboard.all()) {
                            if (dashboard.isOfTheOperator()) {
                                continue; // It has a test with an operator.
                            }
                            for (Dashboard.Query query : dashboard.queries()) {
                                if (prometheus
                                        .query(query.at(RunningNodes.NETWORK, instance)
                                                .withoutDefault())
                                        .isEmpty()) {
                                    unanswered.add(dashboard.file() + ": " + query.panel());
                                }
                            }
                        }
                        assertThat(unanswered).isEmpty();
                        assertThat(prometheus.query(
                                        "count(avg by (node) (distomon_node_state{state=\"Online\"}) > 0.5)"))
                                .singleElement()
                                .satisfies(series -> assertThat(
                                                series.path("value").path(1).asText())
                                        .isEqualTo("3"));
                    });
        }
    }
}
