package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static io.distomon.core.monitor.Driven.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failures of an online peer others are told of: exchange.md, Monitors, M4. */
class FirstFailureTest {
    private static final Duration RATE = Duration.ofSeconds(10);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);

    @ParameterizedTest(name = "with {0} of its last hundred polls lost, failure {1} in a row")
    @CsvSource({"0, 1", "1, 1", "2, 2", "10, 2", "11, 3", "60, 3"})
    void theWorseALinkTheLaterItsFailuresAreToldOf(int lost, int told) {
        Driven nyc = linkThatLost(lost);

        for (int failure = 1; failure <= told; failure++) {
            assertThat(nyc.monitor.ping().isToldOf()).isFalse();
            nyc.poll(SILENCE);
        }

        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.ONLINE);
        assertThat(nyc.monitor.ping().isToldOf()).isTrue();
    }

    @Test
    void aFailureBeyondThoseThatAreForgivenIsNotToldOfButMeansOffline() {
        Driven nyc = new Driven(peer(RATE, 1), clock);
        nyc.polls(98, ANSWER);
        for (int i = 0; i < 2; i++) {
            nyc.poll(SILENCE);
            nyc.poll(ANSWER);
        }

        assertThat(nyc.poll(SILENCE).isToldOf()).isFalse();
        assertThat(nyc.poll(SILENCE).status()).isEqualTo(PingStatus.OFFLINE);
    }

    @Test
    void withoutRetryNobodyIsToldOf() {
        Driven nyc = new Driven(peer(RATE, 0), clock);
        nyc.poll(ANSWER);

        assertThat(nyc.poll(SILENCE).status()).isEqualTo(PingStatus.OFFLINE);
    }

    @Test
    void whoIsToldOfStaysSoUntilItAnswersAndTheNewestErrorIsSaid() {
        Driven nyc = new Driven(peer(RATE, 3), clock);
        nyc.poll(ANSWER);
        assertThat(nyc.poll(SILENCE).error()).isEqualTo("timeout");

        PingData second = nyc.poll(new PollResult.Failed(PollError.CONNECT));
        assertThat(second.isToldOf()).isTrue();
        assertThat(second.error()).isEqualTo("connect");

        PingData answered = nyc.poll(ANSWER);
        assertThat(answered.isToldOf()).isFalse();
        assertThat(answered.error()).isNull();
    }

    @Test
    void otherFailuresOfAnOnlinePeerAreInTheMeasuresAlone() {
        Driven nyc = linkThatLost(2);

        assertThat(nyc.poll(SILENCE).error()).isNull();
        assertThat(nyc.monitor.measures().lastError()).isEqualTo("timeout");

        nyc.poll(ANSWER);
        assertThat(nyc.monitor.measures().lastError()).isNull();
    }

    @Test
    void aFailureThatIsNotToldOfTakesARefusalsCodeAway() {
        Driven nyc = linkThatLost(2);
        assertThat(nyc.poll(new PollResult.Answered(1, 1, "clock")).error()).isEqualTo("clock");

        assertThat(nyc.poll(SILENCE).error()).isNull();
    }

    @Test
    void aRefusalsCodeIsSaidAndIsNotToldOf() {
        Driven nyc = linkThatLost(2);

        PingData refused = nyc.poll(new PollResult.Answered(1, 1, "clock"));

        assertThat(refused.error()).isEqualTo("clock");
        assertThat(refused.isToldOf()).isFalse();
        assertThat(nyc.monitor.measures().lastError()).isEqualTo("clock");
    }

    @Test
    void whyAPeerIsUnknownOrOfflineIsSaid() {
        Driven nyc = new Driven(peer(RATE, 0), clock);
        assertThat(nyc.poll(SILENCE).error()).isEqualTo("timeout");
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.UNKNOWN);
        nyc.poll(ANSWER);
        nyc.poll(new PollResult.Failed(PollError.TLS));
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(nyc.monitor.ping().error()).isEqualTo("tls");
    }

    /** Three failures in a row are forgiven; the last poll was answered. */
    private Driven linkThatLost(int lost) {
        Driven nyc = new Driven(peer(RATE, 3), clock);
        nyc.poll(ANSWER);
        int left = lost;
        while (left > 0) {
            int row = Math.min(left, 3);
            nyc.polls(row, SILENCE);
            nyc.poll(ANSWER);
            left -= row;
        }
        while (nyc.monitor.measures().polls() < LinkMeasures.LOSS_POLLS) {
            nyc.poll(ANSWER);
        }
        assertThat(nyc.monitor.measures().lost()).isEqualTo(lost);
        return nyc;
    }
}
