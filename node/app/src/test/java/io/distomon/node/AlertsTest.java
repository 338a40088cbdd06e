package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.node.alerts.Inbox;
import io.distomon.node.command.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes that poll each other every second, tell a receiver on loopback, and die without a farewell. */
class AlertsTest {
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, ForkedNode> forked = new LinkedHashMap<>();

    @TempDir
    Path directory;

    private NetworkOnDisk network;
    private Inbox inbox;

    @BeforeEach
    void open() throws IOException {
        network = new NetworkOnDisk(directory, "fra", "nyc");
        inbox = new Inbox();
    }

    @AfterEach
    void stop() throws IOException {
        nodes.values().forEach(Node::close);
        for (ForkedNode node : forked.values()) {
            node.close();
        }
        inbox.close();
    }

    @Test
    void oneSenderTellsOfADeadNodeOnceAndWhenItDiesTooTheNextTellsItAgain() throws Exception {
        network = new NetworkOnDisk(directory.resolve("four"), "fra", "ams", "nyc", "rio");
        for (String sender : List.of("fra", "ams")) {
            alerts(sender, "  senders: [fra, ams]\n");
        }
        fork("nyc");
        fork("fra");
        start("ams");
        start("rio");
        allAreOnlineFor("ams", 4);
        allAreOnlineFor("fra", 4);

        kill("nyc");

        eventually().untilAsserted(() -> assertThat(inbox.told()).containsExactly("fra[+nyc]"));
        assertThat(inbox.received()
                        .getFirst()
                        .json()
                        .get("alerts")
                        .get(0)
                        .get("summary")
                        .asText())
                .startsWith("nyc is down: 3 of 3 observers say so since ");
        eventually()
                .untilAsserted(() -> assertThat(metric("ams", "distomon_alerts_firing", "network", "lab"))
                        .isEqualTo(1));

        kill("fra");

        eventually()
                .untilAsserted(() -> assertThat(String.join(
                                "", inbox.told().subList(1, inbox.told().size())))
                        .contains("*+nyc", "+fra"));
        assertThat(inbox.told().subList(1, inbox.told().size())).allMatch(told -> told.startsWith("ams["));
        assertThat(inbox.received().getLast().json().get("network").asText()).isEqualTo("lab");
    }

    @Test
    void onceASilenceIsTakenFromTheFileAndTheReceiverIsUpItIsToldAndARestartTellsNothingTwice() throws Exception {
        Path file = network.directory("fra").resolve("nodeconf.yml");
        String without = Files.readString(file);
        alerts("fra", "  silences: [{nodes: [nyc], until: 2200-01-01T00:00:00Z, reason: new disks}]\n");
        fork("nyc");
        start("fra");
        allAreOnlineFor("fra", 2);

        kill("nyc");

        eventually()
                .untilAsserted(() -> assertThat(metric("fra", "distomon_alerts_silenced", "network", "lab"))
                        .isEqualTo(1));
        assertThat(inbox.received()).isEmpty();

        inbox.answering(503);
        Files.writeString(file, without);
        alerts("fra", "");

        eventually().untilAsserted(() -> assertThat(sent("failed")).isPositive());
        assertThat(metric("fra", "distomon_alerts_untold", "receiver", "pager")).isEqualTo(1);
        assertThat(sent("ok")).isZero();

        inbox.answering(200);

        eventually().untilAsserted(() -> assertThat(sent("ok")).isEqualTo(1));
        eventually()
                .untilAsserted(() -> assertThat(metric("fra", "distomon_alerts_untold", "receiver", "pager"))
                        .isZero());
        assertThat(inbox.told()).last().isEqualTo("fra[*+nyc]");
        assertThat(inbox.received().getLast().signature()).startsWith("t=");
        assertThat(metric("fra", "distomon_alerts_last_success_timestamp_seconds", "receiver", "pager"))
                .isGreaterThan(1e9);
        int before = inbox.received().size();

        Objects.requireNonNull(nodes.remove("fra")).close();
        start("fra");
        eventually()
                .untilAsserted(() -> assertThat(metric("fra", "distomon_alerts_firing", "network", "lab"))
                        .isEqualTo(1));
        start("nyc");

        eventually().untilAsserted(() -> assertThat(inbox.told()).last().isEqualTo("fra[-nyc]"));
        assertThat(inbox.received()).hasSize(before + 1);
    }

    @Test
    void theCommandTellsEachReceiverThatItIsATestAndWhatBecameOfIt() throws Exception {
        alerts("fra", "  - {name: gone, type: slack, url: \"http://127.0.0.1:1/hunter2\"}\n");

        assertThat(test()).isEqualTo("1\npager (webhook): ok\ngone (slack): failed: no connection\n");
        assertThat(inbox.told()).containsExactly("fra[+lab]");
        assertThat(inbox.received().getFirst().json().toString()).contains("this is a test of the alerts of fra");
        assertThat(test("--receiver", "pager")).isEqualTo("0\npager (webhook): ok\n");
        assertThat(test("--receiver", "moon"))
                .isEqualTo("78\nnodeconf.yml: found no receiver moon, expected one of [pager, gone]\n");
        inbox.answering(404);
        assertThat(test("--receiver", "pager")).isEqualTo("1\npager (webhook): refused: status 404\n");
        assertThat(run("alerts")).startsWith("2\nfound no command, expected test");
        assertThat(run("alerts", "test", "--help")).startsWith("0\n").contains("--receiver=NAME");
    }

    private void alerts(String nodeId, String more) throws IOException {
        Path own = network.directory(nodeId);
        Files.writeString(own.resolve("signing"), "a key of sixteen characters");
        Files.writeString(own.resolve("url"), inbox.url());
        Files.writeString(own.resolve("nodeconf.yml"), """
                alerts:
                  grace: 1
                  group_wait: 0
                  receivers:
                  - {name: pager, type: webhook, url_file: url, secret_file: signing}
                """ + more, StandardOpenOption.APPEND);
    }

    private void start(String nodeId) {
        nodes.put(nodeId, Node.start(network.properties(nodeId)));
    }

    private void fork(String nodeId) throws IOException {
        forked.put(nodeId, ForkedNode.start(network, nodeId));
    }

    private void kill(String nodeId) throws InterruptedException {
        Objects.requireNonNull(forked.remove(nodeId)).kill();
    }

    private void allAreOnlineFor(String asker, int all) {
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(new Verdicts(ApiClient.ask(network.apiPort(asker), "/view/lab"))
                                .states()
                                .values())
                        .hasSize(all)
                        .containsOnly("Online"));
    }

    private double sent(String result) throws IOException, InterruptedException {
        return metric("fra", "distomon_alerts_sent_total", "receiver", "pager", "result", result);
    }

    private double metric(String nodeId, String name, String... labels) throws IOException, InterruptedException {
        try (ApiClient management = new ApiClient(network.managementPort(nodeId))) {
            return Objects.requireNonNullElse(
                    Exposition.parse(management.get("/metrics").body()).value(name, labels), -1.0);
        }
    }

    private String test(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "alerts";
        all[1] = "test";
        all[2] = network.directory("fra").toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return run(all);
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        int code = Commands.execute(new PrintWriter(out), new PrintWriter(out), arguments);
        return code + "\n" + out;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200));
    }
}
