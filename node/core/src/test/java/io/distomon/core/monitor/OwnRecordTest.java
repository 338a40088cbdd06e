package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Member;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnRecordTest {
    private static final long SECOND = 1_000_000; // microseconds
    private static final long MILLI = 1_000;
    private static final PingData ONLINE = new PingData(PingStatus.ONLINE, 1, 2, 3L, null);
    private static final PingData SLOWER = new PingData(PingStatus.ONLINE, 9, 9, 3L, null);
    private static final PingData OFFLINE = new PingData(PingStatus.OFFLINE, 1, 2, 4L, "timeout");

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final NetworkConfig config = config(member("fra", 5_000), member("nyc", 10_000), member("sgp", 20_000));
    private final OwnRecord record = new OwnRecord(config, "1.0", "boot-1", clock);

    @Test
    void theFirstEntryIsDueAtOnceAndKnowsNobody() {
        NodeData first = record.takeIfDue().orElseThrow();

        assertThat(first.pingData()).isEqualTo(Map.of("nyc", PingData.UNKNOWN, "sgp", PingData.UNKNOWN));
        assertThat(first.nodeId()).isEqualTo("fra");
        assertThat(first.networkId()).isEqualTo("lab");
        assertThat(first.boot()).isEqualTo("boot-1");
        assertThat(first.version()).isEqualTo("1.0");
        assertThat(first.configDigest()).isEqualTo(config.digest());
        assertThat(first.leaving()).isFalse();
    }

    @Test
    void pingsAloneWaitForTheInterval() {
        record.update("nyc", ONLINE);
        record.takeIfDue();

        record.update("nyc", SLOWER);
        clock.pass(9_999 * MILLI);
        assertThat(record.takeIfDue()).isEmpty();

        clock.pass(1 * MILLI);
        assertThat(record.takeIfDue().orElseThrow().pingData()).containsEntry("nyc", SLOWER);
    }

    @Test
    void aChangedStatusIsSaidWithinASecondButNotMoreOften() {
        record.takeIfDue();

        record.update("nyc", ONLINE);
        assertThat(record.takeIfDue()).isEmpty();
        assertThat(record.dueNanos() - clock.monotonicNanos()).isEqualTo(1_000_000_000);

        clock.pass(1 * SECOND);
        assertThat(record.takeIfDue()).isPresent();

        clock.pass(5 * SECOND);
        record.update("nyc", OFFLINE);
        assertThat(record.takeIfDue().orElseThrow().pingData()).containsEntry("nyc", OFFLINE);
        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void theIntervalIsTheShortestPollRateOfThePolledRoundedUp() {
        // Our own rate, 5 s, is how often the others poll us.
        assertThat(record.takeIfDue().orElseThrow().intervalSeconds()).isEqualTo(10);
        assertThat(intervalOf(member("nyc", 1_000))).isEqualTo(1);
        assertThat(intervalOf(member("nyc", 2_001))).isEqualTo(3);
        assertThat(intervalOf(member("nyc", 3_600_000))).isEqualTo(3600);
        assertThat(intervalOf(new Member("nyc", null, Duration.ofSeconds(1), 2)))
                .isEqualTo(10);
    }

    @Test
    void aChangedConfigIsSaidAndWhatIsKnownOfThoseWhoStayIsKept() {
        record.update("nyc", ONLINE);
        record.update("sgp", ONLINE);
        record.takeIfDue();
        clock.pass(2 * SECOND);
        NetworkConfig changed = config(member("fra", 5_000), member("nyc", 10_000), member("tyo", 10_000));

        record.reconfigure(changed, changed.polled());
        record.update("sgp", OFFLINE);

        NodeData next = record.takeIfDue().orElseThrow();
        assertThat(next.pingData()).isEqualTo(Map.of("nyc", ONLINE, "tyo", PingData.UNKNOWN));
        assertThat(next.configDigest()).isEqualTo(changed.digest());
    }

    @Test
    void whoIsPolledForAWhileBesidesIsSaidAndThenNoMore() {
        record.update("nyc", ONLINE);
        record.takeIfDue();
        Member tyo = member("tyo", 10_000);

        record.poll(List.of(member("nyc", 10_000), member("sgp", 20_000), tyo));
        clock.pass(2 * SECOND);
        record.update("tyo", OFFLINE);

        assertThat(record.takeIfDue().orElseThrow().pingData())
                .isEqualTo(Map.of("nyc", ONLINE, "sgp", PingData.UNKNOWN, "tyo", OFFLINE));
        record.poll(config.polled());
        clock.pass(10 * SECOND);
        assertThat(record.takeIfDue().orElseThrow().pingData()).containsOnlyKeys("nyc", "sgp");
    }

    @Test
    void theSameConfigAgainIsNoNews() {
        record.takeIfDue();
        clock.pass(2 * SECOND);

        record.reconfigure(config, config.polled());

        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void aFarewellIsDueAtOnce() {
        record.takeIfDue();

        record.leave();

        assertThat(record.takeIfDue().orElseThrow().leaving()).isTrue();
    }

    private double intervalOf(Member peer) {
        return new OwnRecord(config(member("fra", 5_000), peer), "1.0", "boot-1", clock)
                .takeIfDue()
                .orElseThrow()
                .intervalSeconds();
    }

    private static Member member(String id, long pollMillis) {
        return new Member(id, URI.create("http://" + id), Duration.ofMillis(pollMillis), 2);
    }

    private static NetworkConfig config(Member... members) {
        return NetworkConfig.of("lab", "fra", Arrays.asList(members), new KeyMapping(Map.of()), List.of());
    }
}
