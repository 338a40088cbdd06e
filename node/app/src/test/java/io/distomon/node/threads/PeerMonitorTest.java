package io.distomon.node.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.Clock;
import io.distomon.core.exchange.PollError;
import io.distomon.core.exchange.PollResult;
import io.distomon.core.monitor.MonitorState;
import io.distomon.core.monitor.PeerClient;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeerMonitorTest {
    private static final Member AMS = new Member("ams", URI.create("http://ams.example"), Duration.ofMillis(20), 0);

    private final List<PingStatus> told = new ArrayList<>();

    @Test
    void aMonitorWhoseClientThrowsBeginsAnewAndClaimsNothingMeanwhile() {
        AtomicInteger polls = new AtomicInteger();
        PeerMonitor monitor = monitor(AMS, (peer, timeout) -> {
            if (polls.incrementAndGet() == 2) {
                throw new IllegalStateException("a bug");
            }
            return new PollResult.Answered(1, 1, null);
        });

        await().until(() -> polls.get() > 4);
        monitor.stop();

        synchronized (told) {
            assertThat(told).startsWith(PingStatus.ONLINE, PingStatus.UNKNOWN, PingStatus.ONLINE);
        }
        // What was counted before is not lost.
        assertThat(monitor.report().polls().accepted()).isGreaterThan(2);
    }

    @Test
    void aStoppedMonitorEndsThePollThatItWaitsFor() throws Exception {
        CountDownLatch polling = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        PeerMonitor monitor = monitor(AMS, (peer, timeout) -> {
            polling.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody counts down");
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        assertThat(polling.await(5, TimeUnit.SECONDS)).isTrue();

        monitor.stop();

        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(monitor.monitor().state()).isEqualTo(MonitorState.STOPPED);
    }

    @Test
    void aMonitorThatWaitsNoticesAFasterRateAtOnce() {
        AtomicInteger polls = new AtomicInteger();
        Member rarely = new Member(AMS.nodeId(), AMS.url(), Duration.ofHours(1), 0);
        PeerMonitor monitor = monitor(rarely, (peer, timeout) -> {
            polls.incrementAndGet();
            return new PollResult.Failed(PollError.CONNECT);
        });

        monitor.reconfigure(AMS, 0.5, LinkLimits.NONE);

        await().until(() -> polls.get() > 1);
        monitor.stop();
    }

    private PeerMonitor monitor(Member peer, PeerClient client) {
        return new PeerMonitor("lab", "fra", peer, 0.5, LinkLimits.NONE, Clock.system(), client, this::tell);
    }

    private void tell(String peerId, PingData ping) {
        assertThat(peerId).isEqualTo("ams");
        synchronized (told) {
            told.add(ping.status());
        }
    }
}
