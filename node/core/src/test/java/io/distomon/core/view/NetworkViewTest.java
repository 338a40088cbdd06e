package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkViewTest {
    private static final PingData REFUSED_FOR_60_S =
            new PingData(PingStatus.OFFLINE, 1, 2, Mesh.SINCE, "unauthenticated");

    @Test
    void aHealthyTriangleIsOnlineByAllObservers() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp").view();

        assertThat(view.nodes()).extracting(NodeVerdict::state).containsOnly(NodeState.ONLINE);
        assertThat(view.nodes()).extracting(NodeVerdict::shownAs).containsOnly("2 of 2");
        assertThat(view.nodes()).extracting(NodeVerdict::sinceMicros).containsOnly(Mesh.SINCE);
        assertThat(view.brokenLinks()).isEmpty();
        assertThat(view.partitions()).isEmpty();
        assertThat(view.minority()).isFalse();
    }

    @Test
    void aNodeThatDiedIsOfflineAndEveryWitnessIsNamed() {
        NodeVerdict nyc = Mesh.healthy("fra", "nyc", "sgp").down("nyc").verdict("nyc");

        assertThat(nyc.state()).isEqualTo(NodeState.OFFLINE);
        assertThat(nyc.reason()).isNull();
        assertThat(nyc.shownAs()).isEqualTo("2 of 2 observers");
        assertThat(nyc.sinceMicros()).isEqualTo(Mesh.SINCE);
        assertThat(nyc.recordDateMicros()).isEqualTo(Mesh.DATE);
        assertThat(nyc.planned()).isFalse();
        assertThat(nyc.witnesses())
                .containsExactly(
                        new Witness(
                                "fra",
                                PingStatus.OFFLINE,
                                Mesh.SINCE,
                                "timeout",
                                2,
                                null,
                                null,
                                Mesh.DATE,
                                Standing.COUNTED),
                        new Witness(
                                "sgp",
                                PingStatus.OFFLINE,
                                Mesh.SINCE,
                                "timeout",
                                2,
                                null,
                                null,
                                Mesh.DATE,
                                Standing.COUNTED));
    }

    @Test
    void theDeadNodesOwnViewNoLongerCounts() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp")
                .down("nyc")
                .loses("nyc", "fra")
                .view();

        assertThat(view.node("fra").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
        assertThat(view.node("fra").orElseThrow().shownAs()).isEqualTo("1 of 1");
        assertThat(view.brokenLinks()).isEmpty();
    }

    @Test
    void offlineCountsFromWhenMoreThanHalfOfTheObserversSaidSo() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d").down("d");
        mesh.says("a", "d", new PingData(PingStatus.OFFLINE, 1, 2, 300L, "timeout"));
        mesh.says("b", "d", new PingData(PingStatus.OFFLINE, 1, 2, 100L, "timeout"));
        mesh.says("c", "d", new PingData(PingStatus.OFFLINE, 1, 2, 200L, "timeout"));

        assertThat(mesh.verdict("d").sinceMicros()).isEqualTo(200);
    }

    @Test
    void aNodeIsHeardForFourOfItsIntervals() {
        assertThat(Mesh.healthy("fra", "nyc")
                        .unheardFor("nyc", 40)
                        .verdict("nyc")
                        .fresh())
                .isTrue();
        assertThat(Mesh.healthy("fra", "nyc")
                        .unheardFor("nyc", 41)
                        .verdict("nyc")
                        .fresh())
                .isFalse();
    }

    @Test
    void whoLooksRarelyWaitsLonger() {
        assertThat(Mesh.healthy("fra", "nyc")
                        .unheardFor("nyc", 120)
                        .askedEvery(30)
                        .verdict("nyc")
                        .fresh())
                .isTrue();
    }

    @Test
    void whoPromisesAnHourIsHeardNoLongerThanTheConfigMakesItSpeak() {
        Mesh mesh = Mesh.healthy("fra", "nyc").promising("nyc", 3600);

        assertThat(mesh.unheardFor("nyc", 40).verdict("nyc").fresh()).isTrue();
        assertThat(mesh.unheardFor("nyc", 41).verdict("nyc").fresh()).isFalse();
        assertThat(mesh.granting("nyc", 30)
                        .unheardFor("nyc", 120)
                        .verdict("nyc")
                        .fresh())
                .isTrue();
    }

    @Test
    void whoPromisesMoreThanTheConfigAsksIsTakenAtItsWord() {
        Mesh mesh = Mesh.healthy("fra", "nyc").promising("nyc", 2).askedEvery(1);

        assertThat(mesh.unheardFor("nyc", 8).verdict("nyc").fresh()).isTrue();
        assertThat(mesh.unheardFor("nyc", 9).verdict("nyc").fresh()).isFalse();
    }

    @Test
    void theAskerIsAlwaysFreshToItself() {
        assertThat(Mesh.of("fra").withoutEntry("fra").askedBy("fra").verdict("fra"))
                .extracting(NodeVerdict::state, NodeVerdict::shownAs, NodeVerdict::sinceMicros)
                .containsExactly(NodeState.ONLINE, "by its own record", null);
    }

    @Test
    void whomNobodyWatchesIsUnknown() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp")
                        .unheardFor("sgp", 1000)
                        .says("fra", "sgp", PingStatus.UNKNOWN)
                        .says("nyc", "sgp", PingStatus.UNKNOWN)
                        .verdict("sgp"))
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs)
                .containsExactly(NodeState.UNKNOWN, Reason.UNOBSERVED, "0 of 0");
    }

    @Test
    void whoAnswersButNoLongerReportsIsSilent() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp")
                        .unheardFor("nyc", 1000)
                        .loses("fra", "nyc")
                        .verdict("nyc"))
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs, NodeVerdict::sinceMicros)
                .containsExactly(NodeState.DEGRADED, Reason.SILENT, "1 of 2", Mesh.DATE);
    }

    @Test
    void aBrokenLinkIsListedAndCountedAtBothEndsAndBlamesNobody() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp")
                .loses("fra", "nyc")
                .loses("nyc", "fra")
                .view();

        assertThat(view.brokenLinks())
                .containsExactly(
                        new LinkFault("fra", "nyc", false, true, Mesh.SINCE, "timeout", Mesh.DATE),
                        new LinkFault("nyc", "fra", false, true, Mesh.SINCE, "timeout", Mesh.DATE));
        assertThat(view.nodes())
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs, NodeVerdict::brokenLinks)
                .containsExactly(
                        tuple(NodeState.ONLINE, null, "1 of 2", 2),
                        tuple(NodeState.ONLINE, null, "1 of 2", 2),
                        tuple(NodeState.ONLINE, null, "2 of 2", 0));
        assertThat(view.partitions()).isEmpty();
    }

    @Test
    void aLinkThatWorksTheOtherWayIsOneWay() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp").loses("fra", "nyc").view().brokenLinks())
                .containsExactly(new LinkFault("fra", "nyc", true, true, Mesh.SINCE, "timeout", Mesh.DATE));
    }

    @Test
    void whoGetsNoAnswerFromMostOfThoseWhomOthersReachIsAtFaultItself() {
        NetworkView view = Mesh.healthy("ams", "fra", "nyc", "sgp")
                .loses("sgp", "fra", "nyc")
                .view();

        assertThat(view.node("sgp").orElseThrow())
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs, NodeVerdict::sinceMicros)
                .containsExactly(NodeState.DEGRADED, Reason.OUTBOUND, "3 of 3", Mesh.SINCE);
        assertThat(view.nodes().subList(0, 3))
                .extracting(NodeVerdict::state, NodeVerdict::shownAs)
                .containsOnly(tuple(NodeState.ONLINE, "2 of 2"));
        assertThat(view.node("fra").orElseThrow().witnesses())
                .extracting(Witness::observer, Witness::standing)
                .contains(tuple("sgp", Standing.SUSPECT));
        assertThat(view.brokenLinks()).isEmpty();
    }

    @Test
    void whoLosesHalfOfItsTargetsIsNotYetAtFault() {
        NetworkView view = Mesh.healthy("ams", "fra", "nyc", "rio", "sgp")
                .loses("sgp", "fra", "nyc")
                .view();

        assertThat(view.nodes()).extracting(NodeVerdict::state).containsOnly(NodeState.ONLINE);
        assertThat(view.brokenLinks()).hasSize(2);
    }

    @Test
    void aSuspicionNeedsWordsThatStand() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").losesFor(9, "sgp", "fra").losesFor(9, "sgp", "nyc");

        assertThat(mesh.verdict("sgp").state()).isEqualTo(NodeState.ONLINE);
        assertThat(mesh.viewIn(Mesh.SECOND_NANOS).node("sgp").orElseThrow().reason())
                .isEqualTo(Reason.OUTBOUND);
    }

    @Test
    void oneSlandererDegradesNobodyButItself() {
        // By itself it could name whom it likes, and those living answer; it is found out by naming more than half.
        Mesh mesh = Mesh.healthy("a", "b", "c", "d", "e");
        for (String victims : List.of("a", "a b", "a b c", "a b c d")) {
            mesh.loses("e", victims.split(" "));
            NetworkView view = mesh.view();

            assertThat(view.nodes().subList(0, 4))
                    .as(victims)
                    .extracting(NodeVerdict::state)
                    .containsOnly(NodeState.ONLINE);
            assertThat(view.node("e").orElseThrow().reason())
                    .as(victims)
                    .isEqualTo(victims.length() > 3 ? Reason.OUTBOUND : null);
        }
    }

    @Test
    void aHalfFirewalledNodeIsAloneAtFaultWhicheverHalf() {
        Mesh in = Mesh.healthy("ams", "fra", "nyc", "sgp");
        for (String other : List.of("ams", "fra", "nyc")) {
            in.loses(other, "sgp");
        }

        NodeVerdict silent = in.verdict("sgp");
        assertThat(silent.state()).isEqualTo(NodeState.OFFLINE);
        NetworkView view = in.answering("sgp").view();
        assertThat(view.node("sgp").orElseThrow())
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs, NodeVerdict::sinceMicros)
                .containsExactly(NodeState.DEGRADED, Reason.INBOUND, "0 of 3", Mesh.SINCE);
        assertThat(view.nodes().subList(0, 3)).extracting(NodeVerdict::state).containsOnly(NodeState.ONLINE);
        assertThat(view.brokenLinks())
                .extracting(LinkFault::to)
                .containsOnly("sgp")
                .hasSize(3);
    }

    @Test
    void whoHasNotAnsweredItsAccusersInTimeIsDownThoughItsLastReportIsYoung() {
        // 1 s and two thirds of its interval, for three observers.
        Mesh mesh = Mesh.healthy("ams", "fra", "nyc", "sgp").unheardFor("sgp", 8);
        for (String other : List.of("ams", "fra", "nyc")) {
            mesh.losesFor(7, other, "sgp");
        }

        assertThat(mesh.verdict("sgp").state()).isEqualTo(NodeState.ONLINE);
        assertThat(mesh.viewIn(Mesh.SECOND_NANOS).node("sgp").orElseThrow().state())
                .isEqualTo(NodeState.OFFLINE);
        assertThat(mesh.answers("sgp", "ams")
                        .viewIn(Mesh.SECOND_NANOS)
                        .node("sgp")
                        .orElseThrow()
                        .state())
                .as("one answer leaves two of three")
                .isEqualTo(NodeState.OFFLINE);
        assertThat(mesh.answers("sgp", "fra")
                        .viewIn(Mesh.SECOND_NANOS)
                        .node("sgp")
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.INBOUND);
    }

    @Test
    void whomMostHaveLongAccusedIsNotAliveBecauseOthersFailToReachItToo() {
        Mesh mesh = Mesh.healthy("ams", "bom", "cdg", "dub", "ewr", "fra", "sgp");
        for (String other : List.of("ams", "bom", "cdg")) {
            mesh.loses(other, "sgp");
        }
        for (String newcomer : List.of("dub", "ewr", "fra")) {
            mesh.says(newcomer, "sgp", new PingData(PingStatus.OFFLINE, 0, 0, Mesh.DATE - 1_000_000, "connect"));
        }

        assertThat(mesh.verdict("sgp").state()).isEqualTo(NodeState.OFFLINE);
        assertThat(mesh.verdict("sgp").offlineObservers()).isEqualTo(6);
        assertThat(mesh.answers("sgp", "dub")
                        .answers("sgp", "ewr")
                        .answers("sgp", "fra")
                        .verdict("sgp")
                        .state())
                .as("it has answered half of them")
                .isEqualTo(NodeState.ONLINE);
        for (String observer : List.of("dub", "ewr", "fra")) {
            mesh.losesFor(1, observer, "sgp");
        }
        assertThat(mesh.verdict("sgp").state())
                .as("those who did reach it speak for it until it had time to answer")
                .isEqualTo(NodeState.ONLINE);
    }

    @Test
    void whatADeadNodeSaidLastTurnsNoSuspicionOnThoseWhoAccuseIt() {
        // Two halves lose each other and sgp, which still says that it reaches all: one of them has not noticed yet.
        Mesh mesh = Mesh.healthy("ams", "bom", "cdg", "dub", "ewr", "fra", "sgp");
        List<String> others = List.of("ams", "bom", "cdg", "dub", "ewr", "fra");
        mesh.divides(others.subList(0, 3), others.subList(3, 6));
        others.forEach(other -> mesh.loses(other, "sgp"));

        assertThat(mesh.verdict("sgp").state()).isEqualTo(NodeState.OFFLINE);
        assertThat(mesh.view().nodes()).noneMatch(node -> node.reason() == Reason.OUTBOUND);
        assertThat(mesh.answers("sgp", "ams").view().nodes())
                .as("while it lives it is a witness")
                .filteredOn(node -> node.reason() == Reason.OUTBOUND)
                .hasSize(6);
    }

    @Test
    void anAnswerToAnEarlierAccusationIsNone() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp")
                .losesFor(600, "fra", "nyc")
                .losesFor(600, "sgp", "nyc")
                .answering("nyc");
        assertThat(mesh.verdict("nyc").reason()).isEqualTo(Reason.INBOUND);

        mesh.loses("fra", "nyc").loses("sgp", "nyc");
        assertThat(mesh.verdict("nyc").state()).isEqualTo(NodeState.OFFLINE);
    }

    @Test
    void whoHasJustStartedAndAnswersIsNotBlamedForWhatWasSaidBefore() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").loses("fra", "nyc").loses("sgp", "nyc");

        NetworkView young = mesh.answering("nyc").startedSecondsAgo("nyc", 19).view();
        assertThat(young.node("nyc").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
        assertThat(young.brokenLinks()).isEmpty();
        assertThat(mesh.startedSecondsAgo("nyc", 20).view().brokenLinks()).hasSize(2);
        assertThat(mesh.verdict("nyc").reason()).isEqualTo(Reason.INBOUND);
    }

    @Test
    void aLinkThatFailsThisVeryMomentDoesNotStandYet() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").losesFor(9, "fra", "nyc");

        assertThat(mesh.view().brokenLinks()).extracting(LinkFault::standing).containsExactly(false);
        assertThat(mesh.viewIn(Mesh.SECOND_NANOS).brokenLinks())
                .extracting(LinkFault::standing)
                .containsExactly(true);
    }

    @Test
    void oneTargetAloneMakesNobodySuspect() {
        assertThat(Mesh.healthy("fra", "nyc").loses("fra", "nyc").verdict("fra").reason())
                .isNull();
    }

    @Test
    void whoAloneIsHeardAndReachesNobodyIsNotBelieved() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").down("nyc").down("sgp");

        assertThat(mesh.askedBy("fra").verdict("fra").reason()).isEqualTo(Reason.ISOLATED);
        assertThat(mesh.view().node("nyc").orElseThrow().reason()).isEqualTo(Reason.UNOBSERVED);
        assertThat(mesh.view().node("nyc").orElseThrow().witnesses())
                .extracting(Witness::standing)
                .containsExactly(Standing.ALONE);
    }

    @Test
    void anOnlookerWhoReachedItAndNoneOfTheOthersBelievesIt() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").down("nyc").down("sgp").askedBy(null);

        assertThat(mesh.unreached("nyc", "sgp").view().nodes())
                .extracting(NodeVerdict::state)
                .containsExactly(NodeState.ONLINE, NodeState.OFFLINE, NodeState.OFFLINE);
        for (String[] unreached : new String[][] {{}, {"nyc"}, {"fra", "nyc", "sgp"}}) {
            assertThat(mesh.unreached(unreached).verdict("fra").reason()).isEqualTo(Reason.ISOLATED);
        }
    }

    @Test
    void anAskerThatHearsNobodySuspectsItself() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp")
                .unheardFor("nyc", 1000)
                .unheardFor("sgp", 1000)
                .loses("fra", "nyc", "sgp")
                .askedBy("fra")
                .view();

        assertThat(view.node("fra").orElseThrow().reason()).isEqualTo(Reason.ISOLATED);
        assertThat(view.node("nyc").orElseThrow().reason()).isEqualTo(Reason.UNOBSERVED);
        assertThat(view.minority()).isTrue();
    }

    @Test
    void whoHearsBothSidesNamesThePartitionsAndTheSmallerIsDegraded() {
        NetworkView view = Mesh.healthy("a", "b", "c", "d", "e")
                .divides(List.of("a", "d"), List.of("b", "c", "e"))
                .view();

        assertThat(view.partitions()).containsExactly(List.of("b", "c", "e"), List.of("a", "d"));
        assertThat(view.brokenLinks()).hasSize(12).allMatch(LinkFault::standing);
        assertThat(view.nodes())
                .extracting(NodeVerdict::nodeId, NodeVerdict::reason, NodeVerdict::shownAs)
                .containsExactly(
                        tuple("a", Reason.PARTITION, "1 of 1"),
                        tuple("b", null, "2 of 2"),
                        tuple("c", null, "2 of 2"),
                        tuple("d", Reason.PARTITION, "1 of 1"),
                        tuple("e", null, "2 of 2"));
        assertThat(view.node("a").orElseThrow().witnesses())
                .extracting(Witness::observer, Witness::standing)
                .contains(tuple("b", Standing.ACROSS), tuple("d", Standing.COUNTED));
    }

    @Test
    void ofTwoHalvesNoneIsTheLargest() {
        NetworkView view = Mesh.healthy("a", "b", "c", "d")
                .divides(List.of("a", "b"), List.of("c", "d"))
                .view();

        assertThat(view.partitions()).containsExactly(List.of("a", "b"), List.of("c", "d"));
        assertThat(view.nodes()).extracting(NodeVerdict::reason).containsOnly(Reason.PARTITION);
    }

    @Test
    void ofThreeGroupsTheLargestIsOnlineAndWhoStandsByItselfIsIsolated() {
        NetworkView view = Mesh.healthy("a", "b", "c", "d", "e", "f")
                .divides(List.of("a", "b", "c"), List.of("d", "e", "f"))
                .divides(List.of("d", "e"), List.of("f"))
                .view();

        assertThat(view.partitions()).containsExactly(List.of("a", "b", "c"), List.of("d", "e"), List.of("f"));
        assertThat(view.nodes())
                .extracting(NodeVerdict::reason)
                .containsExactly(null, null, null, Reason.PARTITION, Reason.PARTITION, Reason.ISOLATED);
    }

    @Test
    void aDivisionThatNobodyHasSeenForLongIsNoneYet() {
        Mesh mesh = Mesh.healthy("a", "b").losesFor(9, "a", "b").losesFor(9, "b", "a");

        assertThat(mesh.view().partitions()).isEmpty();
        assertThat(mesh.viewIn(Mesh.SECOND_NANOS).partitions()).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void fromInsideAPartitionTheOtherSideIsOfflineAndTheSmallerSideKnowsThatItMayBeTheOne() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d", "e").askedBy("a");

        NetworkView view = mesh.down("c").down("d").down("e").view();

        assertThat(view.node("c").orElseThrow().state()).isEqualTo(NodeState.OFFLINE);
        assertThat(view.partitions()).isEmpty();
        assertThat(view.minority()).isTrue();
    }

    @Test
    void oneDirectionJoinsTwoNodes() {
        assertThat(Mesh.healthy("a", "b").loses("a", "b").view().partitions()).isEmpty();
        assertThat(Mesh.healthy("a", "b").loses("a", "b").loses("b", "a").view().partitions())
                .containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void groupsThatSayNothingOfEachOtherAreNoPartitions() {
        Mesh mesh = Mesh.of("a", "b", "c", "d");
        mesh.says("a", "b", PingStatus.ONLINE).says("c", "d", PingStatus.ONLINE);

        assertThat(mesh.view().partitions()).isEmpty();
    }

    @Test
    void aChainOfNodesIsOneGroup() {
        String[] ids =
                IntStream.range(0, 30).mapToObj(i -> "n%02d".formatted(i)).toArray(String[]::new);
        Mesh mesh = Mesh.of(ids);
        for (int i = 1; i < ids.length; i++) {
            mesh.says(ids[i], ids[i - 1], i == 20 ? PingStatus.OFFLINE : PingStatus.ONLINE);
        }

        assertThat(mesh.view().partitions())
                .satisfiesExactly(
                        big -> assertThat(big).hasSize(20).contains("n00", "n19"),
                        small -> assertThat(small).hasSize(10).contains("n20", "n29"));
    }

    @Test
    void aRefusalBetweenDifferentConfigsSettlesAndIsNotCounted() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").withDigest("nyc", "newer").says("fra", "nyc", REFUSED_FOR_60_S);

        NetworkView view = mesh.view();

        assertThat(view.node("nyc").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
        assertThat(view.node("nyc").orElseThrow().shownAs()).isEqualTo("1 of 1");
        assertThat(view.node("nyc").orElseThrow().witnesses().getFirst().standing())
                .isEqualTo(Standing.SETTLING);
        assertThat(view.brokenLinks()).isEmpty();
        assertThat(view.settlingLinks())
                .containsExactly(new LinkFault("fra", "nyc", true, true, Mesh.SINCE, "unauthenticated", Mesh.DATE));
    }

    @Test
    void aRefusalUnderTheSameConfigIsABrokenLink() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp")
                .says("fra", "nyc", REFUSED_FOR_60_S)
                .view();

        assertThat(view.brokenLinks()).extracting(LinkFault::error).containsExactly("unauthenticated");
        assertThat(view.settlingLinks()).isEmpty();
    }

    @Test
    void anyOtherFailureBetweenDifferentConfigsCounts() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp")
                        .withDigest("nyc", "newer")
                        .loses("fra", "nyc")
                        .view()
                        .brokenLinks())
                .hasSize(1);
    }

    @Test
    void settlingEndsAfterThreeMinutesThoughTheObserverIsNotHeardAgain() {
        // 60 s before the entry, and the entry's age.
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp")
                .withDigest("nyc", "newer")
                .says("fra", "nyc", REFUSED_FOR_60_S)
                .askedEvery(100);

        assertThat(mesh.unheardFor("fra", 120).view().settlingLinks()).hasSize(1);
        assertThat(mesh.unheardFor("fra", 121).view().settlingLinks()).isEmpty();
        assertThat(mesh.view().brokenLinks()).hasSize(1);
    }

    @Test
    void aRefusalByANodeThatNeverReportedSettlesToo() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp")
                        .withoutEntry("nyc")
                        .says("fra", "nyc", REFUSED_FOR_60_S)
                        .view()
                        .settlingLinks())
                .hasSize(1);
    }

    @Test
    void aFarewellMakesTheSilencePlannedForTenMinutes() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").down("nyc").leaving("nyc");

        assertThat(mesh.unheardFor("nyc", 600).verdict("nyc"))
                .extracting(NodeVerdict::state, NodeVerdict::planned)
                .containsExactly(NodeState.OFFLINE, true);
        assertThat(mesh.unheardFor("nyc", 601).verdict("nyc").planned()).isFalse();
    }

    @Test
    void aFarewellCountsAtOnceWhileItsSenderCanStillBeReached() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp").leaving("nyc").verdict("nyc"))
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::planned)
                .containsExactly(NodeState.DEGRADED, Reason.SILENT, true);
    }

    @Test
    void linksToANodeThatSaidFarewellAreNotBroken() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp").leaving("nyc").loses("fra", "nyc");

        assertThat(mesh.view().brokenLinks()).isEmpty();
        assertThat(mesh.verdict("fra").state()).isEqualTo(NodeState.ONLINE);
    }

    @Test
    void aNodeThatIsSilentWithoutAFarewellIsNotPlannedToBeAway() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp").down("nyc").verdict("nyc").planned())
                .isFalse();
    }

    @Test
    void whatIsSaidByOrOfStrangersIsPassedOver() {
        NetworkView view = Mesh.healthy("fra", "nyc")
                .says("evil", "fra", PingStatus.OFFLINE)
                .says("fra", "evil", PingStatus.OFFLINE)
                .view();

        assertThat(view.nodes()).extracting(NodeVerdict::nodeId).containsExactly("fra", "nyc");
        assertThat(view.nodes()).extracting(NodeVerdict::shownAs).containsOnly("1 of 1");
        assertThat(view.brokenLinks()).isEmpty();
    }

    @Test
    void aPassiveMemberThatReportsIsOnlineByItsOwnRecordAndNotCountedForMinority() {
        Mesh mesh = Mesh.healthy("fra", "nyc")
                .says("fra", "nyc", PingStatus.UNKNOWN)
                .passive("nyc");

        assertThat(mesh.verdict("nyc").shownAs()).isEqualTo("by its own record");
        assertThat(mesh.unheardFor("nyc", 1000).askedBy("fra").view().minority())
                .isFalse();
    }

    @Test
    void fewerThanHalfOfTheMembersHeardIsAMinorityAndHalfIsNot() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d", "e").down("c").down("d");
        assertThat(mesh.view().minority()).isFalse();
        assertThat(mesh.down("e").view().minority()).isTrue();
        assertThat(Mesh.healthy("a", "b", "c", "d").down("c").down("d").view().minority())
                .as("both halves alert")
                .isFalse();
    }

    @Test
    void inQuestionIsWhoOnlyOneFailsToReachAndWhoFellSilentUnwatchedButNotWhoLeft() {
        Mesh mesh = Mesh.healthy("fra", "nyc", "sgp", "ams").loses("fra", "nyc").unheardFor("ams", 1000);
        for (String id : List.of("fra", "nyc", "sgp")) {
            mesh.says(id, "ams", PingStatus.UNKNOWN);
        }

        assertThat(mesh.view().inQuestion()).containsExactlyInAnyOrder("nyc", "ams");
        Mesh left = Mesh.healthy("fra", "nyc", "sgp").down("nyc").leaving("nyc").unheardFor("nyc", 300);
        assertThat(left.view().inQuestion()).isEmpty();
        assertThat(Mesh.healthy("fra", "nyc", "sgp").view().inQuestion()).isEmpty();
    }

    @Test
    void leftToStandInsIsWhomOthersObserveButNobodyWhoShould() {
        String[] ids = {"a", "b", "c", "d", "e", "f", "g", "h"};
        Mesh mesh = Mesh.of(ids);
        Observers three = new Topology(Topology.Mode.SPARSE, 3).observers("lab", mesh.members());
        String standIn = first(ids, id -> !id.equals("a") && !three.polls(id, "a"));
        String regular = first(ids, id -> three.polls(id, "a"));

        mesh.says(standIn, "a", PingStatus.ONLINE);
        assertThat(mesh.view().leftToStandIns(three, regular)).containsExactly("a");

        mesh.says(regular, "a", PingStatus.ONLINE);
        assertThat(mesh.view().leftToStandIns(three, regular)).isEmpty();
    }

    @Test
    void leftToStandInsIsWhoseNewsComeOverTheirLinksAlone() {
        String[] ids = {"a", "b", "c", "d", "e", "f", "g", "h"};
        Mesh mesh = Mesh.of(ids);
        Observers three = new Topology(Topology.Mode.SPARSE, 3).observers("lab", mesh.members());
        String regular = first(ids, id -> three.polls(id, "a"));
        String standIn = first(ids, id -> !id.equals("a") && !three.polls(id, "a") && !three.polls(regular, id));

        mesh.says(regular, "a", PingStatus.ONLINE).says(standIn, "a", PingStatus.ONLINE);

        assertThat(mesh.view().leftToStandIns(three, standIn)).containsExactly("a");
        assertThat(mesh.view().leftToStandIns(three, regular)).isEmpty();
    }

    @Test
    void itIsKnownHowLongAllStaysAsItIs() {
        Map<String, Mesh> untilNextSecond = new LinkedHashMap<>();
        untilNextSecond.put("four intervals", Mesh.healthy("fra", "nyc").unheardFor("nyc", 39));
        untilNextSecond.put(
                "a standing word",
                Mesh.healthy("fra", "nyc", "sgp")
                        .granting("fra", 20)
                        .promising("fra", 20)
                        .losesFor(19, "fra", "nyc"));
        untilNextSecond.put(
                "a ripe word",
                Mesh.healthy("fra", "nyc", "sgp").losesFor(10, "fra", "nyc").losesFor(10, "sgp", "nyc"));
        untilNextSecond.put(
                "a new process",
                Mesh.healthy("fra", "nyc", "sgp")
                        .loses("fra", "nyc")
                        .loses("sgp", "nyc")
                        .answering("nyc")
                        .startedSecondsAgo("nyc", 19));
        untilNextSecond.put(
                "a refusal that settles",
                Mesh.healthy("fra", "nyc", "sgp")
                        .askedEvery(100)
                        .withDigest("nyc", "newer")
                        .says("fra", "nyc", REFUSED_FOR_60_S)
                        .unheardFor("fra", 119));
        untilNextSecond.put(
                "a farewell",
                Mesh.healthy("fra", "nyc", "sgp").down("nyc").leaving("nyc").unheardFor("nyc", 599));

        untilNextSecond.forEach((threshold, mesh) -> {
            NetworkView now = mesh.view();
            assertThat(now.staysNanos()).as(threshold).isBetween(Mesh.SECOND_NANOS - 2, Mesh.SECOND_NANOS + 1);
            assertThat(staying(mesh.viewIn(now.staysNanos() - 1))).as(threshold).isEqualTo(staying(now));
            assertThat(staying(mesh.viewIn(Mesh.SECOND_NANOS + 1)))
                    .as(threshold)
                    .isNotEqualTo(staying(now));
        });
    }

    @Test
    void whatStaysStaysInAnyNetworkAndTimeAloneBringsItToAnEnd() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            Mesh mesh = drawn(random);
            long later = 0;
            int steps = 0;
            while (later < Duration.ofHours(2).toNanos()) {
                NetworkView now = mesh.viewIn(later);
                long end = later + now.staysNanos();
                for (long moment : new long[] {end - 1, random.nextLong(later, Math.max(later + 1, end))}) {
                    if (moment > later) {
                        assertThat(staying(mesh.viewIn(moment)))
                                .as("mesh %d after %d ns", i, moment)
                                .isEqualTo(staying(now));
                    }
                }
                later = Math.max(end, later) + 1;
                assertThat(++steps).isLessThan(200);
            }
        }
    }

    private static Mesh drawn(Random random) {
        String[] ids = Arrays.copyOf(new String[] {"a", "b", "c", "d", "e"}, 2 + random.nextInt(4));
        Mesh mesh = Mesh.healthy(ids).askedBy(random.nextBoolean() ? "a" : null);
        for (String id : ids) {
            int interval = 5 + random.nextInt(20);
            mesh.promising(id, interval)
                    .granting(id, interval)
                    .unheardFor(id, random.nextInt(60))
                    .startedSecondsAgo(id, 60 + random.nextInt(60));
            if (random.nextInt(3) == 0) {
                mesh.withDigest(id, "newer");
            }
            if (random.nextInt(6) == 0) {
                mesh.leaving(id);
            }
            for (String target : ids) {
                switch (random.nextInt(4)) {
                    case 0 -> mesh.losesFor(random.nextInt(40), id, target);
                    case 1 -> mesh.losesFor(random.nextInt(40), id, target).answers(target, id);
                    case 2 -> mesh.says(id, target, REFUSED_FOR_60_S);
                    default -> {}
                }
            }
        }
        return mesh;
    }

    /** The view without how long it stays. */
    private static NetworkView staying(NetworkView view) {
        return new NetworkView(
                view.networkId(),
                view.nodes(),
                view.brokenLinks(),
                view.settlingLinks(),
                view.partitions(),
                view.minority(),
                0);
    }

    private static String first(String[] ids, Predicate<String> fits) {
        return Arrays.stream(ids).filter(fits).findFirst().orElseThrow();
    }
}
