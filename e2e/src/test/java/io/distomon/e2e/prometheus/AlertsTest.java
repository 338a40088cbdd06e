package io.distomon.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.e2e.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules file that the README tells users to load. */
class AlertsTest {
    private static final Path ALERTS = Path.of("..", "charts", "distomon", "alerts.yaml");
    private static final Path CASES = Path.of("src", "test", "resources", "prometheus", "cases.yaml");
    private static final Path README = Path.of("..", "README.md");

    /** A row of the README's table: the alert, its expression, and for how long it must hold. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (Distomon\\w+) \\| `([^`]+)` \\| (\\w+) \\|$");

    private record Alert(String name, String expression, String holding) {}

    @Test
    void theReadmeTellsTheExpressionsOfTheFile() throws IOException {
        List<Alert> inFile = new ArrayList<>();
        for (JsonNode group : new YAMLMapper().readTree(ALERTS.toFile()).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                inFile.add(new Alert(
                        rule.path("alert").asText(),
                        rule.path("expr").asText(),
                        rule.path("for").asText()));
            }
        }

        List<Alert> told = ROW.matcher(Files.readString(README))
                .results()
                .map(row -> new Alert(row.group(1), row.group(2), row.group(3)))
                .toList();

        assertThat(inFile).isNotEmpty();
        assertThat(told).isEqualTo(inFile);
    }

    @Test
    @Tag("cluster")
    void promtoolFindsTheAlertsOfEveryCase() {
        promtool(CASES).output();
    }

    /** Cases that pass whatever the rules say show nothing. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '~',
            value = {
                // A minority blames those it does not hear, or nobody is blamed by a majority.
                "unless ignoring(state) distomon_view_minority == 1 -> ~~",
                "unless ignoring(state) distomon_view_minority == 1 -> unless ignoring(state) distomon_view_minority == 0",
                "unless ignoring(state) distomon_view_minority == 1 -> unless ignoring(state) distomon_view_minority",
                // Another node, network or cluster silences.
                "ignoring(state) -> on(network)",
                "ignoring(state) -> on(instance)",
                "ignoring(state) -> on(instance, network)",
                // Labels that never match, so that nothing silences.
                "ignoring(state) -> ~~",
                "> 0 -> > 1",
                "state=\"Offline\"} > 0 -> state=\"Online\"} > 0",
                "for: 2m -> for: 1m",
                "for: 2m -> for: 3m",
                "expr: distomon_view_minority == 1 -> expr: distomon_view_minority == 0",
                "distomon_config_ok == 0 -> distomon_config_ok == 1",
                "for: 5m -> for: 1m",
                "distomon_links_down > 0 unless distomon_view_minority == 1 -> distomon_links_down > 0",
                "distomon_links_down > 0 -> distomon_links_down > 2",
                "distomon_links_strained > 0 -> distomon_links_strained > 2",
                "for: 10m -> for: 5m",
                "distomon_partition_groups > 0 -> distomon_partition_groups > 2",
                "> 90000 -> > 91000",
                "abs(distomon_peer_clock_offset_seconds) -> distomon_peer_clock_offset_seconds",
                "> 30 -> > 20",
                "and distomon_link_up == 1 -> ~~",
                "< 604800 -> < 86400",
                "< 604800 -> < 864000",
                "distomon_tls_certificate_ok == 0 -> distomon_tls_certificate_ok == 1",
                "distomon_equivocating_members > 0 -> distomon_equivocating_members > 1",
                "for: 0m -> for: 1m",
                "distomon_doubled_members > 0 -> distomon_doubled_members > 1",
                "distomon_alerts_untold > 0 -> distomon_alerts_untold > 2",
                " or distomon_operator_network_alert_senders_up == 0 -> ~~",
                "distomon_operator_network_alert_senders_up == 0 -> distomon_operator_network_alert_senders_up < 2",
                "distomon_operator_network_mirror_age_seconds > 300 -> distomon_operator_network_mirror_age_seconds > 30",
                "unless ignoring(type) distomon_operator_network_condition{type=\"MirrorFresh\"} == -1 -> ~~",
                "{type=\"MirrorFresh\"} == -1 -> == -1",
                "{type=\"MirrorFresh\"} == -1 -> {type=\"MirrorFresh\"} >= 1",
                "distomon_operator_network_failing == 1 -> distomon_operator_network_failing == 2",
                " or distomon_operator_ready == 0 -> ~~",
                "for: 15m -> for: 10m",
                "> 31536000 -> > 31449600",
                "> 31536000 -> > 31622400",
            })
    @Tag("cluster")
    void aMistakeInTheRulesFailsSomeCase(String right, String wrong, @TempDir Path directory) throws IOException {
        String rules = Files.readString(ALERTS);
        assertThat(rules).contains(right);
        Files.writeString(directory.resolve("alerts.yaml"), rules.replace(right, wrong));
        Path cases = directory.resolve("cases.yaml");
        String given = Files.readString(CASES);
        String file = "[../../../../../charts/distomon/alerts.yaml]";
        assertThat(given).contains(file);
        Files.writeString(cases, given.replace(file, "[alerts.yaml]"));

        Command.Result result = promtool(cases).run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out() + result.err()).contains("FAILED", "got:[");
    }

    /** It comes from Debian's package prometheus the first time; where that can't be, what it says is the failure. */
    private static Command promtool(Path cases) {
        List<String> words = List.of(
                Path.of("cluster").toAbsolutePath().toString(),
                "promtool",
                "test",
                "rules",
                cases.toAbsolutePath().toString());
        return new Command(words, "", Duration.ofMinutes(5), false);
    }
}
