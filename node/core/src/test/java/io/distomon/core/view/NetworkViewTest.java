package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.config.Observers;
import io.distomon.core.config.Topology;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.Arrays;
import java.util.List;
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
    void aNodeIsFreshForFourOfItsIntervals() {
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
    void aBrokenLinkDegradesBothEndsAndNeitherIsOffline() {
        NetworkView view = Mesh.healthy("fra", "nyc", "sgp")
                .loses("fra", "nyc")
                .loses("nyc", "fra")
                .view();

        assertThat(view.brokenLinks())
                .containsExactly(
                        new LinkFault("fra", "nyc", false, Mesh.SINCE, "timeout", Mesh.DATE),
                        new LinkFault("nyc", "fra", false, Mesh.SINCE, "timeout", Mesh.DATE));
        assertThat(view.nodes())
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs)
                .containsExactly(
                        tuple(NodeState.DEGRADED, Reason.LINKS, "1 of 2"),
                        tuple(NodeState.DEGRADED, Reason.LINKS, "1 of 2"),
                        tuple(NodeState.ONLINE, null, "2 of 2"));
        assertThat(view.partitions()).isEmpty();
    }

    @Test
    void aLinkThatWorksTheOtherWayIsOneWay() {
        assertThat(Mesh.healthy("fra", "nyc", "sgp").loses("fra", "nyc").view().brokenLinks())
                .containsExactly(new LinkFault("fra", "nyc", true, Mesh.SINCE, "timeout", Mesh.DATE));
    }

    @Test
    void whoReachesNobodyWhileOthersDoIsIsolatedAndNotBelieved() {
        NetworkView view =
                Mesh.healthy("fra", "nyc", "sgp").loses("sgp", "fra", "nyc").view();

        assertThat(view.node("sgp").orElseThrow())
                .extracting(NodeVerdict::state, NodeVerdict::reason, NodeVerdict::shownAs)
                .containsExactly(NodeState.DEGRADED, Reason.ISOLATED, "2 of 2");
        assertThat(view.node("fra").orElseThrow().state()).isEqualTo(NodeState.ONLINE);
        assertThat(view.node("fra").orElseThrow().shownAs()).isEqualTo("1 of 1");
        assertThat(view.node("fra").orElseThrow().witnesses())
                .extracting(Witness::observer, Witness::standing)
                .contains(tuple("sgp", Standing.SUSPECT));
        assertThat(view.brokenLinks()).isEmpty();
    }

    @Test
    void oneTargetAloneMakesNobodySuspect() {
        assertThat(Mesh.healthy("fra", "nyc").loses("fra", "nyc").verdict("fra").reason())
                .isEqualTo(Reason.LINKS);
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
    void whoHearsBothSidesNamesThePartitions() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d", "e");
        for (String left : List.of("a", "d")) {
            for (String right : List.of("b", "c", "e")) {
                mesh.loses(left, right).loses(right, left);
            }
        }

        NetworkView view = mesh.view();

        assertThat(view.partitions()).containsExactly(List.of("b", "c", "e"), List.of("a", "d"));
        assertThat(view.brokenLinks()).hasSize(12);
    }

    @Test
    void fromInsideAPartitionTheOtherSideIsOfflineAndTheSmallerSideKnowsThatItMayBeTheOne() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d").askedBy("a");
        mesh.down("c").down("d");

        NetworkView view = mesh.view();

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
                IntStream.range(0, 40).mapToObj(i -> "n%02d".formatted(i)).toArray(String[]::new);
        Mesh mesh = Mesh.of(ids);
        for (int i = 1; i < ids.length; i++) {
            if (i != 30) {
                mesh.says(ids[i], ids[i - 1], PingStatus.ONLINE);
            }
        }
        mesh.says(ids[30], ids[29], PingStatus.OFFLINE);

        assertThat(mesh.view().partitions())
                .satisfiesExactly(
                        big -> assertThat(big).hasSize(30).contains("n00", "n29"),
                        small -> assertThat(small).hasSize(10).contains("n30", "n39"));
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
                .containsExactly(new LinkFault("fra", "nyc", true, Mesh.SINCE, "unauthenticated", Mesh.DATE));
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
    void halfOfTheMembersHeardIsAMinority() {
        assertThat(Mesh.healthy("a", "b", "c", "d").down("c").view().minority()).isFalse();
        assertThat(Mesh.healthy("a", "b", "c", "d").down("c").down("d").view().minority())
                .isTrue();
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

    private static String first(String[] ids, Predicate<String> fits) {
        return Arrays.stream(ids).filter(fits).findFirst().orElseThrow();
    }
}
