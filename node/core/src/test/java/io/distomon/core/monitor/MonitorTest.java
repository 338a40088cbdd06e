package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static io.distomon.core.monitor.Driven.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.distomon.core.exchange.PollResult;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final long SECOND = 1_000_000; // microseconds
    private static final long MILLI = 1_000;
    private static final long START_MICROS = 1_700_000_000_000_000L;

    private final SetClock clock = new SetClock(START_MICROS);
    private final Monitor monitor = new Monitor(peer(Duration.ofSeconds(10), 2), Driven.TURN, clock);

    @Test
    void oneRoundPassesThroughTheSeedsStates() {
        assertThat(monitor.state()).isEqualTo(MonitorState.INITIALIZED);
        monitor.start();
        assertThat(monitor.state()).isEqualTo(MonitorState.RUNNING);

        waitForRequest();
        assertThat(monitor.state()).isEqualTo(MonitorState.SENDING_REQUEST);

        assertThat(monitor.polled(ANSWER)).isInstanceOf(Effect.UpdateStore.class);
        assertThat(monitor.state()).isEqualTo(MonitorState.UPDATING_STORE);

        assertThat(monitor.step()).isInstanceOf(Effect.WaitUntil.class);
        assertThat(monitor.state()).isEqualTo(MonitorState.WAITING);
    }

    @Test
    void anAnswerMeansOnlineSinceNow() {
        monitor.start();

        assertThat(poll(ANSWER))
                .isEqualTo(new PingData(PingStatus.ONLINE, 6.25, 12.5, clock.wallMicros(), null, 0.0, null));
    }

    @Test
    void aSignedRefusalIsAnAnswer() {
        monitor.start();

        PingData ping = poll(new PollResult.Answered(1, 1, "clock"));

        assertThat(ping.status()).isEqualTo(PingStatus.ONLINE);
        assertThat(ping.error()).isEqualTo("clock");
    }

    @Test
    void moreFailuresInARowThanRetryMeanOffline() {
        monitor.start();
        poll(ANSWER);
        long onlineSince = clock.wallMicros();

        assertThat(poll(SILENCE))
                .isEqualTo(new PingData(PingStatus.ONLINE, 6.25, 12.5, onlineSince, "timeout", 0.5, null));
        assertThat(poll(SILENCE).status()).isEqualTo(PingStatus.ONLINE);
        PingData third = poll(SILENCE);

        assertThat(third.status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(third.sinceMicros()).isEqualTo(clock.wallMicros());
        assertThat(poll(SILENCE).sinceMicros()).isEqualTo(third.sinceMicros());
    }

    @Test
    void anAnswerInBetweenStartsTheCountAnew() {
        monitor.start();
        poll(ANSWER);
        poll(SILENCE);
        poll(SILENCE);
        poll(ANSWER);
        poll(SILENCE);
        poll(SILENCE);

        assertThat(monitor.ping().status()).isEqualTo(PingStatus.ONLINE);
        assertThat(monitor.failuresInARow()).isEqualTo(2);
    }

    @Test
    void aPeerThatHasBeenMetButNeverAnsweredIsUnknownUntilItIsOffline() {
        monitor.start();
        monitor.met();

        assertThat(poll(SILENCE)).isEqualTo(new PingData(PingStatus.UNKNOWN, 0, 0, null, "timeout", 1.0, null));
        assertThat(poll(SILENCE).status()).isEqualTo(PingStatus.UNKNOWN);
        assertThat(poll(SILENCE).status()).isEqualTo(PingStatus.OFFLINE);
    }

    @Test
    void aPeerThatNobodyHasMetHasTwoMinutesToStart() {
        monitor.start();
        long started = clock.monotonicNanos();
        do {
            assertThat(poll(SILENCE).status()).isEqualTo(PingStatus.UNKNOWN);
        } while (monitor.dueNanos() - started < Monitor.STARTING.toNanos());

        assertThat(poll(SILENCE).status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(clock.monotonicNanos() - started)
                .isBetween(
                        Duration.ofMinutes(2).toNanos(), Duration.ofMinutes(2).toNanos() + 10_000_000_000L);
    }

    @Test
    void aPeerIsMetByItsAnswerByWhatIsHeardOfItOrByWhatWasSaidOfItBefore() {
        for (Consumer<Monitor> meeting : List.<Consumer<Monitor>>of(
                Monitor::met,
                Monitor::heard,
                one -> one.recall(new PingData(PingStatus.OFFLINE, 0, 0, START_MICROS, "timeout"), START_MICROS))) {
            Monitor one = new Monitor(peer(Duration.ofSeconds(10), 0), Driven.TURN, clock);
            one.start();
            meeting.accept(one);
            waitForRequest(one);
            one.polled(SILENCE);
            assertThat(one.ping().status()).isEqualTo(PingStatus.OFFLINE);
        }
    }

    @Test
    void whoWasUnknownToUsBeforeIsNotMetByThat() {
        Monitor one = new Monitor(peer(Duration.ofSeconds(10), 0), Driven.TURN, clock);
        one.start();
        one.recall(PingData.UNKNOWN, START_MICROS);
        waitForRequest(one);
        one.polled(SILENCE);

        assertThat(one.ping().status()).isEqualTo(PingStatus.UNKNOWN);
    }

    @Test
    void withoutRetryTheFirstFailureMeansOffline() {
        Monitor strict = new Monitor(peer(Duration.ofSeconds(1), 0), Driven.TURN, clock);
        strict.start();
        strict.met();
        waitForRequest(strict);
        strict.polled(SILENCE);

        assertThat(strict.ping().status()).isEqualTo(PingStatus.OFFLINE);
    }

    @Test
    void pollTimesDoNotDrift() {
        monitor.start();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waitForRequest();
            times.add(clock.monotonicNanos());
            clock.pass(37L * i * MILLI);
            monitor.polled(ANSWER);
        }

        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(0))
                    .isEqualTo(Duration.ofSeconds(10L * i).toNanos());
        }
    }

    @Test
    void missedPollsAreLeftOutAndTheGridIsKept() {
        monitor.start();
        waitForRequest();
        long first = clock.monotonicNanos();
        monitor.polled(ANSWER);
        clock.pass(34 * SECOND);

        assertThat(monitor.step()).isInstanceOf(Effect.SendRequest.class); // late, once
        monitor.polled(ANSWER);

        assertThat(monitor.step())
                .isEqualTo(new Effect.WaitUntil(first + Duration.ofSeconds(40).toNanos()));
    }

    @Test
    void firstPollsAreSpreadOverTheFirstInterval() {
        Set<Long> firsts = new HashSet<>();
        long earlyHalf = 0;
        for (int i = 0; i < 200; i++) {
            Monitor one = new Monitor(peer(Duration.ofSeconds(10), 2), i / 200.0, clock);
            one.start();
            long first = switch (one.step()) {
                case Effect.WaitUntil(long at) -> at - clock.monotonicNanos();
                case Effect.SendRequest _ -> 0;
                case Effect.UpdateStore _, Effect.Done _ -> throw new AssertionError("expected a poll or a wait");
            };
            assertThat(first).isBetween(0L, Duration.ofSeconds(10).toNanos() - 1);
            firsts.add(first);
            earlyHalf += first < Duration.ofSeconds(5).toNanos() ? 1 : 0;
        }

        assertThat(firsts).hasSizeGreaterThan(195);
        assertThat(earlyHalf).isBetween(70L, 130L);
    }

    @Test
    void changedSettingsKeepWhatWasCounted() {
        monitor.start();
        poll(ANSWER);
        poll(SILENCE);
        PingData before = monitor.ping();
        Member changed = new Member("nyc", URI.create("http://elsewhere:1"), Duration.ofSeconds(3), 1);

        monitor.reconfigure(changed, Driven.TURN);

        assertThat(monitor.ping()).isEqualTo(before);
        assertThat(monitor.failuresInARow()).isEqualTo(1);
        assertThat(monitor.step())
                .isInstanceOfSatisfying(
                        Effect.WaitUntil.class,
                        wait -> assertThat(wait.monotonicNanos() - clock.monotonicNanos())
                                .isBetween(0L, Duration.ofSeconds(3).toNanos()));
        assertThat(waitForRequest().peer()).isEqualTo(changed);
        monitor.polled(SILENCE);
        assertThat(monitor.ping().status()).isEqualTo(PingStatus.OFFLINE);
    }

    @Test
    void aChangeDuringARequestLetsItEnd() {
        monitor.start();
        waitForRequest();

        monitor.reconfigure(peer(Duration.ofSeconds(60), 2), Driven.TURN);

        assertThat(monitor.polled(ANSWER)).isInstanceOf(Effect.UpdateStore.class);
    }

    @Test
    void aChangeDuringARequestDoesNotMakeItsTimeoutLookLate() {
        monitor.start();
        monitor.met();
        Effect.SendRequest request = waitForRequest();
        monitor.reconfigure(peer(Duration.ofSeconds(9), 2), Driven.TURN);
        clock.pass(request.timeout().toNanos() / 1_000);

        monitor.polled(SILENCE);

        assertThat(monitor.failuresInARow()).isEqualTo(1);
    }

    @Test
    void anotherUrlAloneLeavesTheScheduleAlone() {
        monitor.start();
        Effect before = monitor.step();

        monitor.reconfigure(
                new Member("nyc", URI.create("http://elsewhere:1"), Duration.ofSeconds(10), 2), Driven.TURN);

        assertThat(monitor.step()).isEqualTo(before);
    }

    @Test
    void aStopEndsItFromAnyState() {
        Monitor fresh = new Monitor(peer(Duration.ofSeconds(10), 2), Driven.TURN, clock);
        fresh.stop();
        assertThat(fresh.step()).isEqualTo(new Effect.Done());

        monitor.start();
        waitForRequest();
        monitor.stop();
        monitor.stop();
        assertThat(monitor.polled(SILENCE)).isEqualTo(new Effect.Done());
        assertThat(monitor.step()).isEqualTo(new Effect.Done());
        assertThat(monitor.ping()).isEqualTo(PingData.UNKNOWN);
    }

    @Test
    void whatFitsNoTransitionIsABug() {
        assertThatIllegalStateException().isThrownBy(monitor::step);
        assertThatIllegalStateException().isThrownBy(() -> monitor.polled(ANSWER));
        monitor.start();
        assertThatIllegalStateException().isThrownBy(monitor::start);
        assertThatIllegalStateException().isThrownBy(() -> monitor.polled(ANSWER));
        waitForRequest();
        assertThatIllegalStateException().isThrownBy(monitor::step);
        monitor.stop();
        assertThatIllegalStateException().isThrownBy(monitor::start);
    }

    @Test
    void passiveMembersAndOtherNodesAreNotWatched() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Monitor(new Member("nyc", null, Duration.ofSeconds(10), 2), Driven.TURN, clock));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> monitor.reconfigure(
                        new Member("sgp", URI.create("http://sgp"), Duration.ofSeconds(10), 2), Driven.TURN));
    }

    private PingData poll(PollResult result) {
        waitForRequest();
        monitor.polled(result);
        return monitor.ping();
    }

    private Effect.SendRequest waitForRequest() {
        return waitForRequest(monitor);
    }

    private Effect.SendRequest waitForRequest(Monitor driven) {
        while (true) {
            switch (driven.step()) {
                case Effect.SendRequest request -> {
                    return request;
                }
                case Effect.WaitUntil(long at) -> clock.pass((at - clock.monotonicNanos()) / 1_000);
                case Effect.UpdateStore _, Effect.Done _ -> throw new AssertionError("expected a request or a wait");
            }
        }
    }
}
