package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Slow and lossy links, and what they say of nodes. */
class StrainsTest {
    private static final Breach SLOW = new Breach(Figure.ROUND_TRIP_P95, 182.4, 120, 40, 300, Mesh.SINCE);
    private static final Breach LOSSY = new Breach(Figure.LOSS, 0.15, 0.05, 40, 300, Mesh.SINCE);

    @Test
    void aNodeThatMostFindSlowIsDegradedAndOnline() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        finds(mesh, SLOW, "a", "d");
        finds(mesh, SLOW, "b", "d");

        NodeVerdict verdict = mesh.verdict("d");

        assertThat(verdict.state()).isEqualTo(NodeState.DEGRADED);
        assertThat(verdict.reason()).isEqualTo(Reason.SLOW);
        assertThat(verdict.shownAs()).isEqualTo("2 of 3 observers");
        assertThat(verdict.sinceMicros()).isEqualTo(Mesh.SINCE);
        assertThat(verdict.offlineObservers()).isZero();
        assertThat(new Words(Mesh.DATE).of(verdict))
                .isEqualTo("d is slow: 2 of 3 observers say so since 22:12 UTC,"
                        + " a measures 182 ms p95 over 5 min, limit 120 ms");
        assertThat(degraded(mesh)).containsExactly("d");
    }

    @Test
    void aNodeThatMostFindLossyIsSo() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        finds(mesh, LOSSY, "a", "d");
        finds(mesh, LOSSY, "b", "d");
        finds(mesh, SLOW, "c", "d");

        assertThat(mesh.verdict("d").reason()).isEqualTo(Reason.LOSSY);
        assertThat(new Words(Mesh.DATE).of(mesh.verdict("d")))
                .contains("d is lossy: 3 of 3 observers say so")
                .contains("a measures 15 % of 40 polls lost over 5 min, limit 5 %");
    }

    @Test
    void whatIsWorseThanUsualIsToldWithWhatIsUsual() {
        Mesh mesh = Mesh.healthy("a", "b", "c");
        Breach.Range usual = new Breach.Range(80.2, 94.6);
        finds(mesh, new Breach(Figure.ROUND_TRIP_P50, 182.4, 118, usual, 40, 300, Mesh.SINCE), "a", "c");
        finds(mesh, new Breach(Figure.ROUND_TRIP_P50, 101, 118, usual, 40, 300, Mesh.SINCE), "b", "c");

        Words words = new Words(Mesh.DATE);
        assertThat(mesh.verdict("c").reason()).isEqualTo(Reason.SLOW);
        assertThat(words.of(mesh.view().strainedLinks().getFirst()))
                .isEqualTo("a finds c slow since 22:12 UTC: 182 ms median over 5 min, usual 80.2–94.6 ms");
        assertThat(words.of(mesh.view().strainedLinks().getLast()))
                .isEqualTo("b finds c slow since 22:12 UTC: 101 ms median over 5 min,"
                        + " for a short time within the limit again, usual 80.2–94.6 ms");
    }

    @Test
    void lossAndJitterThatAreNotUsualAreToldInTheirUnits() {
        Mesh mesh = Mesh.healthy("a", "b", "c");
        Breach.Range little = new Breach.Range(0, 0.0012);
        Breach.Range calm = new Breach.Range(1.04, 3);
        finds(mesh, new Breach(Figure.LOSS, 0.081, 0.0212, little, 210, 2_040, Mesh.SINCE), "a", "c");
        finds(mesh, new Breach(Figure.JITTER, 41.2, 13, calm, 40, 300, Mesh.SINCE), "b", "c");

        Words words = new Words(Mesh.DATE);
        assertThat(mesh.verdict("c").reason()).isEqualTo(Reason.LOSSY);
        assertThat(words.of(mesh.view().strainedLinks().getFirst()))
                .isEqualTo("a finds c lossy since 22:12 UTC: 8.1 % of 210 polls lost over 34 min, usual 0–0.12 %");
        assertThat(words.of(mesh.view().strainedLinks().getLast()))
                .isEqualTo("b finds c slow since 22:12 UTC: 41.2 ms jitter over 5 min, usual 1.04–3 ms");
    }

    @Test
    void aSingleSlowLinkIsListedWithWhoSaysSoAndBlamesNobody() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        finds(mesh, SLOW, "a", "d");
        finds(mesh, SLOW, "d", "a");

        NetworkView view = mesh.view();

        assertThat(degraded(mesh)).isEmpty();
        assertThat(view.strainedLinks())
                .containsExactly(
                        new StrainedLink("a", "d", List.of(SLOW), true, Mesh.DATE),
                        new StrainedLink("d", "a", List.of(SLOW), true, Mesh.DATE));
        assertThat(new Words(Mesh.DATE).of(view.strainedLinks().getFirst()))
                .isEqualTo("a finds d slow since 22:12 UTC: 182 ms p95 over 5 min, limit 120 ms");
        assertThat(view.brokenLinks()).isEmpty();
    }

    @Test
    void betweenTwoNodesNobodyKnowsWhichOneIsSlow() {
        Mesh mesh = Mesh.healthy("a", "b");
        finds(mesh, SLOW, "a", "b");
        finds(mesh, SLOW, "b", "a");

        assertThat(degraded(mesh)).isEmpty();
        assertThat(mesh.view().strainedLinks()).hasSize(2);
    }

    @Test
    void whoFindsAllOthersSlowBlamesNobody() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        findsAll(mesh, SLOW, "a");

        assertThat(degraded(mesh)).isEmpty();
        assertThat(mesh.view().strainedLinks())
                .hasSize(3)
                .noneMatch(StrainedLink::counted)
                .extracting(StrainedLink::from)
                .containsOnly("a");
        assertThat(new Words(Mesh.DATE).of(mesh.view().strainedLinks().getFirst()))
                .endsWith("limit 120 ms, as other links of a are");
    }

    @Test
    void aSlowNodeIsFoundWhateverItSaysOfTheOthers() {
        Mesh mesh = Mesh.healthy("a", "b", "c");
        isSlow(mesh, "c");

        assertThat(degraded(mesh)).containsExactly("c");
        assertThat(mesh.verdict("c").shownAs()).isEqualTo("2 of 2 observers");
    }

    @Test
    void twoSlowNodesOfFourAreFoundAndTheOthersAreNot() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        isSlow(mesh, "a");
        isSlow(mesh, "d");

        assertThat(degraded(mesh)).containsExactly("a", "d");
    }

    @Test
    void whereTwoSidesFindEachOtherSlowTheSmallerOneIs() {
        Mesh mesh = sides(List.of("a", "b"), List.of("c", "d", "e"));

        assertThat(degraded(mesh)).containsExactly("a", "b");
    }

    @Test
    void whereTwoHalvesFindEachOtherSlowNobodyKnowsWhichOneIs() {
        assertNobodyIsBlamed(sides(List.of("a", "b"), List.of("c", "d")), 8);
        assertNobodyIsBlamed(sides(List.of("a", "b", "c"), List.of("d", "e", "f")), 18);
    }

    @Test
    void norWhereOnlyOneHalfComplainsOrAWordIsMissing() {
        Mesh oneWay = Mesh.healthy("a", "b", "c", "d");
        for (String from : List.of("a", "b")) {
            List.of("c", "d").forEach(to -> finds(oneWay, SLOW, from, to));
        }
        assertNobodyIsBlamed(oneWay, 4);

        Mesh missing = sides(List.of("a", "b", "c"), List.of("d", "e", "f"));
        missing.says("a", "b", PingData.UNKNOWN);
        assertNobodyIsBlamed(missing, 18);
    }

    @Test
    void ofTwoUnequalSidesTheSmallerOneIsSlowThoughAWordIsMissing() {
        Mesh mesh = sides(List.of("a", "b"), List.of("c", "d", "e"));
        mesh.says("c", "d", PingData.UNKNOWN);

        assertThat(degraded(mesh)).containsExactly("a", "b");
    }

    @Test
    void twoHalvesDoNotHideANodeThatAllFindSlow() {
        Mesh mesh = sides(List.of("a", "b"), List.of("c", "d"), "x");
        isSlow(mesh, "x");

        assertThat(degraded(mesh)).containsExactly("x");
    }

    @Test
    void whatIsSaidOfASlowNodeIsToldOfWhoCountsAndNotOfWhoFindsEverybodySlow() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d", "e");
        findsAll(mesh, new Breach(Figure.ROUND_TRIP_P95, 999, 120, 40, 300, Mesh.SINCE), "a");
        finds(mesh, SLOW, "b", "d");
        finds(mesh, SLOW, "c", "d");

        assertThat(new Words(Mesh.DATE).of(mesh.verdict("d")))
                .isEqualTo("d is slow: 2 of 3 observers say so since 22:12 UTC,"
                        + " b measures 182 ms p95 over 5 min, limit 120 ms");
    }

    @Test
    void whoIsDownOrUnheardIsNotSlowBesides() {
        Mesh mesh = Mesh.healthy("a", "b", "c", "d");
        finds(mesh, SLOW, "a", "d");
        finds(mesh, SLOW, "b", "d");
        mesh.unheardFor("d", 1000);
        assertThat(mesh.verdict("d").reason()).isEqualTo(Reason.SILENT);

        mesh.down("d");

        assertThat(mesh.verdict("d").state()).isEqualTo(NodeState.OFFLINE);
        assertThat(mesh.view().strainedLinks()).isEmpty();
    }

    @Test
    void whateverIsSaidOfRoundTripsAndLossesChangesOnlyWhoIsOnlineToSlowOrLossy() {
        Random random = new Random(7);
        String[] ids = {"a", "b", "c", "d", "e", "f"};
        for (int i = 0; i < 300; i++) {
            Mesh plain = Mesh.healthy(ids);
            Mesh strained = Mesh.healthy(ids);
            for (String from : ids) {
                for (String to : ids) {
                    if (random.nextInt(6) == 0) {
                        plain.loses(from, to);
                        strained.loses(from, to);
                    } else if (random.nextInt(3) == 0) {
                        finds(strained, random.nextBoolean() ? SLOW : LOSSY, from, to);
                    }
                }
            }
            NetworkView before = plain.view();
            NetworkView after = strained.view();

            for (String id : ids) {
                NodeVerdict was = before.node(id).orElseThrow();
                NodeVerdict is = after.node(id).orElseThrow();
                if (is.reason() == Reason.SLOW || is.reason() == Reason.LOSSY) {
                    assertThat(was.state()).isEqualTo(NodeState.ONLINE);
                    assertThat(is.state()).isEqualTo(NodeState.DEGRADED);
                } else {
                    assertThat(is.state()).isEqualTo(was.state());
                    assertThat(is.reason()).isEqualTo(was.reason());
                    assertThat(is.shownAs()).isEqualTo(was.shownAs());
                }
            }
            assertThat(after.brokenLinks()).isEqualTo(before.brokenLinks());
            assertThat(after.partitions()).isEqualTo(before.partitions());
            assertThat(after.minority()).isEqualTo(before.minority());
            assertThat(after.staysNanos()).isEqualTo(before.staysNanos());
        }
    }

    private static List<String> degraded(Mesh mesh) {
        return mesh.view().nodes().stream()
                .filter(node -> node.state() != NodeState.ONLINE)
                .map(NodeVerdict::nodeId)
                .toList();
    }

    private static void assertNobodyIsBlamed(Mesh mesh, int links) {
        assertThat(degraded(mesh)).isEmpty();
        assertThat(mesh.view().strainedLinks()).hasSize(links);
    }

    /** Two sides that find each other slow, and others. */
    private static Mesh sides(List<String> side, List<String> other, String... others) {
        Mesh mesh = Mesh.healthy(
                Stream.of(side, other, List.of(others)).flatMap(List::stream).toArray(String[]::new));
        for (String one : side) {
            for (String another : other) {
                finds(mesh, SLOW, one, another);
                finds(mesh, SLOW, another, one);
            }
        }
        return mesh;
    }

    private static void isSlow(Mesh mesh, String id) {
        findsAll(mesh, SLOW, id);
        mesh.members().forEach(member -> finds(mesh, SLOW, member.nodeId(), id));
    }

    private static void findsAll(Mesh mesh, Breach breach, String from) {
        mesh.members().forEach(member -> finds(mesh, breach, from, member.nodeId()));
    }

    private static void finds(Mesh mesh, Breach breach, String from, String to) {
        mesh.says(from, to, new PingData(PingStatus.ONLINE, 1, 2, Mesh.SINCE, null, 0.0, 1.0, List.of(breach)));
    }
}
