package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.json.InvalidJsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeDataCodecTest {
    private static final long DATE = 1_700_000_000_123_456L;

    @Test
    void lossAndJitterAreSaidShortlyAndReadBack() throws Exception {
        NodeData said = said(Map.of("nyc", new PingData(PingStatus.ONLINE, 1.5, 2, DATE, null, 0.0, 0.125)));

        assertThat(text(said)).contains("\"loss\":0,\"jitter\":0.125}");
        assertThat(NodeDataCodec.decode(NodeDataCodec.encode(said))).isEqualTo(said);
    }

    @Test
    void whatWasNotMeasuredIsNotSaid() throws Exception {
        NodeData said = said(Map.of("nyc", PingData.UNKNOWN));

        assertThat(text(said)).doesNotContain("loss", "jitter");
        assertThat(NodeDataCodec.decode(NodeDataCodec.encode(said))).isEqualTo(said);
    }

    @Test
    void lossAndJitterThatMakeNoSenseAreNotSaidAndTheRestStands() throws Exception {
        for (String measures : new String[] {
            "\"loss\":1.5", "\"loss\":-1", "\"loss\":null", "\"jitter\":-0.1", "\"jitter\":1e300", "\"jitter\":null"
        }) {
            PingData ping = ping(measures);
            assertThat(ping.loss()).as(measures).isNull();
            assertThat(ping.jitter()).as(measures).isNull();
            assertThat(ping.status()).as(measures).isEqualTo(PingStatus.ONLINE);
        }
        assertThat(ping("\"loss\":1,\"jitter\":-0").jitter()).isEqualTo(0.0);
        assertThatThrownBy(() -> ping("\"loss\":\"5 %\"")).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void whatOfALinkIsWorseThanItMayBeIsSaidWithItsNumbersAndReadBack() throws Exception {
        Breach slow = new Breach(Figure.ROUND_TRIP_P95, 182.4, 120, 40, 300, DATE);
        Breach unusual = new Breach(Figure.ROUND_TRIP_P50, 170, 118.75, new Breach.Range(80, 95), 40, 300, DATE);
        Breach trembling = new Breach(Figure.JITTER, 40.5, 13.5, new Breach.Range(1.25, 3.5), 40, 300, DATE);
        Breach lossy = new Breach(Figure.LOSS, 0.15, 0.021, new Breach.Range(0, 0.001), 40, 300, DATE + 1);
        NodeData said = said(Map.of(
                "nyc",
                new PingData(
                        PingStatus.ONLINE, 1.5, 2, DATE, null, 0.0, 0.125, List.of(slow, unusual, trembling, lossy))));

        assertThat(text(said))
                .contains(
                        "\"jitter\":0.125,\"breaches\":{\"round_trip_p95\":{\"value\":182.4,\"limit\":120,\"polls\":40,"
                                + "\"span\":300,\"since\":\"2023-11-14T22:13:20.123456Z\"},\"round_trip_p50\":{\"value\":170,\"limit\":118.75,\"usual\":[80.0,95.0],");
        assertThat(NodeDataCodec.decode(NodeDataCodec.encode(said))).isEqualTo(said);
    }

    @Test
    void breachesOfANewerVersionAndSuchAsMakeNoSenseAreNotSaidAndTheRestStands() throws Exception {
        String since = "\"since\":\"2026-11-25T10:00:00Z\"";
        assertThat(
                        ping("\"breaches\":{\"hops\":[1],\"loss\":{\"value\":0.5,\"limit\":0,\"polls\":2,\"span\":3,\"new\":{},"
                                        + since + "}}")
                                .breaches())
                .extracting(Breach::value)
                .containsExactly(0.5);
        for (String breach : new String[] {
            "",
            "\"value\":1.5,\"limit\":0.1,\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":-1,\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":0,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":9007199254740991,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":2,\"span\":1e300," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":[0.1],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":[0.2,0.1],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":[0.2,2],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":2,\"span\":3",
            "\"value\":\"1\",\"limit\":0.1,\"polls\":2,\"span\":3," + since,
            "\"value\":1e999,\"limit\":0.1,\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":[0.1],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":null,\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":[0.1,\"1\"],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"usual\":[0.1,0.2,0.3],\"polls\":2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":2.5,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":-2,\"span\":3," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":2,\"span\":{}," + since,
            "\"value\":1,\"limit\":0.1,\"polls\":2,\"span\":3,\"since\":\"noon\"",
            "\"value\":1,\"limit\":0.1,\"polls\":2,\"span\":3,\"since\":1"
        }) {
            PingData ping = ping("\"breaches\":{\"loss\":{" + breach + "}}");
            assertThat(ping.breaches()).as(breach).isEmpty();
            assertThat(ping.status()).isEqualTo(PingStatus.ONLINE);
        }
        for (String breaches :
                new String[] {"[]", "null", "3", "{\"loss\":1}", "{\"loss\":[{}]}", "{\"loss\":null,\"jitter\":\"\"}"
                }) {
            assertThat(ping("\"breaches\":" + breaches).breaches()).as(breaches).isEmpty();
        }
        assertThatThrownBy(() -> ping("\"breaches\":{\"loss\":{\"value\":" + "1".repeat(65) + "}}"))
                .as("what breaks the bounds of the message")
                .isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void answersAreSaidAsMomentsAndReadBack() throws Exception {
        NodeData said = said(Map.of()).answering(Map.of("nyc", DATE - 1));

        assertThat(text(said)).endsWith(",\"answers\":{\"nyc\":\"2023-11-14T22:13:20.123455Z\"}}");
        assertThat(NodeDataCodec.decode(NodeDataCodec.encode(said))).isEqualTo(said);
        assertThat(text(said(Map.of()))).doesNotContain("answers");
        assertThat(said.at(DATE + 1).answers()).containsOnlyKeys("nyc");
    }

    @Test
    void anAnswerThatIsNoneMakesTheEntryMalformed() throws Exception {
        for (String answers : new String[] {
            "[]", "null", "{\"nyc\":1}", "{\"nyc\":null}", "{\"nyc\":\"noon\"}", "{\"-\":\"2026-11-25T10:00:00Z\"}"
        }) {
            assertThatThrownBy(() -> withAnswers(answers)).as(answers).isInstanceOf(InvalidJsonException.class);
        }
        assertThat(withAnswers("{}").answers()).isEmpty();
        assertThat(withAnswers(answers(1_024)).answers()).hasSize(1_024);
        assertThatThrownBy(() -> withAnswers(answers(1_025))).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void anErrorIsACodeOrTheEntryIsMalformed() throws Exception {
        assertThat(ping("\"error\":null").error()).isNull();
        for (String code : new String[] {"timeout", "a", "bad_answer_2", "x".repeat(64)}) {
            assertThat(ping("\"error\":\"" + code + "\"").error()).isEqualTo(code);
        }
        for (String text : new String[] {"", "x".repeat(65), "Timeout", "no route", "a-b", "\\u001b[2J", "é"}) {
            assertThatThrownBy(() -> ping("\"error\":\"" + text + "\""))
                    .as(text)
                    .isInstanceOf(InvalidJsonException.class);
        }
    }

    private static PingData ping(String measures) throws InvalidJsonException {
        String json = """
                {"date":"2026-11-25T10:00:00Z","node_id":"fra","version":"1","network_id":"lab","ping_data":{"nyc":
                {"status":"online","req_time_outbound":1,"req_time_rtt":2,%s}}}""".formatted(measures);
        return Objects.requireNonNull(NodeDataCodec.decode(json.getBytes(StandardCharsets.UTF_8))
                .pingData()
                .get("nyc"));
    }

    private static NodeData withAnswers(String answers) throws InvalidJsonException {
        String json = """
                {"date":"2026-11-25T10:00:00Z","node_id":"fra","version":"1","network_id":"lab","ping_data":{},
                "answers":%s}""".formatted(answers);
        return NodeDataCodec.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String answers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"n%s\":\"2026-11-25T10:00:00Z\"".formatted(i))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(NodeData data) {
        return new String(NodeDataCodec.encode(data), StandardCharsets.UTF_8);
    }

    private static NodeData said(Map<String, PingData> pings) {
        return new NodeData(DATE, pings, "fra", "1", "lab", 10, "boot", "digest", false);
    }
}
