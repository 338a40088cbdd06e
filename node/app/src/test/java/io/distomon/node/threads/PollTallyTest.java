package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
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
        assertThat(tally.counts().roundTrips()).hasSize(8).containsOnly(0L);
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
    void anAnswersRoundTripCountsWhereItIsNoLongerThanTheBoundAndAFailuresNowhere() {
        for (double millis : List.of(0.0, 1.0, 1.1, 25.0, 999.9, 1000.0, 1000.1, 5000.0)) {
            tally.count(new PollResult.Answered(millis, 0, null));
        }
        tally.count(new PollResult.Failed(PollError.TIMEOUT));

        assertThat(tally.counts().roundTrips()).containsExactly(2L, 1L, 1L, 0L, 0L, 0L, 2L, 2L);
        assertThat(tally.counts().roundTripSeconds()).isCloseTo(8.0271, Offset.offset(1e-9));
    }

    @Test
    void whatWasToldDoesNotChange() {
        PollCounts before = tally.counts();

        tally.count(new PollResult.Answered(1, 1, null));
        tally.count(new PollResult.Failed(PollError.TLS));

        assertThat(before).isEqualTo(new PollTally().counts());
    }
}
