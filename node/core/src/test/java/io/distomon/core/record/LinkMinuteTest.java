package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.monitor.LinkSpan;
import io.distomon.core.monitor.PastSpan;
import io.distomon.core.monitor.RoundTripHistogram;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LinkMinuteTest {
    @Test
    void aMinuteTellsWhatItsPollsDid() {
        // Bucket 10 is 10 µs, bucket 15 is 15 µs.
        RoundTripHistogram roundTrips = RoundTripHistogram.of(Map.of(10, 3L, 15, 1L));

        LinkMinute minute =
                LinkMinute.of(new LinkSpan(6, 2, 1, roundTrips, 0.0154321, 0.00123), new ClockOffset(1.23456, 1));

        assertThat(minute.past()).isEqualTo(new PastSpan(5, 1, 0.01, 0.001));
        assertThat(minute).isEqualTo(new LinkMinute(6, 2, 1, 0.01, 0.015, 0.015, 0.001, 1.235));
    }

    @Test
    void aMinuteWithoutAnAnswerHasNoRoundTrips() throws Exception {
        LinkMinute minute = LinkMinute.of(new LinkSpan(6, 6, 0, RoundTripHistogram.EMPTY, null, null), null);

        assertThat(minute).isEqualTo(new LinkMinute(6, 6, 0, null, null, null, null, null));
        assertThat(LinkMinuteCodec.decode(LinkMinuteCodec.encode(Map.of("nyc", minute))))
                .isEqualTo(Map.of("nyc", minute));
    }

    @Test
    void whatIsReadBackIsTheSameMinute() throws Exception {
        Map<String, LinkMinute> links = Map.of(
                "ams", new LinkMinute(6, 0, 2, 1.5, 2.5, 1e-3, 0.25, -3.25),
                "bom", new LinkMinute(6, 2, 2, 1.5, 2.5, 1e-3, null, null),
                "nyc", new LinkMinute(0, 0, 0, null, null, null, null, 1.0));

        assertThat(LinkMinuteCodec.decode(LinkMinuteCodec.encode(links))).isEqualTo(links);
    }

    @Test
    void aMinuteOfAnEarlierVersionIsReadAndSaysNothingOfJitter() throws Exception {
        String json =
                "{\"ams\":{\"sent\":6,\"lost\":2,\"p50\":1.5,\"p95\":2.5,\"max\":3},\"nyc\":{\"sent\":6,\"lost\":6}}";

        Map<String, LinkMinute> links = LinkMinuteCodec.decode(json.getBytes(StandardCharsets.UTF_8));

        assertThat(links)
                .isEqualTo(Map.of(
                        "ams", new LinkMinute(6, 2, 2, 1.5, 2.5, 3.0, null, null),
                        "nyc", new LinkMinute(6, 6, 0, null, null, null, null, null)));
        assertThat(Objects.requireNonNull(links.get("nyc")).past())
                .as("no loss, but an outage")
                .isEqualTo(new PastSpan(0, 0, null, null));
    }
}
