package io.distomon.core.monitor;

import static io.distomon.core.monitor.Driven.ANSWER;
import static io.distomon.core.monitor.Driven.SILENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.StandInSigner;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.Advance;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import io.distomon.core.wire.SetClock;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** We are ams, which polls nyc and fra; sgp is passive. */
class ReactionsTest {
    private static final long SECOND = 1_000_000; // microseconds
    private static final Duration RATE = Duration.ofSeconds(10);
    private static final List<String> IDS = List.of("ams", "fra", "nyc", "sgp");
    private static final PingData ONLINE = new PingData(PingStatus.ONLINE, 1, 2, 3L, null, 0.0, 0.0);
    private static final PingData TOLD_OF = new PingData(PingStatus.ONLINE, 1, 2, 3L, "timeout");
    private static final PingData OFFLINE = new PingData(PingStatus.OFFLINE, 1, 2, 4L, "timeout");

    private final SetClock clock = new SetClock(1_700_000_000_000_000L);
    private final Map<String, Signer> signers = new LinkedHashMap<>();
    private final NetworkConfig config;
    private final SharedStore store;
    private final OwnRecord record;
    private final Driven fra = new Driven(member("fra"), clock);
    private final Driven nyc = new Driven(member("nyc"), clock);
    private final Map<String, Monitor> monitors = new HashMap<>(Map.of("fra", fra.monitor, "nyc", nyc.monitor));
    private final Reactions reactions;

    ReactionsTest() {
        IDS.forEach(id -> signers.put(id, StandInSigner.generate(id, new SecureRandom())));
        Map<String, List<Verifier>> keys = new HashMap<>();
        signers.forEach((id, signer) -> keys.put(id, List.of(signer.verifier())));
        List<Member> members = IDS.stream().map(ReactionsTest::member).toList();
        config = NetworkConfig.of("lab", "ams", members, new KeyMapping(keys), List.of());
        store = new SharedStore("lab", "ams", config.keys(), clock);
        record = new OwnRecord(config, "1.0", "boot-2", clock);
        reactions = new Reactions(() -> config, store, record, () -> monitors, clock);
    }

    // What a message has brought

    @Test
    void thatMostWhoWatchANodeCallItOfflineIsPassedOnOnce() {
        hear("ams", Map.of("nyc", ONLINE));

        assertThat(react("sgp", Map.of("nyc", OFFLINE)).spreads()).isFalse(); // half of them
        assertThat(react("fra", Map.of("nyc", TOLD_OF)).spreads()).isFalse();
        assertThat(react("fra", Map.of("nyc", OFFLINE)).spreads()).isTrue();
        assertThat(react("sgp", Map.of("nyc", OFFLINE.since(5))).spreads()).isFalse();
        assertThat(react("ams", Map.of("nyc", OFFLINE)).spreads()).isFalse();
    }

    @Test
    void thatItIsAgainIsPassedOnAgain() {
        react("sgp", Map.of("nyc", OFFLINE));
        react("sgp", Map.of("nyc", ONLINE));

        assertThat(react("sgp", Map.of("nyc", OFFLINE)).spreads()).isTrue();
    }

    @Test
    void whatMostSayIsPassedOnFourTimesInARowAndThenOnceASecond() {
        int spread = 0;
        for (int millis = 0; millis < 10_000; millis += 100) {
            spread += react("sgp", Map.of("nyc", OFFLINE.since(millis))).spreads() ? 1 : 0;
            react("sgp", Map.of("nyc", ONLINE));
            clock.pass(100_000);
        }
        assertThat(spread).isBetween(12, 14);
    }

    @Test
    void whatIsPassedOnFollowsThePollRate() {
        List<Member> rare = IDS.stream()
                .map(id -> new Member(id, member(id).url(), RATE.multipliedBy(10), 2))
                .toList();
        NetworkConfig rarely = NetworkConfig.of("lab", "ams", rare, config.keys(), List.of());
        Reactions reactions = new Reactions(() -> rarely, store, record, () -> monitors, clock);
        int spread = 0;
        for (int millis = 0; millis < 30_000; millis += 100) {
            clock.pass(100_000);
            spread += reactions
                            .heardOf(merge("sgp", Map.of("nyc", OFFLINE.since(millis))))
                            .spreads()
                    ? 1
                    : 0;
            clock.pass(1);
            reactions.heardOf(merge("sgp", Map.of("nyc", ONLINE)));
        }
        assertThat(spread).isBetween(6, 7); // four, and one in ten seconds
    }

    @Test
    void whatThereWasNoAllowanceForIsPassedOnWithTheNextMessage() {
        while (react("sgp", Map.of("nyc", OFFLINE)).spreads()) {
            react("sgp", Map.of("nyc", ONLINE));
        }
        clock.pass(SECOND);

        assertThat(react("fra", Map.of()).spreads()).isTrue();
        assertThat(react("fra", Map.of()).spreads()).isFalse();
    }

    @Test
    void whatSomebodySaidWhoIsNotHeardForFourIntervalsCountsNoMore() {
        react("fra", Map.of("nyc", ONLINE));
        clock.pass(39 * SECOND);
        assertThat(react("sgp", Map.of("nyc", OFFLINE)).spreads()).isFalse();
        clock.pass(2 * SECOND);

        assertThat(react("sgp", Map.of("nyc", OFFLINE)).spreads()).isTrue();
    }

    @Test
    void whatSomebodyCallsOfflineWhoIsNotHeardIsNotPassedOn() {
        hear("ams", Map.of("nyc", ONLINE));
        clock.pass(SECOND);
        NodeData old = new NodeData(
                clock.wallMicros() - 3600 * SECOND, Map.of("fra", OFFLINE), "sgp", "1", "lab", 10, "boot", null, false);

        assertThat(reactions.heardOf(merge(old)).spreads()).isFalse();
    }

    @Test
    void whomAnotherNewlyCallsOfflineOrTellsOfIsPolledAtOnce() {
        allOnline();

        assertThat(hear("sgp", Map.of("nyc", OFFLINE, "fra", TOLD_OF))).containsExactlyInAnyOrder("nyc", "fra");

        assertThat(nyc.monitor.dueNanos()).isEqualTo(clock.monotonicNanos());
        assertThat(fra.monitor.dueNanos()).isEqualTo(clock.monotonicNanos());
    }

    @Test
    void whatWasSaidBeforeDoubtsNobody() {
        hear("sgp", Map.of("nyc", OFFLINE, "fra", TOLD_OF));
        allOnline();

        assertThat(hear("sgp", Map.of("nyc", OFFLINE, "fra", TOLD_OF))).isEmpty();
        assertThat(hear("sgp", Map.of("nyc", OFFLINE.since(5)))).containsExactly("nyc");
    }

    @Test
    void whoIsNotPolledHereIsNotDoubtedHere() {
        allOnline();
        monitors.remove("nyc");

        assertThat(hear("sgp", Map.of("nyc", OFFLINE, "stranger", OFFLINE))).isEmpty();
    }

    @Test
    void whatAnEarlierLifeOfOursSaidDoubtsNobody() {
        allOnline();

        assertThat(hear("ams", Map.of("nyc", OFFLINE))).isEmpty();
    }

    @Test
    void whoIsOfflineAndSaysSomethingNewIsPolledAtOnce() {
        nyc.monitor.met();
        fra.monitor.met();
        fra.poll(SILENCE);
        nyc.polls(3, SILENCE);
        nyc.pass(Duration.ofSeconds(1));

        assertThat(hear("nyc", Map.of())).containsExactly("nyc");
        assertThat(hear("fra", Map.of())).isEmpty();
    }

    @Test
    void whoCallsUsOfflineIsAnswered() {
        first();

        hear("sgp", Map.of("ams", OFFLINE));

        assertThat(record.takeIfDue().orElseThrow().occasion().accusers()).containsExactly("sgp");
        assertThat(store.accusersOf("ams")).isEqualTo(Map.of("sgp", 4L));
    }

    @Test
    void whoCallsUsOfflineStillOrTellsOfUsIsNotAnswered() {
        hear("sgp", Map.of("ams", OFFLINE));
        first();

        hear("sgp", Map.of("ams", OFFLINE));
        hear("fra", Map.of("ams", TOLD_OF));

        assertThat(record.takeIfDue()).isEmpty();
    }

    @Test
    void weDoNotAnswerOurselves() {
        first();

        hear("ams", Map.of("ams", OFFLINE));

        assertThat(record.takeIfDue()).isEmpty();
    }

    // After a start

    @Test
    void withTheFirstAnswerWeGoOnFromWhatWeSaidLast() {
        long before = clock.wallMicros() - 3600 * SECOND;
        nyc.poll(ANSWER);
        store.merge(own("boot-1", Map.of("nyc", ONLINE.since(before), "fra", OFFLINE.since(before))));

        reactions.observed("nyc", nyc.monitor.ping());

        OwnRecord.Said said = record.takeIfDue().orElseThrow();
        assertThat(ping(said, "nyc").sinceMicros()).isEqualTo(before);
        assertThat(ping(said, "fra")).isEqualTo(PingData.UNKNOWN);
        fra.polls(3, SILENCE);
        reactions.observed("fra", fra.monitor.ping());
        clock.pass(SECOND);
        PingData offline = ping(record.takeIfDue().orElseThrow(), "fra");
        assertThat(offline.status()).isEqualTo(PingStatus.OFFLINE);
        assertThat(offline.sinceMicros()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 3600})
    void whatALinkWasSaidToBeLikeIsRecalledOnlyWhenThatWasLately(long secondsAgo) {
        Breach slow = new Breach(Figure.ROUND_TRIP_P95, 182, 120, 40, 390, clock.wallMicros());
        Breach lossy = new Breach(Figure.LOSS, 0.2, 0.05, 40, 390, clock.wallMicros());
        nyc.monitor.holdAgainst(new LinkLimits(120, 0.05, LinkLimits.OFF));
        PingData before = new PingData(PingStatus.ONLINE, 1, 2, 3L, null, 0.0, 0.0, List.of(slow, lossy));
        store.merge(own("boot-1", Map.of("nyc", before)));
        clock.pass(secondsAgo * SECOND);
        nyc.poll(ANSWER);

        reactions.observed("nyc", nyc.monitor.ping());

        PingData now = ping(record.takeIfDue().orElseThrow(), "nyc");
        assertThat(now.breaches()).hasSize(secondsAgo < 800 ? 2 : 0);
        assertThat(now.sinceMicros()).as("the status is recalled").isEqualTo(3);
    }

    @Test
    void whatWasFoundBeforeTheFirstAnswerIsSaidAsItIsRecalled() {
        long before = clock.wallMicros() - 3600 * SECOND;
        fra.monitor.met();
        fra.polls(3, SILENCE);
        reactions.observed("fra", fra.monitor.ping());
        assertThat(record.isWaitingForMemory()).isTrue();
        nyc.poll(ANSWER);
        store.merge(own("boot-1", Map.of("fra", OFFLINE.since(before))));

        reactions.observed("nyc", nyc.monitor.ping());

        assertThat(ping(record.takeIfDue().orElseThrow(), "fra").sinceMicros()).isEqualTo(before);
    }

    @Test
    void aPeerThatDoesNotAnswerEndsNoWaiting() {
        nyc.monitor.met();
        nyc.polls(3, SILENCE);

        reactions.observed("nyc", nyc.monitor.ping());

        assertThat(record.isWaitingForMemory()).isTrue();
    }

    @Test
    void whoHasNothingToRecallBeginsWithTheFirstAnswer() {
        nyc.poll(ANSWER);

        reactions.observed("nyc", nyc.monitor.ping());

        assertThat(record.isWaitingForMemory()).isFalse();
        assertThat(ping(record.takeIfDue().orElseThrow(), "nyc")).isEqualTo(nyc.monitor.ping());
    }

    @Test
    void whatWeSaidInThisLifeIsNotRecalled() {
        nyc.poll(ANSWER);
        long answered = clock.wallMicros();
        store.merge(own("boot-2", Map.of("nyc", ONLINE)));

        reactions.observed("nyc", nyc.monitor.ping());

        assertThat(ping(record.takeIfDue().orElseThrow(), "nyc").sinceMicros()).isEqualTo(answered);
    }

    @Test
    void whatComesAfterTheFirstEntryIsNotRecalled() {
        first();
        store.merge(own("boot-1", Map.of("nyc", ONLINE)));
        nyc.poll(ANSWER);

        reactions.observed("nyc", nyc.monitor.ping());

        assertThat(nyc.monitor.ping().sinceMicros()).isEqualTo(clock.wallMicros());
    }

    private void allOnline() {
        fra.poll(ANSWER);
        nyc.poll(ANSWER);
        fra.pass(Duration.ofSeconds(2));
    }

    private void first() {
        record.begin();
        record.takeIfDue();
        clock.pass(2 * SECOND);
    }

    private Set<String> hear(String signer, Map<String, PingData> pings) {
        return react(signer, pings).hastened();
    }

    private Reactions.Reaction react(String signer, Map<String, PingData> pings) {
        clock.pass(1);
        List<Advance> advances = merge(signer, pings);
        assertThat(advances).hasSize(1);
        return reactions.heardOf(advances);
    }

    private List<Advance> merge(String signer, Map<String, PingData> pings) {
        return store.merge(entry(signer, "boot", pings)).advances();
    }

    private List<Advance> merge(NodeData data) {
        Signer signer = Objects.requireNonNull(signers.get(data.nodeId()));
        return store.merge(RawEntries.of(List.of(SignedNodeData.sign(data, signer))))
                .advances();
    }

    private RawEntries own(String boot, Map<String, PingData> pings) {
        return entry("ams", boot, pings);
    }

    private RawEntries entry(String signer, String boot, Map<String, PingData> pings) {
        NodeData data = new NodeData(clock.wallMicros(), pings, signer, "1", "lab", 10, boot, null, false);
        return RawEntries.of(List.of(SignedNodeData.sign(data, Objects.requireNonNull(signers.get(signer)))));
    }

    private static PingData ping(OwnRecord.Said said, String peer) {
        return Objects.requireNonNull(said.content().pingData().get(peer));
    }

    private static Member member(String id) {
        return new Member(id, id.equals("sgp") ? null : URI.create("http://" + id), RATE, 2);
    }
}
