package io.distomon.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnRecordTest {
    private static final long SECOND = 1_000_000; // microseconds
    private static final long MILLI = 1_000;
    private static final Duration RATE = Duration.ofSeconds(10);
    private static final PingData ONLINE = new PingData(PingStatus.ONLINE, 1, 2, 3L, null);
    private static final PingData SLOWER = new PingData(PingStatus.ONLINE, 9, 9, 3L, null);
    private static final PingData TOLD_OF = new PingData(PingStatus.ONLINE, 1, 2, 3L, "timeout");
    private static final PingData OFFLINE = new PingData(PingStatus.OFFLINE, 1, 2, 4L, "timeout");

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final NetworkConfig config = config(member("fra", 5_000), member("nyc", 10_000), member("sgp", 20_000));
    private final OwnRecord record = new OwnRecord(config, "1.0", "boot-1", clock);

    // The first entry

    @Test
    void theFirstEntryWaitsForFiveSecondsForWhatWasSaidBefore() {
        clock.pass(5 * SECOND - 1);
        assertThat(record.isWaitingForMemory()).isTrue();
        assertThat(record.takeIfDue()).isEmpty();

        clock.pass(1);

        assertThat(record.takeIfDue()).isPresent();
        assertThat(record.isWaitingForMemory()).isFalse();
    }

    @Test
    void theFirstEntryIsDueAtOnceWhenNothingIsToBeWaitedForAnyMore() {
        clock.pass(SECOND / 10);
        record.begin();

        assertThat(record.takeIfDue()).isPresent();
        assertThat(record.isWaitingForMemory()).isFalse();
        record.begin();
        clock.pass(2 * SECOND);
        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void whateverHappensTheFirstEntryWaits() {
        record.update("nyc", ONLINE);
        record.update("nyc", TOLD_OF);
        record.update("nyc", OFFLINE);
        record.accused("sgp");
        NetworkConfig changed = config(member("fra", 5_000), member("nyc", 10_000));
        record.reconfigure(changed, changed.polled());
        clock.pass(5 * SECOND - 1);

        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void whoPollsNobodyHasNothingToWaitFor() {
        OwnRecord lonely = new OwnRecord(config(member("fra", 5_000)), "1.0", "boot-1", clock);

        assertThat(lonely.isWaitingForMemory()).isFalse();
        assertThat(lonely.takeIfDue()).isPresent();
    }

    @Test
    void aFarewellDoesNotWait() {
        record.leave();

        assertThat(record.isWaitingForMemory()).isFalse();
        assertThat(record.takeIfDue().orElseThrow().content().leaving()).isTrue();
    }

    @Test
    void theFirstEntryKnowsNobody() {
        OwnRecord.Said said = first();
        NodeData first = said.content();

        assertThat(said.occasion()).isEqualTo(Occasion.NONE);
        assertThat(first.pingData()).isEqualTo(Map.of("nyc", PingData.UNKNOWN, "sgp", PingData.UNKNOWN));
        assertThat(first.nodeId()).isEqualTo("fra");
        assertThat(first.networkId()).isEqualTo("lab");
        assertThat(first.boot()).isEqualTo("boot-1");
        assertThat(first.version()).isEqualTo("1.0");
        assertThat(first.configDigest()).isEqualTo(config.digest());
        assertThat(first.leaving()).isFalse();
    }

    // The next ones

    @Test
    void pingsAloneWaitForTheInterval() {
        record.update("nyc", ONLINE);
        first();

        record.update("nyc", SLOWER);
        clock.pass(9_999 * MILLI);
        assertThat(record.takeIfDue()).isEmpty();

        clock.pass(1 * MILLI);
        assertThat(record.takeIfDue().orElseThrow().content().pingData()).containsEntry("nyc", SLOWER);
    }

    @Test
    void aChangedStatusIsSaidWithinASecondButNotMoreOften() {
        first();

        record.update("nyc", ONLINE);
        assertThat(record.takeIfDue()).isEmpty();
        assertThat(record.dueNanos() - clock.monotonicNanos()).isEqualTo(1_000_000_000);

        clock.pass(1 * SECOND);
        assertThat(record.takeIfDue()).isPresent();

        clock.pass(5 * SECOND);
        record.update("nyc", OFFLINE);
        assertThat(record.takeIfDue().orElseThrow().content().pingData()).containsEntry("nyc", OFFLINE);
        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void theIntervalIsTheShortestPollRateOfThePolledRoundedUp() {
        // Our own rate, 5 s, is how often the others poll us.
        assertThat(first().content().intervalSeconds()).isEqualTo(10);
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
        first();
        clock.pass(2 * SECOND);
        NetworkConfig changed = config(member("fra", 5_000), member("nyc", 10_000), member("tyo", 10_000));

        record.reconfigure(changed, changed.polled());
        record.update("sgp", OFFLINE);

        NodeData next = record.takeIfDue().orElseThrow().content();
        assertThat(next.pingData()).isEqualTo(Map.of("nyc", ONLINE, "tyo", PingData.UNKNOWN));
        assertThat(next.configDigest()).isEqualTo(changed.digest());
    }

    @Test
    void whoIsPolledForAWhileBesidesIsSaidAndThenNoMore() {
        record.update("nyc", ONLINE);
        first();
        Member tyo = member("tyo", 10_000);

        record.poll(List.of(member("nyc", 10_000), member("sgp", 20_000), tyo));
        clock.pass(2 * SECOND);
        record.update("tyo", OFFLINE);

        assertThat(record.takeIfDue().orElseThrow().content().pingData())
                .isEqualTo(Map.of("nyc", ONLINE, "sgp", PingData.UNKNOWN, "tyo", OFFLINE));
        record.poll(config.polled());
        clock.pass(10 * SECOND);
        assertThat(record.takeIfDue().orElseThrow().content().pingData()).containsOnlyKeys("nyc", "sgp");
    }

    @Test
    void theSameConfigAgainIsNoNews() {
        first();
        clock.pass(2 * SECOND);

        record.reconfigure(config, config.polled());

        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void aFarewellIsDueAtOnce() {
        first();

        record.leave();

        assertThat(record.takeIfDue().orElseThrow().content().leaving()).isTrue();
    }

    // Out of turn

    @Test
    void aFirstFailureIsSaidOutOfTurnAndWhoIsToldOfIsNamedOnce() {
        online();

        record.update("nyc", TOLD_OF);

        OwnRecord.Said said = record.takeIfDue().orElseThrow();
        assertThat(said.content().pingData()).containsEntry("nyc", TOLD_OF);
        assertThat(said.occasion()).isEqualTo(new Occasion(Set.of(), Set.of("nyc"), Set.of()));

        clock.pass(2 * SECOND);
        record.update("nyc", new PingData(PingStatus.ONLINE, 1, 2, 3L, "connect"));
        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void firstFailuresAreSaidOnceASecondAtMost() {
        online();
        record.update("nyc", TOLD_OF);
        record.takeIfDue();
        record.update("sgp", TOLD_OF);

        assertThat(record.takeIfDue()).isEmpty();
        clock.pass(SECOND);
        assertThat(record.takeIfDue().orElseThrow().occasion().firstFailures()).containsExactly("sgp");
    }

    @Test
    void whoHasAnsweredMeanwhileIsNoFirstFailure() {
        online();
        record.update("nyc", TOLD_OF);
        record.update("nyc", ONLINE);

        assertThat(record.takeIfDue().orElseThrow().occasion()).isEqualTo(Occasion.NONE);
    }

    @Test
    void aRefusalsCodeAndAFailureThatIsNotToldOfWaitForTheInterval() {
        online();

        record.update("nyc", new PingData(PingStatus.ONLINE, 1, 2, 3L, "clock"));
        record.update("nyc", new PingData(PingStatus.ONLINE, 1, 2, 3L, null, 0.5, 1.0));

        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void whoIsOfflineAfterItHadBeenToldOfIsNamed() {
        online();
        record.update("nyc", TOLD_OF);
        record.takeIfDue();
        clock.pass(2 * SECOND);
        record.update("nyc", OFFLINE);
        record.update("sgp", OFFLINE); // nobody has been told of it

        OwnRecord.Said said = record.takeIfDue().orElseThrow();
        assertThat(said.occasion()).isEqualTo(new Occasion(Set.of(), Set.of(), Set.of("nyc")));

        clock.pass(10 * SECOND);
        record.update("nyc", OFFLINE);
        assertThat(record.takeIfDue().orElseThrow().occasion()).isEqualTo(Occasion.NONE);
    }

    @Test
    void whoIsOfflineBeforeTheFirstFailureWasSaidIsNamedAsOfflineAlone() {
        online();
        record.update("nyc", TOLD_OF);
        record.update("nyc", OFFLINE);

        assertThat(record.takeIfDue().orElseThrow().occasion())
                .isEqualTo(new Occasion(Set.of(), Set.of(), Set.of("nyc")));
    }

    @Test
    void whoIsOnlineAgainBeforeItWasSaidIsNotNamed() {
        online();
        record.update("nyc", TOLD_OF);
        record.update("nyc", OFFLINE);
        record.update("nyc", ONLINE);

        assertThat(record.takeIfDue().orElseThrow().occasion()).isEqualTo(Occasion.NONE);
    }

    @Test
    void whoIsNeverForgivenIsNamedWhenItIsOfflineAsItWasNeverToldOf() {
        NetworkConfig strict = config(member("fra", 5_000), new Member("nyc", URI.create("http://nyc"), RATE, 0));
        OwnRecord unforgiving = new OwnRecord(strict, "1.0", "boot-1", clock);
        unforgiving.begin();
        unforgiving.update("nyc", ONLINE);
        unforgiving.takeIfDue();
        clock.pass(2 * SECOND);

        unforgiving.update("nyc", OFFLINE);

        assertThat(unforgiving.takeIfDue().orElseThrow().occasion().offline()).containsExactly("nyc");
    }

    @Test
    void whoIsAccusedAnswersAtOnceAndNamesTheAccusersOnce() {
        online();

        record.accused("nyc");
        record.accused("sgp");

        assertThat(record.takeIfDue().orElseThrow().occasion())
                .isEqualTo(new Occasion(Set.of("nyc", "sgp"), Set.of(), Set.of()));
        clock.pass(10 * SECOND);
        assertThat(record.takeIfDue().orElseThrow().occasion()).isEqualTo(Occasion.NONE);
    }

    @Test
    void whoIsAccusedRightAfterAnEntryAnswersASecondAfterIt() {
        online();
        record.accused("nyc");
        record.takeIfDue();
        clock.pass(SECOND / 4);

        record.accused("nyc");

        assertThat(record.takeIfDue()).isEmpty();
        assertThat(record.dueNanos() - clock.monotonicNanos()).isEqualTo(750_000_000);
        clock.pass(3 * SECOND / 4);
        assertThat(record.takeIfDue()).isPresent();
    }

    @Test
    void whoIsNotPolledOrNoMemberAnyMoreIsNotNamed() {
        online();
        record.update("nyc", TOLD_OF);
        record.update("sgp", TOLD_OF);
        record.update("sgp", OFFLINE);
        record.accused("sgp");
        NetworkConfig changed = config(member("fra", 5_000), member("tyo", 10_000));

        record.reconfigure(changed, changed.polled());

        assertThat(record.takeIfDue().orElseThrow().occasion()).isEqualTo(Occasion.NONE);
    }

    private OwnRecord.Said first() {
        record.begin();
        return record.takeIfDue().orElseThrow();
    }

    /** Both peers have answered, as was said two seconds ago. */
    private void online() {
        record.update("nyc", ONLINE);
        record.update("sgp", ONLINE);
        first();
        clock.pass(2 * SECOND);
    }

    private double intervalOf(Member peer) {
        OwnRecord other = new OwnRecord(config(member("fra", 5_000), peer), "1.0", "boot-1", clock);
        other.begin();
        return other.takeIfDue().orElseThrow().content().intervalSeconds();
    }

    private static Member member(String id, long pollMillis) {
        return new Member(id, URI.create("http://" + id), Duration.ofMillis(pollMillis), 2);
    }

    private static NetworkConfig config(Member... members) {
        return NetworkConfig.of("lab", "fra", Arrays.asList(members), new KeyMapping(Map.of()), List.of());
    }
}
