package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.wire.SetClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedStoreTest {
    private static final long SECOND = 1_000_000L;
    private static final long NOW = 1_800_000_000L * SECOND;
    private static final Signer AMS = Signer.generate("ams", new SecureRandom());
    private static final Signer AMS_NEXT = Signer.generate("ams", new SecureRandom());
    private static final Signer FRA = Signer.generate("fra", new SecureRandom());
    private static final Signer FRA_NEXT = Signer.generate("fra", new SecureRandom());
    private static final Signer NYC = Signer.generate("nyc", new SecureRandom());
    private static final KeyMapping KEYS = keys(AMS, FRA, FRA_NEXT, NYC);

    private final SetClock clock = new SetClock(NOW);
    private final SharedStore store = new SharedStore("lab", "ams", KEYS, clock);

    // Entries of others

    @Test
    void judgesAMapByItsKeysFirst() {
        RawEntry fra = entry(FRA, NOW).raw();
        assertThat(merge("nyc", fra)).isEqualTo(EntryRefusal.MALFORMED);
        assertThat(merge("mallory", fra)).isEqualTo(EntryRefusal.MALFORMED);
        assertThat(merge("mallory", new RawEntry("?", "?", "mallory"))).isEqualTo(EntryRefusal.UNKNOWN_SIGNER);
    }

    @Test
    void aMemberWithoutAKeyIsNoUnknownSigner() {
        SharedStore young = new SharedStore("lab", "ams", new KeyMapping(Map.of("fra", List.of())), clock);
        assertThat(young.merge(RawEntries.of(List.of(entry(FRA, NOW)))).refused())
                .containsEntry("fra", EntryRefusal.BAD_SIGNATURE);
    }

    @Test
    void boundsAPayloadBeforeLookingAtIt() {
        RawEntry fra = entry(FRA, NOW).raw();
        String large = "A".repeat(RawEntries.MAX_PAYLOAD_CHARS);
        assertThat(merge("fra", new RawEntry(large, fra.signature(), "fra"))).isEqualTo(EntryRefusal.BAD_SIGNATURE);
        assertThat(merge("fra", new RawEntry(large + "AAAA", fra.signature(), "fra")))
                .isEqualTo(EntryRefusal.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"date\"|{\"when\"",
                "\"ping_data\"|\"pings\"",
                "\"version\":\"1\"|\"version\":1",
                "\"node_id\":\"fra\"|\"node_id\":\"nyc\"",
                "\"node_id\":\"fra\",|",
                "\"interval\":10|\"interval\":0",
                "\"interval\":10|\"interval\":0.99",
                "\"interval\":10|\"interval\":3601",
                "\"interval\":10|\"interval\":\"10\"",
                "\"interval\":10|\"interval\":10,\"leaving\":1",
                "\"interval\":10|\"interval\":10,\"boot\":7",
                "2027-01-15T08:00:00.000000Z|1969-12-31T23:59:59.999999Z",
                "2027-01-15T08:00:00.000000Z|2027-02-29T08:00:00Z",
                "\"status\":\"offline\"|\"status\":null",
                "\"status\":\"offline\",|",
                "\"req_time_rtt\":2.0|\"req_time_rtt\":null",
                "\"req_time_rtt\":2.0|\"req_time_rtt\":1e999",
                ",\"req_time_rtt\":2.0|",
                "\"since\":\"2027-01-15T07:00:00.000000Z\"|\"since\":\"yesterday\"",
                "\"error\":\"timeout\"|\"error\":[]",
                "\"error\":\"timeout\"|\"error\":\"no route to host\"",
                "\"leaving\":true|\"leaving\":true,\"answers\":{\"nyc\":7}",
                "\"nyc\":{|\"-\":{",
                "}|}}"
            })
    void refusesWhatDoesNotReadAsNodeData(String change) {
        String json = new String(NodeDataCodec.encode(full("fra", NOW)), StandardCharsets.UTF_8);
        String from = change.substring(0, change.indexOf('|'));
        assertThat(json).contains(from);
        assertThat(merge("fra", sign(FRA, json.replace(from, change.substring(from.length() + 1)))))
                .isEqualTo(EntryRefusal.MALFORMED);
        assertThat(merge("fra", sign(FRA, json))).isNull();
    }

    @Test
    void whatItSaysIsReadAsItWasWritten() {
        store.merge(RawEntries.of(List.of(SignedNodeData.sign(full("fra", NOW), FRA))));
        assertThat(store.entry("fra").orElseThrow().entry().data()).isEqualTo(full("fra", NOW));
    }

    /** Or we would hold of ourselves what our signed entry does not say. */
    @Test
    void aNumberIsSaidWithAllItsDigits() {
        PingData measured = new PingData(PingStatus.ONLINE, -100 / 7.0, 200 / 7.0, null, null);
        NodeData data = new NodeData(NOW, Map.of("nyc", measured), "fra", "1", "lab", 10, null, null, false);
        store.merge(RawEntries.of(List.of(SignedNodeData.sign(data, FRA))));
        assertThat(store.entry("fra").orElseThrow().entry().data()).isEqualTo(data);
    }

    @Test
    void anEntryOfAnotherNetworkIsRefusedAfterItsSignatureWasChecked() {
        NodeData other = content("fra", "other").at(NOW);
        assertThat(merge("fra", SignedNodeData.sign(other, FRA).raw())).isEqualTo(EntryRefusal.WRONG_NETWORK);
        assertThat(merge("fra", resigned(SignedNodeData.sign(other, FRA).raw(), NYC)))
                .isEqualTo(EntryRefusal.BAD_SIGNATURE);
    }

    @Test
    void takesADateUpToTwoMinutesAhead() {
        assertThat(merge("fra", entry(FRA, NOW + 120 * SECOND + 1).raw())).isEqualTo(EntryRefusal.FUTURE);
        assertThat(merge("fra", entry(FRA, NOW + 120 * SECOND).raw())).isNull();
        assertThat(store.have()).containsEntry("fra", NOW + 120 * SECOND);
    }

    @Test
    void datesOfOneSignerNeverGoBack() {
        merge("fra", entry(FRA, NOW).raw());
        assertThat(merge("fra", entry(FRA_NEXT, NOW - 1).raw())).isNull();
        assertThat(store.have()).containsEntry("fra", NOW);
    }

    @Test
    void aHeldEntryTooFarAheadGivesWay() {
        clock.set(NOW + 1000 * SECOND);
        merge("fra", entry(FRA, NOW + 1000 * SECOND).raw());
        clock.set(NOW);

        assertThat(store.have()).doesNotContainKey("fra");
        assertThat(merge("fra", entry(FRA, NOW).raw())).isNull();
        assertThat(store.have()).containsEntry("fra", NOW);
    }

    @Test
    void ofDoubleTalkThePairMetLastIsKeptAndTheFirstEntryStaysAndSpreads() {
        SignedNodeData first = entry(FRA, NOW, "one");
        SignedNodeData third = entry(FRA, NOW, "three");
        merge("fra", first.raw());

        assertThat(merge("fra", entry(FRA, NOW, "two").raw())).isEqualTo(EntryRefusal.EQUIVOCATION);
        assertThat(merge("fra", third.raw())).isEqualTo(EntryRefusal.EQUIVOCATION);
        assertThat(merge("fra", first.raw())).isNull();

        assertThat(store.equivocations()).isEqualTo(Map.of("fra", new Equivocation(first, third)));
        assertThat(store.newerThan(Map.of())).containsExactly(first);
    }

    @Test
    void doubleTalkIsToldForAnHourAfterItWasMetLast() {
        merge("fra", entry(FRA, NOW, "one").raw());
        merge("fra", entry(FRA, NOW, "two").raw());
        clock.pass(1800 * SECOND);
        merge("fra", entry(FRA, NOW, "two").raw());
        clock.pass(3600 * SECOND);
        clock.set(NOW); // a wall clock that is set makes no difference
        assertThat(store.equivocations()).containsOnlyKeys("fra");

        clock.pass(1);

        assertThat(store.equivocations()).isEmpty();
    }

    @Test
    void twoProcessesThatSignAsOneAreNamedForAnHour() {
        for (int i = 0; i < 3; i++) {
            merge("fra", entry(FRA, NOW + 2L * i, "b").raw());
            merge("fra", entry(FRA, NOW + 2L * i + 1, "a").raw());
        }
        assertThat(store.doubles()).isEqualTo(Map.of("fra", List.of("a", "b")));

        clock.pass(3600 * SECOND + 1);

        assertThat(store.doubles()).isEmpty();
    }

    @Test
    void anotherProcessThatSignsAsWeDoIsNamed() {
        for (int i = 1; i <= 3; i++) {
            store.publish(new NodeData(0, Map.of(), "ams", "1", "lab", 10, "ours", null, false), AMS);
            merge("ams", entry(AMS, NOW + 10L * i, "other").raw());
        }
        assertThat(store.doubles()).isEqualTo(Map.of("ams", List.of("other", "ours")));
    }

    @Test
    void oldEntriesOfAFormerProcessThatComeLateAreNoDoubles() {
        for (int i = 0; i < 5; i++) {
            merge("fra", entry(FRA, NOW + 10 + i, "new").raw());
            merge("fra", entry(FRA, NOW + i, "old").raw());
        }
        assertThat(store.doubles()).isEmpty();
    }

    @Test
    void whoLeavesTheNetworkIsNoDoubleAnyMore() {
        for (int i = 0; i < 6; i++) {
            merge("fra", entry(FRA, NOW + i, i % 2 == 0 ? "a" : "b").raw());
        }
        store.rekey(keys(AMS, NYC));
        assertThat(store.doubles()).isEmpty();
    }

    // Accusers

    @Test
    void tellsWhoCallsAMemberOfflineAndSinceWhen() {
        merge("fra", accusation(FRA, NOW, NOW - 5).raw());
        merge("nyc", accusation(NYC, NOW, NOW - 9).raw());
        assertThat(store.accusersOf("ams")).isEqualTo(Map.of("fra", NOW - 5, "nyc", NOW - 9));

        merge("fra", accusation(FRA, NOW + 1, NOW - 3).raw());
        merge("nyc", entry(NYC, NOW + 1).raw());

        assertThat(store.accusersOf("ams")).isEqualTo(Map.of("fra", NOW - 3));
        assertThat(store.accusersOf("nyc")).isEmpty();
    }

    @Test
    void whoDoesNotSaySinceWhenOrAccusesItselfIsNoAccuser() {
        merge("fra", accusation(FRA, NOW, null).raw());
        store.publish(accusation(AMS, NOW, NOW - 5).data(), AMS);
        assertThat(store.accusersOf("ams")).isEmpty();
    }

    // How long an own entry gets

    @ParameterizedTest(name = "{0} ids of {1} characters, {2}: measures {3}, answers {4}, errors {5}")
    @CsvSource({
        "700, 9, connect, true, true, true",
        "1023, 9, connect, false, true, true",
        "1023, 48, connect, false, false, true",
        "1023, 63, unauthenticated, false, false, false"
    })
    void anOwnEntryIsNeverLongerThanOthersTake(
            int peers, int idChars, String error, boolean measures, boolean answers, boolean errors) {
        Map<String, PingData> pings = new HashMap<>();
        Map<String, Long> accusers = new HashMap<>();
        for (int i = 0; i < peers; i++) {
            String id = "%04d".formatted(i) + "x".repeat(idChars - 4);
            pings.put(id, new PingData(PingStatus.OFFLINE, -1234.567, 1234.567, NOW, error, 0.123, 123.456));
            accusers.put(id, NOW + i);
        }
        NodeData content =
                new NodeData(0, pings, "ams", "1", "lab", 10, "boot", "0".repeat(64), false).answering(accusers);

        SignedNodeData entry = store.publish(content, AMS);

        assertThat(entry.raw().payload()).hasSizeLessThanOrEqualTo(RawEntries.MAX_PAYLOAD_CHARS);
        SharedStore other = new SharedStore("lab", "fra", KEYS, clock);
        assertThat(other.merge(RawEntries.of(List.of(entry))).taken()).containsExactly("ams");
        NodeData said = other.entry("ams").orElseThrow().entry().data();
        assertThat(said).isEqualTo(entry.data());
        assertThat(said.answers()).isEqualTo(answers ? accusers : Map.of());
        assertThat(said.pingData().keySet()).isEqualTo(pings.keySet());
        assertThat(Set.copyOf(said.pingData().values()))
                .containsExactly(new PingData(
                        PingStatus.OFFLINE,
                        -1234.567,
                        1234.567,
                        NOW,
                        errors ? error : null,
                        measures ? 0.123 : null,
                        measures ? 123.456 : null));
    }

    @Test
    void ofTooManySlowLinksItIsNotSaidThatTheyAreSo() {
        Breach slow = new Breach(Figure.ROUND_TRIP_P95, 1234.567, 120, 300, 300, NOW);
        Map<String, PingData> pings = new HashMap<>();
        for (int i = 0; i < 1_023; i++) {
            pings.put(
                    "%04d-%s".formatted(i, "x".repeat(30)),
                    new PingData(PingStatus.ONLINE, -1234.567, 1234.567, NOW, null, 0.1, 123.4, List.of(slow)));
        }

        SignedNodeData entry =
                store.publish(new NodeData(0, pings, "ams", "1", "lab", 10, "boot", "0".repeat(64), false), AMS);

        assertThat(entry.raw().payload()).hasSizeLessThanOrEqualTo(RawEntries.MAX_PAYLOAD_CHARS);
        assertThat(Set.copyOf(entry.data().pingData().values()))
                .containsExactly(new PingData(PingStatus.ONLINE, -1234.567, 1234.567, NOW, null));
    }

    @Test
    void doubleTalkIsForgottenWhenNoValidKeyProvesItAnyMore() {
        merge("fra", entry(FRA, NOW, "one").raw());
        merge("fra", entry(FRA_NEXT, NOW, "two").raw());
        store.rekey(keys(AMS, FRA, FRA_NEXT));
        assertThat(store.equivocations()).containsOnlyKeys("fra");

        store.rekey(keys(AMS, FRA));

        assertThat(store.equivocations()).isEmpty();
    }

    @Test
    void theSamePayloadUnderAnotherValidSignatureIsNoDoubleTalk() {
        RawEntry first = entry(FRA, NOW).raw();
        merge("fra", first);
        assertThat(merge("fra", resigned(first, FRA_NEXT))).isNull();
        assertThat(store.equivocations()).isEmpty();
        assertThat(store.entry("fra").orElseThrow().entry().raw()).isEqualTo(first);
    }

    @Test
    void whatIsHeldByteForByteIsNotVerifiedAgain() {
        // Our own is held though our key is in no config yet: to verify it would fail.
        RawEntry own = store.publish(content("ams", "lab"), AMS_NEXT).raw();
        assertThat(merge("ams", own)).isNull();
        assertThat(merge("ams", new RawEntry(own.payload(), own.signature().replaceFirst("^..", "AA"), "ams")))
                .isEqualTo(EntryRefusal.BAD_SIGNATURE);
    }

    @Test
    void oneBadEntryNeverLosesTheOthers() {
        RawEntry fra = entry(FRA, NOW).raw();
        MergeResult result = store.merge(new RawEntries(
                Map.of("fra", fra, "nyc", new RawEntry(fra.payload(), fra.signature(), "nyc")), Set.of("ams")));
        assertThat(result.taken()).containsExactly("fra");
        assertThat(result.refused())
                .isEqualTo(Map.of("nyc", EntryRefusal.BAD_SIGNATURE, "ams", EntryRefusal.MALFORMED));
    }

    @Test
    void manyThreadsEndWithTheNewest() throws Exception {
        List<RawEntries> batches = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            batches.add(RawEntries.of(List.of(entry(FRA, NOW + i), entry(NYC, NOW + 63 - i))));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<MergeResult>> merges = new ArrayList<>();
            batches.forEach(batch -> merges.add(() -> store.merge(batch)));
            merges.add(() -> new MergeResult(List.of(), Map.of()));
            for (Future<MergeResult> merge : threads.invokeAll(merges)) {
                assertThat(merge.get().refused()).isEmpty();
            }
        }
        assertThat(store.have()).isEqualTo(Map.of("fra", NOW + 63, "nyc", NOW + 63));
    }

    // When a date advanced

    @Test
    void aFirstEntryIsAsOldAsItSays() {
        long nanos = clock.monotonicNanos();
        merge("fra", entry(FRA, NOW - 7 * SECOND).raw());
        merge("nyc", entry(NYC, NOW + 7 * SECOND).raw());
        assertThat(store.entry("fra").orElseThrow().seenNanos()).isEqualTo(nanos - 7_000_000_000L);
        assertThat(store.entry("nyc").orElseThrow().seenNanos()).isEqualTo(nanos);
    }

    @Test
    void laterOnesCountFromTheirArrival() {
        merge("fra", entry(FRA, NOW - 100 * SECOND).raw());
        clock.pass(SECOND);
        merge("fra", entry(FRA, NOW - 50 * SECOND).raw());
        long advanced = clock.monotonicNanos();
        clock.pass(SECOND);
        merge("fra", entry(FRA, NOW - 50 * SECOND).raw());
        merge("fra", entry(FRA, NOW - 60 * SECOND).raw());
        assertThat(store.entry("fra").orElseThrow().seenNanos()).isEqualTo(advanced);
    }

    // Since when somebody is called offline

    @Test
    void anAccusationIsAsOldAsItsEntryAndWhatTheSignersClockSaysBefore() {
        long nanos = clock.monotonicNanos();
        merge("fra", accusing(NOW - 7 * SECOND, NOW - 10 * SECOND));

        assertThat(onset()).isEqualTo(nanos - 10_000_000_000L);
    }

    @Test
    void aSignersWrongClockMakesItsAccusationNoOlderAndNoYounger() {
        // Of a first entry whose clock is behind nothing is known but that, so it comes second.
        for (long wrong : List.of(-90 * SECOND, 90 * SECOND)) {
            store.rekey(keys(AMS));
            store.rekey(KEYS);
            merge("fra", entry(FRA, NOW + wrong - 60 * SECOND).raw());
            long nanos = clock.monotonicNanos();
            merge("fra", accusing(NOW + wrong, NOW + wrong - 10 * SECOND));

            assertThat(onset()).isEqualTo(nanos - 10_000_000_000L);
        }
    }

    @Test
    void anAccusationThatIsRepeatedIsAsOldAsItsOldest() {
        long nanos = clock.monotonicNanos();
        merge("fra", accusing(NOW, NOW));
        // The signer's clock was slow, or its entry under way: by its date it is a second old.
        clock.pass(10 * SECOND);
        merge("fra", accusing(NOW + SECOND, NOW));
        assertThat(onset()).isEqualTo(nanos);

        // Its clock is set forward: by its date it is a minute old, and is so from now on.
        merge("fra", accusing(NOW + 60 * SECOND, NOW));
        assertThat(onset()).isEqualTo(nanos - 50_000_000_000L);
        clock.pass(10 * SECOND);
        merge("fra", accusing(NOW + 61 * SECOND, NOW));
        assertThat(onset()).isEqualTo(nanos - 50_000_000_000L);
    }

    @Test
    void anotherAccusationBeginsAnew() {
        merge("fra", accusing(NOW, NOW - 60 * SECOND));
        clock.pass(10 * SECOND);
        merge("fra", accusing(NOW + 10 * SECOND, NOW + 10 * SECOND));
        assertThat(onset()).isEqualTo(clock.monotonicNanos());

        // Whoever comes back to an old one is as old as what its own clock says, and no more.
        merge("fra", accusing(NOW + 11 * SECOND, NOW - 60 * SECOND));
        assertThat(onset()).isEqualTo(clock.monotonicNanos() - 71_000_000_000L);
    }

    @Test
    void anAccusationThatSaysNoMomentOrOneAheadIsAsYoungAsCanBe() {
        merge("fra", accusing(NOW, NOW + 3600 * SECOND));
        assertThat(onset()).isEqualTo(clock.monotonicNanos());

        merge("fra", accusing(NOW + 1, null));
        assertThat(held("fra").onsetNanos()).isEmpty();
    }

    // When a process was met

    @Test
    void aProcessWasMetWithItsFirstEntry() {
        long nanos = clock.monotonicNanos();
        merge("fra", entry(FRA, NOW - 7 * SECOND, "one").raw());
        clock.pass(10 * SECOND);
        merge("fra", entry(FRA, NOW, "one").raw());
        assertThat(held("fra").bootNanos()).isEqualTo(nanos - 7_000_000_000L);

        merge("fra", entry(FRA, NOW + 1, "two").raw());
        assertThat(held("fra").bootNanos()).isEqualTo(clock.monotonicNanos());
    }

    // Own entries

    @Test
    void ownDatesGrowByAMicrosecondAtLeast() {
        assertThat(publish()).isEqualTo(NOW);
        assertThat(publish()).isEqualTo(NOW + 1);
        clock.set(NOW - 60 * SECOND);
        assertThat(publish()).isEqualTo(NOW + 2);
        clock.set(NOW + SECOND);
        assertThat(publish()).isEqualTo(NOW + SECOND);
    }

    @Test
    void anOwnEntryOfAnEarlierLifeIsOvertaken() {
        publish();
        MergeResult result = store.merge(RawEntries.of(List.of(entry(AMS, NOW + 50 * SECOND, "earlier"))));
        assertThat(result.taken()).containsExactly("ams");
        assertThat(publish()).isEqualTo(NOW + 50 * SECOND + 1);
        assertThat(store.have()).containsEntry("ams", NOW + 50 * SECOND + 1);
    }

    @Test
    void anOwnEntryThatDoesNotVerifyCountsForNothing() {
        assertThat(merge("ams", resigned(entry(AMS, NOW + SECOND).raw(), NYC))).isEqualTo(EntryRefusal.BAD_SIGNATURE);
        assertThat(publish()).isEqualTo(NOW);
    }

    @Test
    void anOwnDateFarAheadDoesNotHideAnEarlierOneMetSince() {
        clock.set(NOW + 1000 * SECOND);
        publish();
        clock.set(NOW);
        assertThat(merge("ams", entry(AMS, NOW + 50 * SECOND).raw())).isNull();

        assertThat(publish()).isEqualTo(NOW + 50 * SECOND + 1);
    }

    @Test
    void anOwnDateFarAheadIsDisregarded() {
        assertThat(merge("ams", entry(AMS, NOW + 121 * SECOND).raw())).isEqualTo(EntryRefusal.FUTURE);
        assertThat(publish()).isEqualTo(NOW);

        clock.set(NOW + 1000 * SECOND);
        publish();
        clock.set(NOW + 10 * SECOND);
        assertThat(publish()).isEqualTo(NOW + 10 * SECOND);
        assertThat(store.have()).isEqualTo(Map.of("ams", NOW + 10 * SECOND));
    }

    @Test
    void signsOnlyWhatIsItsOwn() {
        assertThatThrownBy(() -> store.publish(content("fra", "lab"), FRA))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.publish(content("ams", "other"), AMS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.publish(content("ams", "lab"), FRA))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // What others lack

    @Test
    void namesOurOwnFirst() {
        for (Signer signer : List.of(FRA, NYC)) {
            store.merge(RawEntries.of(List.of(entry(signer, NOW))));
        }
        SharedStore nyc = new SharedStore("lab", "nyc", KEYS, clock);
        nyc.merge(RawEntries.of(store.newerThan(Map.of())));
        assertThat(nyc.have().keySet()).containsExactly("nyc", "fra");
    }

    @Test
    void givesWhatIsNewer() {
        merge("fra", entry(FRA, NOW).raw());
        merge("nyc", entry(NYC, NOW).raw());
        assertThat(store.newerThan(Map.of("fra", NOW, "nyc", NOW - 1)))
                .extracting(entry -> entry.raw().sigId())
                .containsExactly("nyc");
        assertThat(store.newerThan(Map.of("fra", NOW + 1, "nyc", NOW))).isEmpty();
    }

    // Keys and members

    @Test
    void dropsWhatNoValidKeyOfAMemberVerifies() {
        publish();
        merge("fra", entry(FRA, NOW).raw());
        merge("nyc", entry(NYC, NOW).raw());
        merge("nyc", entry(NYC, NOW, "two").raw());

        assertThat(store.rekey(KEYS)).isEmpty();
        assertThat(store.rekey(keys(AMS, FRA_NEXT, FRA))).containsExactly("nyc");
        assertThat(store.equivocations()).isEmpty();
        assertThat(store.rekey(keys(AMS, FRA_NEXT))).containsExactly("fra");
        assertThat(merge("fra", entry(FRA, NOW + 1).raw())).isEqualTo(EntryRefusal.BAD_SIGNATURE);
        assertThat(merge("nyc", entry(NYC, NOW + 1).raw())).isEqualTo(EntryRefusal.UNKNOWN_SIGNER);
        assertThat(merge("fra", entry(FRA_NEXT, NOW - 1).raw())).isNull();
        assertThat(store.have().keySet()).containsExactly("ams", "fra");
    }

    @Test
    void ownDatesGoOnUnderANewKey() {
        clock.set(NOW + 60 * SECOND);
        publish();
        clock.set(NOW);
        assertThat(store.rekey(keys(AMS_NEXT))).containsExactly("ams");
        assertThat(store.publish(content("ams", "lab"), AMS_NEXT).data().dateMicros())
                .isEqualTo(NOW + 60 * SECOND + 1);
    }

    // What changed

    @Test
    void tellsWhatChangedSinceACursor() {
        merge("fra", entry(FRA, NOW).raw());
        StoreChanges all = store.changesAfter(null);
        assertThat(all.complete()).isTrue();
        assertThat(all.entries()).containsOnlyKeys("fra");

        assertThat(store.changesAfter(all.cursor()).entries()).isEmpty();
        merge("nyc", entry(NYC, NOW).raw());
        merge("fra", entry(FRA, NOW - 1).raw());
        StoreChanges some = store.changesAfter(all.cursor());
        assertThat(some.complete()).isFalse();
        assertThat(some.entries()).containsOnlyKeys("nyc");
        assertThat(some.cursor()).isNotEqualTo(all.cursor()).matches("[a-z0-9-]+");
    }

    @Test
    void aRemovalMakesTheNextAnswerComplete() {
        merge("fra", entry(FRA, NOW).raw());
        merge("nyc", entry(NYC, NOW).raw());
        String cursor = store.changesAfter(null).cursor();
        store.rekey(keys(AMS, FRA));
        StoreChanges changes = store.changesAfter(cursor);
        assertThat(changes.complete()).isTrue();
        assertThat(changes.entries()).containsOnlyKeys("fra");
        assertThat(store.changesAfter(changes.cursor()).complete()).isFalse();
    }

    @Test
    void whatIsDroppedBecauseOurClockWasSetBackMakesTheNextAnswerCompleteToo() {
        merge("fra", entry(FRA, NOW).raw());
        merge("nyc", entry(NYC, NOW - 3600 * SECOND).raw());
        String cursor = store.changesAfter(null).cursor();
        clock.set(NOW - 3600 * SECOND);
        StoreChanges changes = store.changesAfter(cursor);
        assertThat(changes.complete()).isTrue();
        assertThat(changes.entries()).containsOnlyKeys("nyc");
        assertThat(store.changesAfter(changes.cursor()).complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0", "0000000000000000-0", "-1", "9999999999999999999999"})
    void aCursorThatIsNotUnderstoodGivesEverything(String cursor) {
        merge("fra", entry(FRA, NOW).raw());
        String ours = store.changesAfter(null).cursor();
        for (String other : List.of(cursor, ours + "9", ours + " ", ours.replace("-", "-9999"))) {
            StoreChanges changes = store.changesAfter(other);
            assertThat(changes.complete()).isTrue();
            assertThat(changes.entries()).containsOnlyKeys("fra");
        }
        String foreign =
                new SharedStore("lab", "ams", KEYS, clock).changesAfter(null).cursor();
        assertThat(store.changesAfter(foreign).complete()).isTrue();
    }

    private HeldEntry held(String nodeId) {
        return store.entry(nodeId).orElseThrow();
    }

    /** Since when fra calls nyc offline. */
    private long onset() {
        return Objects.requireNonNull(held("fra").onsetNanos().get("nyc"));
    }

    /** Of fra, which calls nyc offline. */
    private static RawEntry accusing(long date, @Nullable Long since) {
        PingData ping = new PingData(PingStatus.OFFLINE, 1, 2, since, "timeout");
        return SignedNodeData.sign(
                        new NodeData(date, Map.of("nyc", ping), "fra", "1", "lab", 10, "1", null, false), FRA)
                .raw();
    }

    private long publish() {
        return store.publish(content("ams", "lab"), AMS).data().dateMicros();
    }

    private @Nullable EntryRefusal merge(String key, RawEntry raw) {
        return store.merge(new RawEntries(Map.of(key, raw), Set.of())).refused().get(key);
    }

    private static KeyMapping keys(Signer... signers) {
        Map<String, List<Verifier>> keys = new HashMap<>();
        for (Signer signer : signers) {
            keys.computeIfAbsent(signer.nodeId(), id -> new ArrayList<>()).add(signer.verifier());
        }
        return new KeyMapping(keys);
    }

    private static SignedNodeData entry(Signer signer, long date) {
        return entry(signer, date, "1");
    }

    private static SignedNodeData entry(Signer signer, long date, String boot) {
        NodeData data = new NodeData(date, Map.of(), signer.nodeId(), "1", "lab", 10, boot, null, false);
        return SignedNodeData.sign(data, signer);
    }

    private static SignedNodeData accusation(Signer signer, long date, @Nullable Long since) {
        PingData offline = new PingData(PingStatus.OFFLINE, 0, 0, since, "timeout");
        NodeData data = new NodeData(date, Map.of("ams", offline), signer.nodeId(), "1", "lab", 10, null, null, false);
        return SignedNodeData.sign(data, signer);
    }

    private static NodeData content(String nodeId, String networkId) {
        return new NodeData(0, Map.of(), nodeId, "1", networkId, 10, null, null, false);
    }

    private static NodeData full(String nodeId, long date) {
        PingData ping = new PingData(PingStatus.OFFLINE, -1.25, 2, date - 3600 * SECOND, "timeout");
        return new NodeData(date, Map.of("nyc", ping), nodeId, "1", "lab", 10, "boot", "digest", true)
                .answering(Map.of("nyc", date - SECOND));
    }

    private static RawEntry sign(Signer signer, String json) {
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        return new RawEntry(base64(payload), base64(signer.sign(payload)), signer.nodeId());
    }

    private static RawEntry resigned(RawEntry entry, Signer signer) {
        byte[] payload = Base64.getDecoder().decode(entry.payload());
        return new RawEntry(entry.payload(), base64(signer.sign(payload)), entry.sigId());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
