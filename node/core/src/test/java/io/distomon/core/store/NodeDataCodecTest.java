package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
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

    private static PingData ping(String measures) throws InvalidJsonException {
        String json = """
                {"date":"2026-11-25T10:00:00Z","node_id":"fra","version":"1","network_id":"lab","ping_data":{"nyc":
                {"status":"online","req_time_outbound":1,"req_time_rtt":2,%s}}}""".formatted(measures);
        return Objects.requireNonNull(NodeDataCodec.decode(json.getBytes(StandardCharsets.UTF_8))
                .pingData()
                .get("nyc"));
    }

    private static String text(NodeData data) {
        return new String(NodeDataCodec.encode(data), StandardCharsets.UTF_8);
    }

    private static NodeData said(Map<String, PingData> pings) {
        return new NodeData(DATE, pings, "fra", "1", "lab", 10, "boot", "digest", false);
    }
}
