package io.distomon.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.operator.Networks;
import io.distomon.operator.reconcile.KnownNetwork;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

    private final OperatorMetrics metrics = new OperatorMetrics();

    @Test
    void ofEachNetworkItTellsWhatTheStatusSays() throws IOException {
        List<String> told = scrape(List.of(known(network("lab", ConditionStatus.True), true, List.of("fra", "nyc"))));

        assertThat(told)
                .contains(
                        "distomon_operator_networks 1.0",
                        "distomon_operator_network_condition{name=\"lab\",namespace=\"monitoring\",type=\"MirrorFresh\"} 1.0",
                        "distomon_operator_network_condition{name=\"lab\",namespace=\"monitoring\",type=\"KeysReady\"} 0.0",
                        "distomon_operator_network_condition{name=\"lab\",namespace=\"monitoring\",type=\"Ready\"} -1.0",
                        of("members", "3.0"),
                        of("members_online", "2.0"),
                        of("managed", "2.0"),
                        of("managed_available", "1.0"),
                        of("generation_lag", "3.0"),
                        of("failing", "1.0"),
                        of("mirror_age_seconds", "4.5"),
                        of("oldest_key_timestamp_seconds", "1.7672256E9"),
                        of("alert_senders_up", "1.0"));
    }

    @Test
    void whatIsNotKnownHasNoSeries() throws IOException {
        DistomonNetwork unseen = Networks.resource("nodes: [{id: fra}]");

        List<String> told = scrape(List.of(new KnownNetwork(unseen, false, null, null, List.of())));

        assertThat(told.stream().filter(line -> line.startsWith("distomon_operator_network_")))
                .containsExactlyInAnyOrder(of("generation_lag", "7.0"), of("failing", "0.0"));
    }

    @Test
    void whoIsUpOfTheSendersIsNotToldByWhatIsOld() throws IOException {
        assertThat(scrape(List.of(known(network("lab", ConditionStatus.False), false, List.of("fra")))))
                .noneMatch(line -> line.startsWith("distomon_operator_network_alert_senders_up"));
        assertThat(scrape(List.of(known(network("lab", ConditionStatus.True), false, List.of("nyc")))))
                .contains(of("alert_senders_up", "0.0"));
        // ams is degraded, and rio one of more nodes than a status lists.
        assertThat(scrape(List.of(known(network("lab", ConditionStatus.True), false, List.of("ams", "rio", "nyc")))))
                .contains(of("alert_senders_up", "2.0"));
        assertThat(scrape(List.of(known(network("lab", ConditionStatus.True), false, List.of()))))
                .noneMatch(line -> line.startsWith("distomon_operator_network_alert_senders_up"));
    }

    @Test
    void aNetworkThatIsGoneHasNoSeriesAnyMore() throws IOException {
        assertThat(scrape(List.of(known(network("lab", ConditionStatus.True), false, List.of()))))
                .anyMatch(line -> line.contains("name=\"lab\""));

        assertThat(scrape(List.of()))
                .contains("distomon_operator_networks 0.0")
                .noneMatch(line -> line.contains("name=\"lab\""));
    }

    @Test
    void passesAndRequestsAreCounted() throws IOException {
        assertThat(scrape(List.of()))
                .contains(
                        "distomon_operator_reconciliations_total{result=\"ok\"} 0.0",
                        "distomon_operator_reconciliations_total{result=\"failed\"} 0.0");

        metrics.passed(Duration.ofMillis(20), true);
        metrics.passed(Duration.ofSeconds(2), false);
        metrics.passed(Duration.ofMillis(2), true);

        assertThat(scrape(List.of()))
                .contains(
                        "distomon_operator_reconciliations_total{result=\"ok\"} 2.0",
                        "distomon_operator_reconciliations_total{result=\"failed\"} 1.0",
                        "distomon_operator_reconciliation_seconds_bucket{le=\"0.01\"} 1",
                        "distomon_operator_reconciliation_seconds_bucket{le=\"0.05\"} 2",
                        "distomon_operator_reconciliation_seconds_bucket{le=\"+Inf\"} 3")
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "))
                .noneMatch(line -> line.startsWith("jvm_memory_pool_"));
    }

    @Test
    void whetherItDoesItsWorkIsANumberToo() throws IOException {
        assertThat(scrape(List.of())).contains("distomon_operator_ready 1.0");
        assertThat(text(metrics, List.of(), false)).contains("distomon_operator_ready 0.0");
    }

    @Test
    void aNetworkHasAsManySeriesWhateverItsSize() throws IOException {
        List<KnownNetwork> many = IntStream.range(0, 500)
                .mapToObj(i -> known(network("lab" + i, ConditionStatus.True), false, List.of("fra")))
                .toList();

        assertThat(ofNetworks(scrape(many)))
                .isEqualTo(500 * ofNetworks(scrape(many.subList(0, 1))))
                .isLessThan(500 * 16);
    }

    private static long ofNetworks(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("distomon_operator_network_"))
                .count();
    }

    private List<String> scrape(List<KnownNetwork> networks) throws IOException {
        return text(metrics, networks, true);
    }

    private static List<String> text(OperatorMetrics metrics, List<KnownNetwork> networks, boolean isReady)
            throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, metrics.of(networks, isReady));
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String of(String metric, String value) {
        return "distomon_operator_network_%s{name=\"lab\",namespace=\"monitoring\"} %s".formatted(metric, value);
    }

    private static KnownNetwork known(DistomonNetwork network, boolean isFailing, List<String> senders) {
        return new KnownNetwork(network, isFailing, Duration.ofMillis(4_500), MADE, senders);
    }

    /** Of generation 7, with a status of generation 4, in which fra is online, ams degraded and nyc offline. */
    private static DistomonNetwork network(String name, ConditionStatus mirrorFresh) {
        DistomonNetwork network = Networks.resource("nodes: [{id: fra}]");
        network.getMetadata().setName(name);
        network.setStatus(new DistomonNetworkStatus(
                4L,
                name,
                List.of(
                        condition("KeysReady", ConditionStatus.False),
                        condition("MirrorFresh", mirrorFresh),
                        condition("Ready", ConditionStatus.Unknown)),
                null,
                new Summary(3, 2, 1, 2, "2/3", 0),
                List.of(node("fra", NodeState.Online), node("ams", NodeState.Degraded), node("nyc", NodeState.Offline)),
                List.of(),
                List.of()));
        return network;
    }

    private static Condition condition(String type, ConditionStatus status) {
        return new Condition(type, status, "Some", "some", Instant.EPOCH, 4L);
    }

    private static NodeStatus node(String id, NodeState state) {
        return new NodeStatus(id, state, null, null, null, List.of(), null, null, null, null);
    }
}
