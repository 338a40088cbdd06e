package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static io.distomon.core.monitor.Driven.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Polls for which something is the reason that others said: exchange.md, Monitors, M5, M7 and the last rule. */
class HastenedPollsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration RATE = Duration.ofSeconds(10);

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Driven nyc = new Driven(peer(RATE, 2), clock);

    @BeforeEach
    void met() {
        nyc.monitor.met();
    }

    // Heard of

    @Test
    void anOfflinePeerThatIsHeardOfIsPolledAtOnceAndThenByTheGridAgain() {
        nyc.polls(3, SILENCE);
        nyc.pass(SECOND);
        long last = clock.monotonicNanos();

        assertThat(nyc.monitor.heard()).isTrue();
        assertThat(nyc.monitor.heard()).isFalse();

        assertThat(nyc.poll(ANSWER).status()).isEqualTo(PingStatus.ONLINE);
        assertThat(clock.monotonicNanos()).isEqualTo(last);
        assertThat(nyc.spacing()).isBetween(Duration.ofSeconds(5), RATE);
    }

    @Test
    void anOfflinePeerThatIsHeardOfOverAndOverIsPolledOnceASecond() {
        nyc.polls(3, SILENCE);

        assertThat(nyc.monitor.heard()).isTrue();
        assertThat(nyc.spacing()).isEqualTo(SECOND);

        nyc.poll(SILENCE);
        nyc.pass(Duration.ofMillis(500));
        assertThat(nyc.monitor.heard()).isTrue();
        assertThat(nyc.spacing()).isEqualTo(SECOND);
    }

    @Test
    void hearingOfAPeerThatIsNotOfflineChangesNothing() {
        nyc.poll(SILENCE);
        assertChangesNothing(nyc.monitor::heard);
        nyc.poll(ANSWER);
        assertChangesNothing(nyc.monitor::heard);
    }

    @Test
    void anOfflinePeerThatIsHeardOfDuringAPollIsPolledOnceMoreAfterIt() {
        nyc.polls(3, SILENCE);
        nyc.request();

        assertThat(nyc.monitor.heard()).isFalse(); // nobody waits
        nyc.end(SILENCE);

        assertThat(nyc.spacing()).isEqualTo(SECOND);
        nyc.poll(SILENCE);
        assertThat(nyc.spacing()).isGreaterThan(SECOND);
    }

    @Test
    void afterAStopNothingIsHeard() {
        nyc.polls(3, SILENCE);
        nyc.monitor.stop();

        assertThat(nyc.monitor.heard()).isFalse();
        assertThat(nyc.monitor.hasten()).isFalse();
        assertThat(nyc.monitor.doubted()).isFalse();
        assertThat(nyc.monitor.step()).isEqualTo(new Effect.Done());
    }

    // Hastened

    @Test
    void whoIsHastenedIsPolledASecondAfterTheLastPollBeganAtTheEarliest() {
        nyc.poll(ANSWER, Duration.ofMillis(300));

        assertThat(nyc.monitor.hasten()).isTrue();

        assertThat(nyc.spacing()).isEqualTo(SECOND);
        assertThat(nyc.monitor.hasten()).isFalse();
    }

    @Test
    void whoIsHastenedLaterIsPolledAtOnce() {
        nyc.poll(ANSWER);
        nyc.pass(Duration.ofSeconds(3));

        assertThat(nyc.monitor.hasten()).isTrue();

        assertThat(nyc.spacing()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whoIsHastenedBeforeItsFirstPollIsPolledAtOnce() {
        long now = clock.monotonicNanos();

        nyc.monitor.hasten();

        assertThat(nyc.monitor.dueNanos()).isEqualTo(now);
    }

    @Test
    void whoIsHastenedDuringAPollIsPolledAgainAfterItHoweverItEnds() {
        nyc.request();
        assertThat(nyc.monitor.hasten()).isFalse();
        nyc.pass(Duration.ofMillis(200));
        nyc.end(ANSWER);
        assertThat(nyc.spacing()).isEqualTo(SECOND);

        nyc.request();
        nyc.monitor.hasten();
        nyc.pass(Duration.ofSeconds(3));
        nyc.end(ANSWER);
        assertThat(nyc.spacing()).isEqualTo(Duration.ofSeconds(3));

        nyc.request();
        nyc.monitor.hasten();
        nyc.end(SILENCE);
        assertThat(nyc.spacing()).isEqualTo(SECOND);
    }

    @Test
    void nobodyIsPolledLaterForBeingHastenedDuringAPoll() {
        Driven quick = new Driven(peer(RATE, 5, Duration.ofMillis(300)), clock);
        quick.poll(ANSWER);
        quick.request();
        quick.monitor.hasten();

        quick.end(SILENCE);

        assertThat(quick.spacing()).isEqualTo(Duration.ofMillis(300));
    }

    // Doubted

    @Test
    void anOnlinePeerThatAnotherFailedToReachIsPolledAtOnce() {
        nyc.poll(ANSWER);
        nyc.pass(Duration.ofSeconds(4));

        assertThat(nyc.monitor.doubted()).isTrue();

        assertThat(nyc.spacing()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aDoubtedPeerIsPolledASecondAfterTheLastPollBeganAtTheEarliest() {
        nyc.poll(ANSWER, Duration.ofMillis(300));

        assertThat(nyc.monitor.doubted()).isTrue();

        assertThat(nyc.spacing()).isEqualTo(SECOND);
    }

    @Test
    void aDoubtedPeerIsPolledForThatReasonOncePerPollInterval() {
        nyc.poll(ANSWER);
        nyc.pass(SECOND);
        nyc.monitor.doubted();
        nyc.poll(ANSWER);
        nyc.pass(RATE.minus(Duration.ofMillis(1)));
        nyc.poll(ANSWER); // by the grid, which was due meanwhile
        assertChangesNothing(nyc.monitor::doubted);

        nyc.pass(Duration.ofMillis(1));

        assertThat(nyc.monitor.doubted()).isTrue();
    }

    @Test
    void doubtsAboutAPeerThatIsUnknownOrOfflineChangeNothing() {
        nyc.poll(SILENCE);
        assertChangesNothing(nyc.monitor::doubted);
        nyc.polls(2, SILENCE);
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
        assertChangesNothing(nyc.monitor::doubted);
    }

    @Test
    void doubtsAboutAPeerThatFailsHereTooChangeNothing() {
        nyc.poll(ANSWER);
        nyc.poll(SILENCE);
        assertThat(nyc.monitor.ping().status()).isEqualTo(PingStatus.ONLINE);
        assertChangesNothing(nyc.monitor::doubted);
    }

    @Test
    void doubtsAboutAPeerThatIsBeingPolledChangeNothing() {
        nyc.poll(ANSWER);
        nyc.request();
        assertThat(nyc.monitor.doubted()).isFalse();
        nyc.end(ANSWER);

        assertThat(nyc.spacing()).isEqualTo(RATE);
        nyc.pass(SECOND);
        assertThat(nyc.monitor.doubted()).isTrue(); // that one did not count
    }

    private void assertChangesNothing(BooleanSupplier news) {
        long due = nyc.monitor.dueNanos();
        assertThat(news.getAsBoolean()).isFalse();
        assertThat(nyc.monitor.dueNanos()).isEqualTo(due);
    }
}
