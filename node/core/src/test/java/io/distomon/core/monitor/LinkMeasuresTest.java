package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link that is polled every ten seconds, two failures forgiven. */
class LinkMeasuresTest {
    private static final PollResult SILENCE = new PollResult.Failed(PollError.TIMEOUT);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Monitor monitor =
            new Monitor(new Member("nyc", URI.create("http://nyc"), Duration.ofSeconds(10), 2), Driven.TURN, clock);

    @BeforeEach
    void start() {
        monitor.start();
    }

    @Test
    void beforeTheFirstPollNothingIsKnown() {
        LinkMeasures measures = monitor.measures();

        assertThat(measures.peerId()).isEqualTo("nyc");
        assertThat(measures.ping().status()).isEqualTo(PingStatus.UNKNOWN);
        assertThat(measures.ping().loss()).isNull();
        assertThat(measures.ping().jitter()).isNull();
        assertThat(measures.lastSuccessMicros()).isNull();
        assertThat(measures.polls()).isZero();
        assertThat(measures.roundTrips()).isEqualTo(RoundTripHistogram.EMPTY);
        assertThat(measures.oneWay(new ClockOffset(1, 1))).isNull();
    }

    @Test
    void lossIsThatOfThePollsThatHaveEnded() {
        poll(answer(10));
        poll(SILENCE);
        poll(answer(10));

        assertThat(monitor.measures().ping().loss()).isEqualTo(0.333);
        assertThat(monitor.measures().lost()).isEqualTo(1);
        assertThat(monitor.measures().polls()).isEqualTo(3);
    }

    @Test
    void lossForgetsWhatIsAHundredPollsAgo() {
        poll(SILENCE);
        for (int i = 0; i < 99; i++) {
            poll(answer(10));
        }
        assertThat(monitor.measures().ping().loss()).isEqualTo(0.01);

        poll(answer(10));

        assertThat(monitor.measures().ping().loss()).isEqualTo(0.0);
        assertThat(monitor.measures().polls()).isEqualTo(100);
    }

    @Test
    void aSpanIsWhatEndedSinceTheLastWasTaken() {
        poll(answer(10));
        poll(answer(30));
        poll(SILENCE);

        LinkSpan first = monitor.takeSpan();
        poll(SILENCE);
        LinkSpan second = monitor.takeSpan();

        assertThat(first.sent()).isEqualTo(3);
        assertThat(first.lost()).isEqualTo(1);
        assertThat(first.roundTrips().total()).isEqualTo(2);
        assertThat(first.longestMillis()).isEqualTo(30);
        assertThat(first.jitterMillis()).isEqualTo(20);
        assertThat(second).isEqualTo(new LinkSpan(1, 1, 0, RoundTripHistogram.EMPTY, null, null));
        assertThat(monitor.measures().polls()).isEqualTo(4);
    }

    @Test
    void whatWasLostIsAnOutagesOrNotAsTheNextAnswerShows() {
        poll(answer(10));
        poll(SILENCE);
        poll(SILENCE);
        assertThat(monitor.takeSpan().dropped()).isZero();
        poll(answer(40));

        LinkSpan second = monitor.takeSpan();
        assertThat(second.lost()).isZero();
        assertThat(second.dropped()).isEqualTo(2);
        assertThat(second.jitterMillis()).isEqualTo(30);

        for (int i = 0; i < 5; i++) {
            poll(SILENCE);
        }
        assertThat(monitor.measures().ping().status()).isEqualTo(PingStatus.OFFLINE);
        poll(answer(10));
        LinkSpan third = monitor.takeSpan();
        assertThat(third.lost()).isEqualTo(5);
        assertThat(third.dropped()).isZero();
    }

    @Test
    void aSignedRefusalIsNoLoss() {
        poll(new PollResult.Answered(10, 5, "clock"));

        assertThat(monitor.measures().ping().loss()).isEqualTo(0.0);
        assertThat(monitor.measures().ping().error()).isEqualTo("clock");
    }

    @Test
    void jitterIsASixteenthOfEachDifferenceSmoothed() {
        poll(answer(10));
        assertThat(monitor.measures().ping().jitter()).isNull();

        poll(answer(26));
        assertThat(monitor.measures().ping().jitter()).isEqualTo(1.0);

        poll(SILENCE);
        assertThat(monitor.measures().ping().jitter()).isEqualTo(1.0);

        poll(answer(10));
        assertThat(monitor.measures().ping().jitter()).isCloseTo(1 + 15 / 16.0, within(0.001));
    }

    @Test
    void aLinkThatAlternatesHasTheJitterOfItsSteps() {
        for (int i = 0; i < 200; i++) {
            poll(answer(i % 2 == 0 ? 10 : 14));
        }
        assertThat(monitor.measures().ping().jitter()).isCloseTo(4, within(0.01));
    }

    @Test
    void aClockThatIsSetIsNoJitter() {
        poll(answer(10));
        clock.set(1_600_000_000_000_000L);
        poll(answer(10));

        assertThat(monitor.measures().ping().jitter()).isEqualTo(0.0);
    }

    @Test
    void theLastSuccessStaysWhileTheLinkIsDown() {
        poll(answer(10));
        long success = clock.wallMicros();
        for (int i = 0; i < 5; i++) {
            poll(SILENCE);
        }

        assertThat(monitor.measures().lastSuccessMicros()).isEqualTo(success);
        assertThat(monitor.measures().ping().status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(monitor.measures().ping().error()).isEqualTo("timeout");
        assertThat(monitor.measures().ping().reqTimeRtt()).isEqualTo(10);
        assertThat(monitor.measures().ping().loss()).isEqualTo(0.833);
    }

    @Test
    void roundTripsAreThoseOfTheLastOneToTwoHours() {
        for (int i = 0; i < 359; i++) {
            poll(answer(10));
        }
        assertThat(monitor.measures().roundTrips().total()).isEqualTo(359);

        for (int i = 0; i < 300; i++) {
            poll(answer(200));
        }
        RoundTripHistogram both = monitor.measures().roundTrips();
        assertThat(both.total()).isEqualTo(659);
        assertThat(both.percentileMillis(0.5).orElseThrow()).isCloseTo(10, within(0.4));
        assertThat(both.percentileMillis(0.95).orElseThrow()).isCloseTo(200, within(7.0));

        for (int i = 0; i < 100; i++) {
            poll(answer(200));
        }
        assertThat(monitor.measures().roundTrips().total()).isBetween(360L, 400L);
        assertThat(monitor.measures().roundTrips().percentileMillis(0.01).orElseThrow())
                .isCloseTo(200, within(7.0));

        clock.pass(Duration.ofHours(2).toNanos() / 1_000);
        assertThat(monitor.measures().roundTrips()).isEqualTo(RoundTripHistogram.EMPTY);
    }

    @Test
    void oneWayTimesAreCorrectedByThePeersClock() {
        // The peer's clock is 500 ms ahead; its own exchange would have said 505, give or take 5.
        poll(new PollResult.Answered(10, 507, null));

        LinkMeasures.OneWay ways = monitor.measures().oneWay(new ClockOffset(500, 1.5));

        assertThat(ways).isEqualTo(new LinkMeasures.OneWay(7, 3, 1.5));
    }

    @Test
    void whatIsPublishedHasNoMoreThanThreeDecimals() {
        poll(new PollResult.Answered(10.123456789, -5.98765, null));
        poll(new PollResult.Answered(11.0, -5.98765, null));

        assertThat(monitor.ping().reqTimeOutbound()).isEqualTo(-5.988);
        assertThat(monitor.ping().jitter()).isEqualTo(0.055);
        poll(new PollResult.Answered(10.123456789, -5.98765, null));
        assertThat(monitor.ping().reqTimeRtt()).isEqualTo(10.123);
    }

    private static PollResult answer(double rttMillis) {
        return new PollResult.Answered(rttMillis, rttMillis / 2, null);
    }

    private void poll(PollResult result) {
        while (true) {
            switch (monitor.step()) {
                case Effect.SendRequest _ -> {
                    monitor.polled(result);
                    return;
                }
                case Effect.WaitUntil(long at) -> clock.pass((at - clock.monotonicNanos()) / 1_000);
                case Effect.UpdateStore _, Effect.Done _ -> throw new AssertionError("expected a request or a wait");
            }
        }
    }
}
