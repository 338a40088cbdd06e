package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static io.distomon.core.monitor.Driven.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a monitor that is started anew takes over from what its node said of the peer before. */
class RecallTest {
    private static final long BEFORE = 1_600_000_000_000_000L;

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Driven nyc = new Driven(peer(Duration.ofSeconds(10), 0), clock);

    @Test
    void whatIsStillSoHasBeenSoSinceThen() {
        nyc.monitor.recall(said(PingStatus.ONLINE, 0.0), clock.wallMicros());

        assertThat(nyc.poll(ANSWER).sinceMicros()).isEqualTo(BEFORE);
        assertThat(nyc.poll(ANSWER).sinceMicros()).isEqualTo(BEFORE);
    }

    @Test
    void whoIsStillOfflineHasBeenSoSinceThen() {
        nyc.monitor.recall(said(PingStatus.OFFLINE, 1.0), clock.wallMicros());

        PingData offline = nyc.poll(SILENCE);

        assertThat(offline.status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(offline.sinceMicros()).isEqualTo(BEFORE);
    }

    @Test
    void whatIsRecalledAfterTheFirstPollCountsToo() {
        nyc.poll(ANSWER);

        nyc.monitor.recall(said(PingStatus.ONLINE, 0.25), clock.wallMicros());

        assertThat(nyc.monitor.ping().sinceMicros()).isEqualTo(BEFORE);
        assertThat(nyc.monitor.ping().loss()).isBetween(0.24, 0.25);
    }

    @Test
    void whatIsOtherwiseNowBeginsNow() {
        nyc.monitor.recall(said(PingStatus.OFFLINE, 1.0), clock.wallMicros());
        assertThat(nyc.poll(ANSWER).sinceMicros()).isEqualTo(clock.wallMicros());

        assertThat(nyc.poll(SILENCE).status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(nyc.monitor.ping().sinceMicros()).isEqualTo(clock.wallMicros());
    }

    @Test
    void whatIsRecalledAfterAnotherFirstPollBeginsWithThat() {
        nyc.poll(ANSWER);
        long answered = clock.wallMicros();

        nyc.monitor.recall(said(PingStatus.OFFLINE, 1.0), clock.wallMicros());

        assertThat(nyc.monitor.ping().sinceMicros()).isEqualTo(answered);
    }

    @Test
    void afterAChangeNoBeginningIsRecalled() {
        nyc.poll(ANSWER);
        nyc.poll(SILENCE);
        long offline = clock.wallMicros();

        nyc.monitor.recall(said(PingStatus.OFFLINE, 1.0), clock.wallMicros());

        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(nyc.monitor.ping().sinceMicros()).isEqualTo(offline);
    }

    @Test
    void whatWasLostBeforeFadesOverAHundredPolls() {
        nyc.monitor.recall(said(PingStatus.ONLINE, 0.2), clock.wallMicros());
        assertThat(nyc.monitor.measures().polls()).isEqualTo(100);
        assertThat(nyc.monitor.measures().lost()).isEqualTo(20);

        nyc.polls(50, ANSWER);
        assertThat(nyc.monitor.ping().loss()).isBetween(0.09, 0.11);
        nyc.polls(50, ANSWER);

        assertThat(nyc.monitor.ping().loss()).isEqualTo(0.0);
    }

    @Test
    void aLossThatWasRecalledSaysWhichFailureIsToldOf() {
        Driven lossy = new Driven(peer(Duration.ofSeconds(10), 2), clock);
        lossy.monitor.recall(said(PingStatus.ONLINE, 0.05), clock.wallMicros());
        lossy.poll(ANSWER);

        assertThat(lossy.poll(SILENCE).isToldOf()).isFalse();
        assertThat(lossy.poll(SILENCE).isToldOf()).isTrue();
    }

    @Test
    void whatWasCountedSinceTheStartStandsAndIsRecalledOnce() {
        nyc.poll(SILENCE);
        nyc.poll(ANSWER);
        nyc.monitor.recall(said(PingStatus.ONLINE, 0.0), clock.wallMicros());
        nyc.monitor.recall(said(PingStatus.ONLINE, 1.0), clock.wallMicros());

        assertThat(nyc.monitor.measures().lost()).isEqualTo(1);
    }

    @Test
    void whoWasUnknownIsNotRecalled() {
        nyc.monitor.recall(new PingData(PingStatus.UNKNOWN, 0, 0, BEFORE, "timeout", 1.0, null), clock.wallMicros());

        assertThat(nyc.monitor.measures().polls()).isZero();
        assertThat(nyc.poll(ANSWER).sinceMicros()).isEqualTo(clock.wallMicros());
    }

    @Test
    void whoDoesNotSaySinceWhenOrWhatItLostIsNotRecalledInThat() {
        nyc.monitor.recall(new PingData(PingStatus.ONLINE, 0, 0, null, null), clock.wallMicros());

        assertThat(nyc.poll(ANSWER).sinceMicros()).isEqualTo(clock.wallMicros());
        assertThat(nyc.monitor.measures().polls()).isEqualTo(1);
    }

    private static PingData said(PingStatus status, double loss) {
        return new PingData(status, 1, 2, BEFORE, null, loss, 0.0);
    }
}
