package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.e2e.prometheus.Dashboard;
import io.distomon.e2e.prometheus.PrometheusServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus has of an operator at work. */
class OperatorMetricsTest extends OperatorBeforeApiServer {
    private static final Pattern PORT = Pattern.compile("health on port (\\d+)");

    /** Scrapes come once a second, and rates are of ten. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    OperatorMetricsTest() {
        super("e2e-metrics");
    }

    @Test
    void itAnswersEachQueryOfTheDashboardAndForgetsANetworkThatIsGone(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("operator.log");
        String account = withTheRightsOfTheChart(namespace, server.url()).getImpersonateUsername();
        try (PlayedNodes nodes = PlayedNodes.start(client, namespace);
                OperatorProcess operator =
                        OperatorProcess.start(server.kubeconfig(), account, namespace, nodes.url(), log)) {
            String instance = await("the operator is up")
                    .atMost(SOON.multipliedBy(2))
                    .until(() -> instance(log), Optional::isPresent)
                    .orElseThrow();
            try (PrometheusServer prometheus = PrometheusServer.start(directory, List.of(instance))) {
                apply("lab", nodes("fra", "ams"));
                apply("idle", nodes("fra"));
                Stream.of("fra", "ams").forEach(node -> becomesReady("lab", node));

                await("an answer to every query")
                        .atMost(LONG_ENOUGH)
                        .failFast(
                                "the operator or Prometheus has ended",
                                () -> !operator.isAlive() || !prometheus.isAlive())
                        .untilAsserted(() ->
                                assertThat(unanswered(prometheus, instance)).isEmpty());
                await("what the status says").atMost(SOON).untilAsserted(() -> {
                    assertThat(values(prometheus, "distomon_operator_networks")).containsExactly("2");
                    assertThat(values(prometheus, condition("lab", "Ready"))).containsExactly("1");
                    assertThat(values(prometheus, condition("lab", "MeshHealthy")))
                            .containsExactly("1");
                    assertThat(values(prometheus, condition("idle", "Ready"))).doesNotContain("1");
                    assertThat(values(prometheus, of("members_online", "lab"))).containsExactly("2");
                    assertThat(values(prometheus, of("managed_available", "lab")))
                            .containsExactly("2");
                    assertThat(values(prometheus, of("generation_lag", "lab"))).containsExactly("0");
                    assertThat(values(prometheus, of("failing", "lab"))).containsExactly("0");
                    assertThat(values(prometheus, of("mirror_age_seconds", "lab") + " < 60"))
                            .hasSize(1);
                    assertThat(values(prometheus, "time() - " + of("oldest_key_timestamp_seconds", "lab") + " < 3600"))
                            .hasSize(1);
                    assertThat(values(prometheus, "distomon_operator_ready")).containsExactly("1");
                });

                delete("idle");

                await("it has no series any more").atMost(SOON).untilAsserted(() -> {
                    assertThat(values(prometheus, "{name=\"idle\"}")).isEmpty();
                    assertThat(values(prometheus, "distomon_operator_networks")).containsExactly("1");
                });
            }
        } finally {
            delete("lab");
        }
    }

    private static Optional<String> instance(Path log) throws IOException {
        return PORT.matcher(Files.readString(log))
                .results()
                .map(port -> "127.0.0.1:" + port.group(1))
                .findFirst();
    }

    private static List<String> unanswered(PrometheusServer prometheus, String instance) {
        List<String> unanswered = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            if (dashboard.isOfTheOperator()) {
                for (Dashboard.Query query : dashboard.queries()) {
                    if (prometheus
                            .query(query.at("", instance).withoutDefault())
                            .isEmpty()) {
                        unanswered.add(query.panel());
                    }
                }
            }
        }
        return unanswered;
    }

    private static List<String> values(PrometheusServer prometheus, String expression) {
        return prometheus.query(expression).stream()
                .map(series -> series.path("value").path(1))
                .map(JsonNode::asText)
                .toList();
    }

    private static String of(String metric, String network) {
        return "distomon_operator_network_%s{name=\"%s\"}".formatted(metric, network);
    }

    private static String condition(String network, String type) {
        return "distomon_operator_network_condition{name=\"%s\", type=\"%s\"}".formatted(network, type);
    }
}
