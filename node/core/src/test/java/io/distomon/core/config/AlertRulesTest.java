package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand below {@code alerts} in {@code nodeconf.yml}. */
class AlertRulesTest {
    @TempDir
    Path temporary;

    private ConfigDirectory config;

    @BeforeEach
    void start() {
        config = new ConfigDirectory(temporary);
    }

    @Test
    void whoSaysNothingOfAlertsTellsNobody() throws Exception {
        config.nodeConf();

        assertThat(config.reader().nodeConf().alerts()).isEqualTo(AlertSettings.NONE);
    }

    @Test
    void receiversSendersTimesAndSilencesAreRead() throws Exception {
        config.write("slack-url", "https://hooks.slack.com/services/T0/B0/hunter2\n")
                .write("signing", "a key of sixteen characters\n");
        alerts("""
                  receivers:
                  - {name: pager, type: webhook, url: "https://pager.example.com/in?team=a", secret_file: signing}
                  - {name: chat, type: slack, url_file: slack-url, networks: [lab]}
                  - {name: am, type: alertmanager, url: "http://127.0.0.1:9093"}
                  senders: [fra, ams]
                  grace: 90
                  group_wait: 1m
                  slow_nodes: true
                  silences:
                  - {nodes: [nyc], from: 2026-12-01T22:00:00Z, until: "2026-12-02T02:00:00+02:00", reason: new disks}
                  - {networks: [lab], until: 2026-12-03T00:00:00Z}
                """);

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.warnings()).isEmpty();
        assertThat(conf.alerts())
                .isEqualTo(new AlertSettings(
                        List.of(
                                new AlertReceiver(
                                        "pager",
                                        AlertReceiver.Type.WEBHOOK,
                                        new Secret("https://pager.example.com/in?team=a"),
                                        new Secret("a key of sixteen characters"),
                                        List.of()),
                                new AlertReceiver(
                                        "chat",
                                        AlertReceiver.Type.SLACK,
                                        new Secret("https://hooks.slack.com/services/T0/B0/hunter2"),
                                        null,
                                        List.of("lab")),
                                new AlertReceiver(
                                        "am",
                                        AlertReceiver.Type.ALERTMANAGER,
                                        new Secret("http://127.0.0.1:9093"),
                                        null,
                                        List.of())),
                        List.of("fra", "ams"),
                        Duration.ofSeconds(90),
                        Duration.ofMinutes(1),
                        true,
                        List.of(
                                new Silence(
                                        List.of(),
                                        List.of("nyc"),
                                        Instant.parse("2026-12-01T22:00:00Z"),
                                        Instant.parse("2026-12-02T00:00:00Z"),
                                        "new disks"),
                                new Silence(
                                        List.of("lab"),
                                        List.of(),
                                        null,
                                        Instant.parse("2026-12-03T00:00:00Z"),
                                        null))));
        assertThat(conf.alerts().of("lab").receivers()).hasSize(3);
        assertThat(conf.alerts().of("other").receivers())
                .extracting(AlertReceiver::name)
                .containsExactly("pager", "am");
        assertThat(conf.toString()).doesNotContain("hunter2", "team=a", "sixteen");
    }

    @Test
    void everyMistakeIsNamedWithItsPlaceAndNoUrlIsShown() throws Exception {
        config.write("short", "hunter2").write("signing", "a key of sixteen characters");
        alerts("""
                  receivers:
                  - {name: a b, type: pigeon, url: "https://user:hunter2@example.com"}
                  - {name: a, type: slack, url: "ftp://example.com/hunter2", secret_file: signing}
                  - {name: a, type: webhook, url: "https://example.com/hunter2", secret_file: short}
                  - {name: a, type: webhook, url: "https://example.com/hunter2", networks: [moon, "x y"]}
                  - {name: c, type: discord}
                  senders: fra
                  grace: forever
                  slow_nodes: lossy
                  silences:
                  - {nodes: [{}], until: tomorrow}
                  - {from: 2026-12-02T00:00:00Z, until: 2026-12-01T00:00:00Z}
                  - {nodes: [nyc]}
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .allSatisfy(refusal ->
                        assertThat(refusal).startsWith("nodeconf.yml:").doesNotContain("hunter2"))
                .extracting(refusal -> refusal.replaceFirst("nodeconf.yml:", "").replaceFirst(", expected .*", ""))
                .containsExactly(
                        "5: alerts.receivers[0].name: found \"a b\"",
                        "5: alerts.receivers[0].type: found \"pigeon\"",
                        "5: alerts.receivers[0].url: found a text that doesn't fit",
                        "6: alerts.receivers[1].url: found a text that doesn't fit",
                        "6: alerts.receivers[1].secret_file: found a secret for a receiver that takes no signature",
                        "7: alerts.receivers[2].secret_file: found a shorter text",
                        "8: alerts.receivers[3].networks[1]: found \"x y\"",
                        "8: alerts.receivers[3].networks: found the name moon",
                        "8: alerts.receivers[3].name: found the receiver a a second time",
                        "9: alerts.receivers[4].url: found nothing",
                        "10: alerts.senders: found \"fra\"",
                        "11: alerts.grace: found \"forever\"",
                        "12: alerts.slow_nodes: found \"lossy\"",
                        "14: alerts.silences[0].nodes[0]: found a mapping",
                        "14: alerts.silences[0].until: found \"tomorrow\"",
                        "15: alerts.silences[1].until: found a moment that is not after from",
                        "16: alerts.silences[2].until: found nothing");
    }

    @Test
    void aUrlInAWrongPlaceIsNotShownEither() throws Exception {
        String url = "https://hooks.example.com/hunter2";
        String bare = "hooks.example.com/hunter2";

        assertThat(refusals(" " + url))
                .containsExactly("nodeconf.yml:3: alerts: found a text that may hold a secret, expected a mapping");
        assertThat(refusals("\n  receivers: " + url))
                .containsExactly(
                        "nodeconf.yml:4: alerts.receivers: found a text that may hold a secret, expected a list");
        assertThat(refusals("\n  receivers: [\"" + url + "\", \"" + bare + "\"]"))
                .containsExactly(
                        "nodeconf.yml:4: alerts.receivers[0]: found a text that may hold a secret, expected a mapping",
                        "nodeconf.yml:4: alerts.receivers[1]: found a text that may hold a secret, expected a mapping");
        assertThat(refusals("\n  receivers: [{name: a, type: slack, url_file: \"" + url + "\"}]"))
                .containsExactly("nodeconf.yml:4: alerts.receivers[0].url_file: found a text that may hold a secret,"
                        + " expected the path of a file");
        assertThat(refusals("""

                  receivers: [{name: "%1$s", type: "%2$s", url: "%1$s", networks: "%2$s"}]
                  senders: ["%2$s"]
                  grace: "%1$s"
                  silences: [{until: "%1$s", nodes: ["%2$s"], "%1$s": 1}]
                  "%2$s": 1
                  "%2$s": 2
                """.formatted(url, bare)))
                .hasSize(8)
                .allMatch(refusal -> refusal.contains("a text that may hold a secret"))
                .noneMatch(refusal -> refusal.contains("hunter2"));
    }

    private List<String> refusals(String alerts) throws IOException {
        config.write("nodeconf.yml", """
                networks: [{name: lab, node_id: fra, config_type: local}]
                login_password: correct horse
                alerts:""" + alerts);
        return config.refusals(config.reader()::nodeConf);
    }

    @Test
    void anUnknownKeyThatIsAUrlIsNotShown() throws Exception {
        alerts("""
                  receivers: [{name: a, type: slack, url: "https://hooks.example.com/hunter2", "https://x/hunter2": 1}]
                """);

        assertThat(config.reader().nodeConf().warnings())
                .containsExactly("nodeconf.yml:4: unknown key a text that may hold a secret is ignored");
    }

    @Test
    void thereAreNoAlertsWithoutReceiversAndNotMoreThanEight() throws Exception {
        alerts("  grace: 5\n");
        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:4: alerts.receivers: found nothing, expected a list of at least one receiver");

        alerts("  receivers:\n" + "  - {name: a, type: slack, url: 'https://example.com'}\n".repeat(9));
        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml:4: alerts.receivers: found 9 items, expected at most 8");
    }

    @Test
    void whoTellsAnotherMachineByHttpIsWarned() throws Exception {
        alerts("""
                  receivers:
                  - {name: far, type: slack, url: "http://example.com/hunter2", color: red}
                  - {name: near, type: slack, url: "http://[::1]:80/x"}
                """);

        assertThat(config.reader().nodeConf().warnings())
                .containsExactly(
                        "nodeconf.yml:5: alerts.receivers[0].url: alerts go by http to another machine: others can read"
                                + " them, and the URL, on the way",
                        "nodeconf.yml:5: unknown key \"alerts.receivers[0].color\" is ignored");
    }

    private void alerts(String yaml) throws IOException {
        config.write("nodeconf.yml", """
                networks: [{name: lab, node_id: fra, config_type: local}]
                login_password: correct horse
                alerts:
                """ + yaml);
    }
}
