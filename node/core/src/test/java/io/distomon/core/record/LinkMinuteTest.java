package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.monitor.LinkSpan;
import io.distomon.core.monitor.RoundTripHistogram;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkMinuteTest {
    @Test
    void aMinuteTellsWhatItsPollsDid() {
        // Bucket 10 is 10 µs, bucket 15 is 15 µs.
        RoundTripHistogram roundTrips = RoundTripHistogram.of(Map.of(10, 3L, 15, 1L));

        LinkMinute minute = LinkMinute.of(new LinkSpan(6, 2, roundTrips, 0.0154321), new ClockOffset(1.23456, 1));

        assertThat(minute).isEqualTo(new LinkMinute(6, 2, 0.01, 0.015, 0.015, 1.235));
    }

    @Test
    void aMinuteWithoutAnAnswerHasNoRoundTrips() throws Exception {
        LinkMinute minute = LinkMinute.of(new LinkSpan(6, 6, RoundTripHistogram.EMPTY, null), null);

        assertThat(minute).isEqualTo(new LinkMinute(6, 6, null, null, null, null));
        assertThat(LinkMinuteCodec.decode(LinkMinuteCodec.encode(Map.of("nyc", minute))))
                .isEqualTo(Map.of("nyc", minute));
    }

    @Test
    void whatIsReadBackIsTheSameMinute() throws Exception {
        Map<String, LinkMinute> links = Map.of(
                "ams", new LinkMinute(6, 0, 1.5, 2.5, 1e-3, -3.25), "nyc", new LinkMinute(0, 0, null, null, null, 1.0));

        assertThat(LinkMinuteCodec.decode(LinkMinuteCodec.encode(links))).isEqualTo(links);
    }
}
