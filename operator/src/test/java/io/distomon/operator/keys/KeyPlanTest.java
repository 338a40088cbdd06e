package io.distomon.operator.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.NodeKeys.Awaited;
import io.distomon.operator.keys.NodeKeys.Why;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.validate.Network;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state of a node's keys, and what follows from it. */
class KeyPlanTest {
    private static final Network LAB =
            Networks.network("nodes: [{id: fra}, {id: ams}, %s]".formatted(Networks.external("Nyc")));
    private static final String NEXT_IS_MADE = "make 2, meanwhile sign 1, publish 1";
    private static final List<KeyReading.Held> KEYS = IntStream.rangeClosed(1, 9)
            .mapToObj(generation -> new KeyReading.Held(
                    "fra",
                    generation,
                    "lab-fra-key-" + generation,
                    Signer.generate("fra", Networks.RANDOM).verifier()))
            .toList();

    /** A situation, and the plan in words. */
    record Case(
            String what,
            int wanted,
            Set<Integer> secrets,
            @Nullable Integer mounted,
            @Nullable Integer signedWith,
            String plan) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Case> cases() {
        return List.of(
                // from nothing
                new Case("a node's first key is made", 1, Set.of(), null, null, "make 1"),
                new Case("it may be a later one", 3, Set.of(), null, null, "make 3"),
                new Case("a kept key is taken up", 1, Set.of(1), null, null, "sign 1, publish 1"),
                new Case("also one of a later generation", 1, Set.of(4), null, null, "sign 4, publish 4"),
                new Case("the one in use stays", 1, Set.of(1), 1, 1, "sign 1, publish 1"),
                new Case("a lower wish changes nothing", 1, Set.of(2), 2, 2, "sign 2, publish 2"),
                // the change
                new Case("a raised generation is made", 2, Set.of(1), 1, 1, "make 2, meanwhile sign 1, publish 1"),
                new Case("what was made is announced", 2, Set.of(1, 2), 1, 1, "sign 1, publish 1 2"),
                new Case("also with nobody heard", 2, Set.of(1, 2), 1, null, "sign 1, publish 1 2"),
                new Case("a wish taken back goes on", 1, Set.of(1, 2), 1, 1, "sign 1, publish 1 2"),
                new Case("the new key is mounted", 2, Set.of(1, 2), 2, 1, "sign 2, publish 1 2"),
                new Case("and not heard yet", 2, Set.of(1, 2), 2, null, "sign 2, publish 1 2"),
                new Case("it is heard", 2, Set.of(1, 2), 2, 2, "sign 2, publish 2, retire 1"),
                new Case("the old Secret is gone", 2, Set.of(2), 2, null, "sign 2, publish 2"),
                new Case("generations may be left out", 7, Set.of(1, 7), 1, 1, "sign 1, publish 1 7"),
                // a Deployment that is gone, with a status that knew none: older operators wrote no generation
                new Case("unfinished without a trace", 2, Set.of(1, 2), null, null, "sign 1, publish 1 2"),
                // raised again half way
                new Case("again before the restart", 3, Set.of(1, 2), 1, 1, "make 3, meanwhile sign 1, publish 1"),
                new Case("the one between never signed", 3, Set.of(1, 2, 3), 1, 1, "sign 1, publish 1 3, retire 2"),
                new Case("again after the restart waits", 3, Set.of(1, 2), 2, null, "sign 2, publish 1 2"),
                new Case("until the restarted is heard", 3, Set.of(1, 2), 2, 2, "sign 2, publish 2, retire 1"),
                new Case("and goes on then", 3, Set.of(2), 2, 2, "make 3, meanwhile sign 2, publish 2"),
                new Case("older ones left behind go", 3, Set.of(1, 2, 3), 3, 1, "sign 3, publish 2 3, retire 1"),
                // a Secret that is gone: lost, or deleted because others know the key
                new Case("a lost key is missing", 1, Set.of(), 1, 1, "missing 1"),
                new Case("also of a later generation", 1, Set.of(), 4, null, "missing 4"),
                new Case("a raise makes another", 2, Set.of(), 1, 1, "make 2"),
                new Case("which is used at once", 2, Set.of(2), 1, 1, "sign 2, publish 2"),
                new Case("the old one while announced", 2, Set.of(2), 1, null, "sign 2, publish 2"),
                new Case("the announced one is made again", 2, Set.of(1), 1, 1, "make 2, meanwhile sign 1, publish 1"),
                new Case("both while announced", 2, Set.of(), 1, 1, "make 2"),
                new Case("the new one after the restart", 2, Set.of(1), 2, 1, "missing 2"),
                new Case("and a raise after that", 3, Set.of(1), 2, 1, "make 3"),
                new Case("takes the old one along", 3, Set.of(1, 3), 2, 1, "sign 3, publish 3, retire 1"),
                new Case("both after the restart", 2, Set.of(), 2, 2, "missing 2"),
                new Case("the old one after the restart", 2, Set.of(2), 2, 1, "sign 2, publish 2"));
    }

    @ParameterizedTest
    @MethodSource
    void cases(Case now) {
        KeyPlan plan = KeyPlan.of(situation(now.wanted(), now.secrets(), now.mounted(), now.signedWith()));

        assertThat(words(plan)).isEqualTo(now.plan());
    }

    /** A situation of a node whose key somebody gives: which of the keys, or null when it can't be used; and the plan. */
    record GivenCase(
            String what,
            @Nullable Integer given,
            Set<Integer> secrets,
            @Nullable Integer mounted,
            @Nullable Integer signedWith,
            String plan) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<GivenCase> given() {
        return List.of(
                new GivenCase("the first is copied", 1, Set.of(), null, null, "make 1"),
                new GivenCase("nothing is made while it can't be used", null, Set.of(), null, null, "missing 0"),
                new GivenCase("a copy is used", 1, Set.of(1), 1, 1, "sign 1, publish 1"),
                new GivenCase("a copy is used without the original", null, Set.of(1), 1, 1, "sign 1, publish 1"),
                new GivenCase("a kept copy is taken up", 1, Set.of(1), null, null, "sign 1, publish 1"),
                new GivenCase("a key of the operator's goes as any", 5, Set.of(1), 1, 1, NEXT_IS_MADE),
                new GivenCase("another is the next", 2, Set.of(1), 1, 1, NEXT_IS_MADE),
                new GivenCase("which is announced", 2, Set.of(1, 2), 1, 1, "sign 1, publish 1 2"),
                new GivenCase("also when it is gone again", null, Set.of(1, 2), 1, 1, "sign 1, publish 1 2"),
                new GivenCase("changed back before the restart", 1, Set.of(1, 2), 1, 1, "sign 1, publish 1, retire 2"),
                new GivenCase(
                        "changed again before the restart",
                        5,
                        Set.of(1, 2),
                        1,
                        1,
                        "make 3, meanwhile sign 1, publish 1"),
                new GivenCase("the new one is mounted", 2, Set.of(1, 2), 2, 1, "sign 2, publish 1 2"),
                new GivenCase("changed back after the restart waits", 1, Set.of(1, 2), 2, 1, "sign 2, publish 1 2"),
                new GivenCase("until the restarted is heard", 1, Set.of(1, 2), 2, 2, "sign 2, publish 2, retire 1"),
                new GivenCase("and goes on then", 1, Set.of(2), 2, 2, "make 3, meanwhile sign 2, publish 2"),
                new GivenCase("a lost copy is made again, by another name", 1, Set.of(), 1, 1, "make 2"),
                new GivenCase("a lost copy without its original", null, Set.of(), 1, 1, "missing 1"),
                new GivenCase("a known key's copy is deleted for the next", 2, Set.of(2), 1, 1, "sign 2, publish 2"),
                new GivenCase("the new copy is lost after the restart", 2, Set.of(1), 2, 1, "make 3"));
    }

    @ParameterizedTest
    @MethodSource
    void given(GivenCase now) {
        KeySituation situation = situation(0, now.secrets(), now.mounted(), now.signedWith());

        KeyPlan plan = KeyPlan.of(
                now.given() == null
                        ? situation
                        : situation.with(key(now.given()).publicKey()));

        assertThat(words(plan)).isEqualTo(now.plan());
    }

    @Test
    void aNodeRestartsOnlyWhenEveryOtherMemberReportsTheConfigWithItsNextKey() {
        NodeKeys announced = announced();

        assertThat(announced.judged(LAB, "keys", "new", reports(Map.of("ams", "new", "Nyc", "new"))))
                .satisfies(keys -> {
                    assertThat(keys.stage()).isEqualTo(NodeKeys.Stage.RESTARTING);
                    assertThat(keys.signing()).isEqualTo(key(2));
                    assertThat(keys.published()).containsExactly(key(1), key(2));
                    assertThat(keys.awaited()).isEmpty();
                });
    }

    @Test
    void thoseWhoDoNotAreNamedAndWaitedFor() {
        assertThat(announced().judged(LAB, "keys", "new", reports(Map.of("ams", "old", "fra", "new"))))
                .satisfies(keys -> {
                    assertThat(keys.stage()).isEqualTo(NodeKeys.Stage.ANNOUNCED);
                    assertThat(keys.signing()).isEqualTo(key(1));
                    assertThat(keys.awaited())
                            .containsExactly(new Awaited("ams", Why.OTHER_CONFIG), new Awaited("Nyc", Why.SILENT));
                });
        assertThat(announced().judged(LAB, "keys", "new", MemberReports.NONE).awaited())
                .extracting(Awaited::why)
                .containsExactly(Why.SILENT, Why.SILENT);
    }

    @Test
    void aNodeWhoseNextKeyIsWhereNobodyReadsItWaitsThoughItKnowsOfNobodyElse() {
        Network alone = Networks.network("nodes: [{id: fra}]");

        assertThat(announced().unread(alone)).isEqualTo(announced());
        assertThat(announced().unread(LAB).stage()).isEqualTo(NodeKeys.Stage.ANNOUNCED);
        assertThat(announced().unread(LAB).awaited())
                .extracting(Awaited::nodeId)
                .containsExactly("ams", "Nyc");
    }

    @Test
    void aMemberThatTellsNoDigestIsHeardAllTheSame() {
        MemberReports reports = new MemberReports(Map.of("ams", "new"), Map.of(), Map.of("ams", "a", "Nyc", "n"));

        assertThat(announced().judged(LAB, "keys", "new", reports).awaited())
                .containsExactly(new Awaited("Nyc", Why.OTHER_CONFIG));
    }

    @Test
    void whoReachesTheOthersElsewhereIsNotWaitedForOnceItVerifiesWithTheNextKey() {
        Map<String, String> elsewhere = Map.of("ams", "other", "Nyc", "other");
        Map<String, String> signed = Map.of("ams", "a", "Nyc", "n");

        assertThat(announced()
                        .judged(
                                LAB,
                                "keys",
                                "new",
                                new MemberReports(elsewhere, Map.of("ams", "keys", "Nyc", "keys"), signed))
                        .awaited())
                .isEmpty();
        assertThat(announced()
                        .judged(
                                LAB,
                                "keys",
                                "new",
                                new MemberReports(Map.of("ams", "new", "Nyc", "new"), Map.of("Nyc", "before"), signed))
                        .awaited())
                .containsExactly(new Awaited("Nyc", Why.OTHER_CONFIG));
    }

    @Test
    void aNodeAloneWaitsForNobody() {
        Network alone = Networks.network("nodes: [{id: fra}]");

        assertThat(announced().judged(alone, "keys", "new", MemberReports.NONE).signing())
                .isEqualTo(key(2));
    }

    @Test
    void onceMountedNobodysConfigTakesItBack() {
        KeyPlan.Use restarted = (KeyPlan.Use) KeyPlan.of(situation(2, Set.of(1, 2), 2, null));

        assertThat(restarted.keys().judged(LAB, "keys", "new", reports(Map.of("ams", "old"))))
                .isEqualTo(restarted.keys());
    }

    private static KeySituation situation(
            int wanted, Set<Integer> secrets, @Nullable Integer mounted, @Nullable Integer signedWith) {
        return KeySituation.of(
                "fra",
                wanted,
                secrets.stream().map(KeyPlanTest::key).toList(),
                mounted,
                signedWith == null ? null : key(signedWith).publicKey().fingerprint());
    }

    private static NodeKeys announced() {
        KeyPlan plan = KeyPlan.of(situation(2, Set.of(1, 2), 1, null));
        return ((KeyPlan.Use) plan).keys();
    }

    private static MemberReports reports(Map<String, String> digests) {
        return new MemberReports(digests, Map.of(), digests);
    }

    private static KeyReading.Held key(int generation) {
        return KEYS.get(generation - 1);
    }

    private static String words(KeyPlan plan) {
        return switch (plan) {
            case KeyPlan.Make(int generation, NodeKeys meanwhile) ->
                "make " + generation + (meanwhile == null ? "" : ", meanwhile " + words(meanwhile));
            case KeyPlan.Missing(int generation) -> "missing " + generation;
            case KeyPlan.Use(NodeKeys keys) -> words(keys);
        };
    }

    private static String words(NodeKeys keys) {
        return "sign %d, publish %s%s"
                .formatted(
                        keys.signing().generation(),
                        generations(keys.published()),
                        keys.retired().isEmpty() ? "" : ", retire " + generations(keys.retired()));
    }

    private static String generations(List<KeyReading.Held> keys) {
        return keys.stream().map(key -> String.valueOf(key.generation())).collect(Collectors.joining(" "));
    }
}
