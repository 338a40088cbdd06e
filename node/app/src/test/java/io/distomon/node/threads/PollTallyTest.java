package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.monitor.RoundTripHistogram;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PollTallyTest {
    private final PollTally tally = new PollTally();

    @Test
    void everyKindOfResultIsThereFromTheStart() {
        assertThat(tally.counts().failed())
                .containsOnlyKeys(PollError.values())
                .allSatisfy((error, count) -> assertThat(count).isZero());
        assertThat(tally.counts().roundTrips()).isEqualTo(RoundTripHistogram.EMPTY);
    }

    @Test
    void aPollCountsOnceByHowItEnded() {
        tally.count(new PollResult.Answered(1, 1, null));
        tally.count(new PollResult.Answered(1, 1, null));
        tally.count(new PollResult.Answered(1, 1, "clock"));
        tally.count(new PollResult.Failed(PollError.TLS));

        PollCounts counts = tally.counts();
        assertThat(counts.accepted()).isEqualTo(2);
        assertThat(counts.refused()).isEqualTo(1);
        assertThat(counts.failed()).containsEntry(PollError.TLS, 1L).containsEntry(PollError.CONNECT, 0L);
    }

    @Test
    void anAnswersRoundTripCountsAndAFailuresDoesNot() {
        for (double millis : List.of(0.0, 1.5, 5000.0)) {
            tally.count(new PollResult.Answered(millis, 0, null));
        }
        tally.count(new PollResult.Failed(PollError.TIMEOUT));

        assertThat(tally.counts().roundTrips().total()).isEqualTo(3);
        assertThat(tally.counts().roundTripMillis()).isCloseTo(5001.5, Offset.offset(1e-9));
    }

    @Test
    void whatWasToldDoesNotChange() {
        PollCounts before = tally.counts();

        tally.count(new PollResult.Answered(1, 1, null));
        tally.count(new PollResult.Failed(PollError.TLS));

        assertThat(before).isEqualTo(new PollTally().counts());
    }
}
