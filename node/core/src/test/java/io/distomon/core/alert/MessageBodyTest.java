package io.distomon.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each kind of receiver is sent, at 22:30 UTC, of alerts since 22:13. */
class MessageBodyTest {
    private static final long NOW = Watch.T0 + 1000 * Watch.SECOND;

    @Test
    void aWebhookIsToldAllThatIsKnown() throws Exception {
        JsonNode json = body(AlertReceiver.Type.WEBHOOK, new Notice(down("nyc"), false), new Notice(up("rio"), true));

        assertThat(json.toString())
                .isEqualTo("""
                {"version":1,"network":"lab","sender":"fra","repeat":false,"alerts":[\
                {"id":"%s","state":"firing","repeat":false,"kind":"node_offline","subject":"nyc","severity":"critical",\
                "summary":"nyc is down: 3 of 3 observers say so since 22:13 UTC","since":"2023-11-14T22:13:20.000000Z",\
                "ended":null,"shown_as":"3 of 3 observers","witnesses":["ams","fra"],\
                "page":"https://fra.example.com/#/lab/node/nyc"},\
                {"id":"%s","state":"resolved","repeat":true,"kind":"node_offline","subject":"rio","severity":"critical",\
                "summary":"rio is no longer down, after 5 min","since":"2023-11-14T22:13:20.000000Z",\
                "ended":"2023-11-14T22:18:20.000000Z","shown_as":"3 of 3 observers","witnesses":["ams","fra"],\
                "page":"https://fra.example.com/#/lab/node/rio"}]}""".formatted(down("nyc").id(), down("rio").id()));
    }

    @Test
    void slackIsToldInALineForEachKindAndCallsNobody() throws Exception {
        JsonNode json = body(
                AlertReceiver.Type.SLACK,
                new Notice(down("nyc"), true),
                new Notice(down("<!channel>"), true),
                new Notice(up("rio"), true));

        assertThat(json.get("text").asText()).isEqualTo("""
                        [lab] 2 nodes are down: &lt;!channel&gt;, nyc; 3 of 3 observers of each say so since 22:13 UTC
                        [lab] rio is no longer down, after 5 min
                        (fra tells it again: it may have been told before)""");
        assertThat(json.get("mrkdwn").asBoolean()).isFalse();
    }

    @Test
    void slowNodesAreALineOfTheirOwnAndHavePagesAsThoseThatAreDown() throws Exception {
        JsonNode slack = body(
                AlertReceiver.Type.SLACK,
                new Notice(slow("nyc"), false),
                new Notice(down("ams"), false),
                new Notice(slow("rio"), false));
        JsonNode alertmanager = body(AlertReceiver.Type.ALERTMANAGER, new Notice(slow("nyc"), false));

        assertThat(slack.get("text").asText()).isEqualTo("""
                        [lab] ams is down: 3 of 3 observers say so since 22:13 UTC
                        [lab] 2 nodes are slow or lossy: nyc, rio; 3 of 3 observers of each say so since 22:13 UTC""");
        assertThat(alertmanager.get(0).get("labels").toString())
                .isEqualTo("{\"alertname\":\"DistomonNodeSlow\",\"network\":\"lab\",\"node\":\"nyc\","
                        + "\"severity\":\"warning\"}");
        assertThat(alertmanager.get(0).get("generatorURL").asText())
                .isEqualTo("https://fra.example.com/#/lab/node/nyc");
        assertThat(slow("nyc").resolved(Watch.T0 + 300 * Watch.SECOND, NOW).sentence())
                .isEqualTo("nyc is no longer slow or lossy, after 5 min");
    }

    @Test
    void discordIsToldNoMoreThanItTakesAndMentionsNobody() throws Exception {
        JsonNode json = body(
                AlertReceiver.Type.DISCORD,
                IntStream.range(0, 300)
                        .mapToObj(i -> new Notice(down("__very-long_name-of-a-node_which_is*" + (1000 + i)), false))
                        .toArray(Notice[]::new));

        assertThat(json.get("content").asText())
                .startsWith("\\[lab\\] 300 nodes are down: \\_\\_very-long\\_name-of-a-node\\_which\\_is\\*1000, ")
                .contains("1019 and 280 more; 3 of 3 observers")
                .hasSizeLessThanOrEqualTo(2000);
        assertThat(json.get("allowed_mentions").toString()).isEqualTo("{\"parse\":[]}");
    }

    @Test
    void alertmanagerIsToldUntilWhenItHolds() throws Exception {
        JsonNode json =
                body(AlertReceiver.Type.ALERTMANAGER, new Notice(down("nyc"), false), new Notice(up("rio"), false));

        assertThat(json.get(0).toString()).isEqualTo("""
                {"labels":{"alertname":"DistomonNodeOffline","network":"lab","node":"nyc","severity":"critical"},\
                "annotations":{"summary":"nyc is down: 3 of 3 observers say so since 22:13 UTC","id":"%s","sender":"fra"},\
                "startsAt":"2023-11-14T22:13:20.000000Z","endsAt":"2023-11-14T22:35:00.000000Z",\
                "generatorURL":"https://fra.example.com/#/lab/node/nyc"}""".formatted(down("nyc").id()));
        assertThat(json.get(1).get("endsAt").asText()).isEqualTo("2023-11-14T22:18:20.000000Z");
    }

    @Test
    void alertmanagerIsToldOfNothingThatEndsBeforeItStarts() throws Exception {
        Alert setBack = down("nyc").resolved(Watch.T0 - 300 * Watch.SECOND, Watch.T0 - 270 * Watch.SECOND);

        JsonNode json = body(AlertReceiver.Type.ALERTMANAGER, new Notice(setBack, false));

        assertThat(json.get(0).get("endsAt")).isEqualTo(json.get(0).get("startsAt"));
    }

    /** The same as {@code printf '1700000000.{}' | openssl dgst -sha256 -hmac 'a key of sixteen characters'} says. */
    @Test
    void aSignatureIsOverTheTimeAndTheBody() {
        assertThat(WebhookSignature.of(
                        new Secret("a key of sixteen characters"),
                        1_700_000_000,
                        "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("t=1700000000,v1=363d60fe9346f2b00d54834ae17ad90a7f20546f64c2cfe9ad5415f0ec441336");
    }

    private static JsonNode body(AlertReceiver.Type type, Notice... notices) throws IOException {
        Message message = new Message("any", "lab", "fra", "https://fra.example.com", List.of(notices));
        return new ObjectMapper().readTree(MessageBody.of(type, message, NOW));
    }

    private static Alert down(String nodeId) {
        return alert(AlertKind.NODE_OFFLINE, nodeId, "down");
    }

    private static Alert slow(String nodeId) {
        return alert(AlertKind.NODE_SLOW, nodeId, "slow");
    }

    private static Alert alert(AlertKind kind, String nodeId, String what) {
        Trouble trouble = new Trouble(
                new Subject(kind, nodeId),
                Watch.T0,
                nodeId + " is " + what + ": 3 of 3 observers say so since 22:13 UTC",
                "3 of 3 observers",
                List.of("ams", "fra"),
                List.of());
        return Alert.fired("lab", trouble, Watch.T0, Watch.T0 + 60 * Watch.SECOND);
    }

    private static Alert up(String nodeId) {
        return down(nodeId).resolved(Watch.T0 + 300 * Watch.SECOND, Watch.T0 + 330 * Watch.SECOND);
    }
}
