package io.distomon.core.alert;

import static io.distomon.core.alert.Watch.degraded;
import static io.distomon.core.alert.Watch.divided;
import static io.distomon.core.alert.Watch.left;
import static io.distomon.core.alert.Watch.minority;
import static io.distomon.core.alert.Watch.offline;
import static io.distomon.core.alert.Watch.offlineSince;
import static io.distomon.core.alert.Watch.unknown;
import static io.distomon.core.alert.Watch.view;
import static io.distomon.core.alert.Watch.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes of lab with ams, fra, nyc and rio; grace is 30 s, what is due waits 5 s for more. */
class DispatchTest {
    private static final NetworkView WELL = view();
    private static final NetworkView NYC_DOWN = view(offline("nyc"));

    private final Watch fra = new Watch("fra");

    @Test
    void whatIsDownForLongerThanTheGraceIsToldOnceAndThatItIsOverToo() {
        assertThat(fra.sees(10, WELL).sees(35, NYC_DOWN).takeTold()).isEmpty();
        assertThat(fra.sees(1, NYC_DOWN).takeTold()).containsExactly("[+nyc]");
        assertThat(fra.sees(1000, NYC_DOWN).takeTold()).isEmpty();
        assertThat(fra.dispatch().firing()).isEqualTo(1);

        assertThat(fra.sees(35, WELL).takeTold()).isEmpty();
        assertThat(fra.sees(1, WELL).takeTold()).containsExactly("[-nyc]");
        assertThat(fra.sees(1000, WELL).takeTold()).isEmpty();
        assertThat(fra.dispatch().firing()).isZero();
    }

    @Test
    void whatComesAndGoesFasterThanTheGraceIsNeverTold() {
        for (int i = 0; i < 20; i++) {
            fra.sees(25, NYC_DOWN).sees(5, WELL);
        }

        assertThat(fra.takeTold()).isEmpty();
    }

    @Test
    void whatFiresAndComesAndGoesIsToldOnce() {
        fra.sees(60, NYC_DOWN);
        for (int i = 0; i < 20; i++) {
            fra.sees(25, WELL).sees(5, NYC_DOWN);
        }

        assertThat(fra.takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whoIsDownAgainIsAnotherAlert() {
        fra.sees(60, NYC_DOWN).sees(60, WELL).sees(60, NYC_DOWN);

        List<Message> messages = fra.takeMessages();

        assertThat(messages).hasSize(3);
        assertThat(messages.get(1).notices().getFirst().alert().id())
                .isEqualTo(messages.get(0).notices().getFirst().alert().id())
                .isNotEqualTo(messages.get(2).notices().getFirst().alert().id());
    }

    @Test
    void aZoneThatDiesIsOneMessageThoughItsNodesAreMissedOneAfterTheOther() {
        fra.sees(2, NYC_DOWN).sees(60, view(offline("nyc"), offline("rio")));

        assertThat(fra.takeTold()).containsExactly("[+nyc, +rio]");
    }

    @Test
    void whoLeavesOnPurposeIsNoAlertAndWhoIsUnknownNeitherFiresNorEndsOne() {
        assertThat(fra.sees(100, view(left("nyc"), unknown("rio"))).takeTold()).isEmpty();

        fra.sees(60, NYC_DOWN).takeTold();

        assertThat(fra.sees(100, view(unknown("nyc"))).takeTold()).isEmpty();
        assertThat(fra.sees(60, view(degraded("nyc", Reason.INBOUND))).takeTold())
                .containsExactly("[-nyc]");
    }

    @Test
    void whoIsSlowIsToldOfOnlyToWhomAsksForIt() {
        NetworkView slow = view(degraded("nyc", Reason.SLOW));
        NetworkView lossy = view(degraded("nyc", Reason.LOSSY));
        assertThat(fra.sees(100, slow).takeTold()).isEmpty();

        fra.tellingOfSlowNodes(true);
        assertThat(fra.sees(35, lossy).takeTold()).isEmpty();
        Message message = fra.sees(1, lossy).takeMessages().getFirst();

        Alert alert = message.notices().getFirst().alert();
        assertThat(alert.subject()).isEqualTo(new Subject(AlertKind.NODE_SLOW, "nyc"));
        assertThat(alert.summary())
                .isEqualTo("nyc is lossy: 3 of 3 observers say so since 22:13 UTC, ams measures 20 % of 40 polls lost"
                        + " over 5 min, limit 5 %");
        assertThat(alert.witnesses()).containsExactly("ams");
        assertThat(fra.sees(1000, slow).takeTold()).as("it is one thing").isEmpty();
        assertThat(fra.sees(40, WELL).takeTold()).containsExactly("[-nyc]");
    }

    @Test
    void thatANodeIsSlowNoLongerIsNotSaidWhileItIsSomethingWorse() throws InvalidJsonException {
        fra.tellingOfSlowNodes(true)
                .sees(60, view(degraded("nyc", Reason.SLOW), degraded("rio", Reason.LOSSY)))
                .takeTold();

        assertThat(fra.sees(60, view(offline("nyc"), unknown("rio"))).takeTold())
                .as("down")
                .containsExactly("[+nyc]");
        assertThat(fra.sees(60, view(degraded("nyc", Reason.INBOUND), degraded("rio", Reason.SILENT)))
                        .takeTold())
                .as("down no longer")
                .containsExactly("[-nyc]");
        assertThat(fra.sees(60, minority(WELL)).takeTold()).containsExactly("[+lab]");
        assertThat(fra.restarts()
                        .sees(60, view(degraded("nyc", Reason.SLOW), degraded("rio", Reason.SLOW)))
                        .takeTold())
                .containsExactly("[-lab]");
        assertThat(fra.sees(200, view(left("nyc"))).takeTold())
                .as("gone on purpose")
                .containsExactly("[-rio]");
        assertThat(fra.sees(60, without("nyc")).takeTold()).as("no member").containsExactly("[-nyc]");
    }

    @Test
    void whoHasJustStartedDoesNotSayThatANodeIsSlowNoLonger() throws InvalidJsonException {
        fra.tellingOfSlowNodes(true)
                .sees(200, view(degraded("nyc", Reason.SLOW)))
                .takeTold();

        assertThat(fra.restarts().sees(149, WELL).takeTold()).isEmpty();
        assertThat(fra.sees(60, view(degraded("nyc", Reason.SLOW))).takeTold()).isEmpty();
        assertThat(fra.sees(60, WELL).takeTold()).containsExactly("[-nyc]");
    }

    @Test
    void ofWhomNobodyIsToldAnyLongerThatTheyAreSlowItIsOver() {
        fra.tellingOfSlowNodes(true)
                .sees(60, view(degraded("nyc", Reason.SLOW)))
                .takeTold();

        assertThat(fra.tellingOfSlowNodes(false)
                        .sees(60, view(degraded("nyc", Reason.SLOW)))
                        .takeTold())
                .containsExactly("[-nyc]");
    }

    @Test
    void aSilenceOfANodeIsOneOfItsSlownessToo() {
        NetworkView slow = view(degraded("nyc", Reason.SLOW));
        fra.tellingOfSlowNodes(true).silencing("nyc", 0, 100);

        assertThat(fra.sees(99, slow).takeTold()).isEmpty();
        assertThat(fra.dispatch().silenced()).isEqualTo(1);
        assertThat(fra.sees(10, slow).takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whoHearsFewerThanHalfSaysThatAndBlamesNobody() {
        NetworkView cutOff = minority(view(offline("ams"), offline("nyc"), offline("rio")));
        fra.sees(200, NYC_DOWN).takeTold();

        assertThat(fra.sees(60, cutOff).takeTold()).containsExactly("[+lab]");
        assertThat(fra.sees(60, NYC_DOWN).takeTold()).containsExactly("[-lab]");
    }

    @Test
    void whoHasJustStartedAndHasNotMetAllIsNoMinority() {
        NetworkView unmet = minority(view(unknown("ams"), unknown("nyc"), unknown("rio")));

        assertThat(fra.sees(149, unmet).takeTold()).isEmpty();
        assertThat(fra.sees(60, unmet).takeTold()).containsExactly("[+lab]");
    }

    @Test
    void aDivisionIsToldWithItsGroups() {
        fra.sees(60, divided(WELL, List.of(List.of("ams", "fra"), List.of("nyc", "rio"))));

        assertThat(fra.takeMessages().getFirst().notices().getFirst().alert().summary())
                .isEqualTo("lab is divided into groups that reach only themselves: ams, fra | nyc, rio");
    }

    @Test
    void aDivisionIsNotOverWhileOneSideIsNotHeard() throws Exception {
        NetworkView otherSideGone = view(offline("nyc"), offline("rio"));
        fra.sees(60, divided(WELL, List.of(List.of("ams", "fra"), List.of("nyc", "rio"))));
        assertThat(fra.takeTold()).containsExactly("[+lab]");

        assertThat(fra.sees(60, otherSideGone).takeTold()).containsExactly("[+nyc, +rio]");
        assertThat(fra.restarts().sees(200, otherSideGone).takeTold()).isEmpty();
        assertThat(fra.sees(60, minority(view(offline("ams"), offline("rio")))).takeTold())
                .containsExactly("[-nyc, *+lab]");
        assertThat(fra.sees(60, view(offline("rio"))).takeTold()).containsExactly("[-lab, -lab]");
    }

    @Test
    void whoHasJustStartedAndHasNotMetAllDoesNotSayThatADivisionIsOver() throws Exception {
        fra.sees(60, divided(WELL, List.of(List.of("ams", "fra"), List.of("nyc", "rio"))))
                .takeTold();

        assertThat(fra.restarts().sees(100, view(unknown("rio"))).takeTold()).isEmpty();
        assertThat(fra.sees(60, WELL).takeTold()).containsExactly("[-lab]");
    }

    @Test
    void whatIsSilencedIsNotToldUntilTheSilenceEndsWhileItStillFires() {
        fra.silencing("nyc", 0, 300).sees(60, view(offline("nyc"), offline("rio")));

        assertThat(fra.takeTold()).containsExactly("[+rio]");
        assertThat(fra.dispatch().silenced()).isEqualTo(1);

        fra.sees(239, view(offline("nyc"), offline("rio")));
        assertThat(fra.seconds()).isEqualTo(299);
        assertThat(fra.takeTold()).isEmpty();
        assertThat(fra.sees(10, view(offline("nyc"), offline("rio"))).takeTold())
                .containsExactly("[+nyc]");
        assertThat(fra.dispatch().silenced()).isZero();
    }

    @Test
    void whatBeganAndEndedInAMaintenanceWindowIsNeverTold() {
        fra.silencing("", 100, 300).sees(110, WELL).sees(60, NYC_DOWN).sees(400, WELL);

        assertThat(fra.takeTold()).isEmpty();
    }

    @Test
    void whoIsBackShortlyBeforeAMaintenanceWindowEndsIsNeverTold() throws Exception {
        fra.silencing("", 0, 100).sees(75, NYC_DOWN);

        assertThat(fra.sees(60, WELL).takeTold()).isEmpty();

        fra.silencing("", 0, 1000).sees(60, NYC_DOWN).restarts();
        assertThat(fra.sees(60, WELL).takeTold()).isEmpty();
    }

    @Test
    void nobodyIsCalledForWhatIsOverThoughNotForLongEnoughToBeTold() {
        Watch ams = new Watch("ams", "fra", "ams");
        ams.sees(25, NYC_DOWN).sees(20, view(offline("nyc"), offline("fra")));

        assertThat(ams.sees(60, view(offline("fra"))).takeTold()).containsExactly("[+fra]", "[-nyc]");
    }

    @Test
    void thatItIsOverIsToldInASilenceIfThatItFiresMayHaveBeen() {
        fra.silencing("", 61, 1000).answering(new Outcome.Failed("no answer in time", true, null));
        fra.sees(65, NYC_DOWN).answering(new Outcome.Delivered()).sees(60, NYC_DOWN);

        assertThat(fra.sees(60, WELL).takeTold()).containsExactly("[*-nyc]");

        Watch ams = new Watch("ams", "fra", "ams").silencing("", 61, 1000);
        ams.sees(65, NYC_DOWN).sees(60, view(offline("nyc"), offline("fra")));

        assertThat(ams.sees(60, view(offline("fra"))).takeTold()).containsExactly("[-nyc]");
    }

    @Test
    void thatItIsOverIsToldInASilenceIfThatItFiresWas() {
        fra.silencing("", 100, 1000).sees(60, NYC_DOWN).sees(100, NYC_DOWN).sees(60, WELL);

        assertThat(fra.takeTold()).containsExactly("[+nyc]", "[-nyc]");
    }

    @Test
    void aReceiverThatFailsIsToldLaterAndMoreAndMoreRarely() {
        fra.answering(new Outcome.Failed("refused", false, null)).sees(1200, NYC_DOWN);

        assertThat(fra.takeTold()).isEmpty();
        List<Long> waits = IntStream.range(1, fra.attempts().size())
                .mapToObj(i -> fra.attempts().get(i) - fra.attempts().get(i - 1))
                .toList();
        assertThat(waits).isSorted().startsWith(1L, 2L).hasSizeBetween(10, 13);
        assertThat(waits.getLast()).isBetween(240L, 300L);

        fra.answering(new Outcome.Delivered()).sees(300, NYC_DOWN);

        assertThat(fra.takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whatIsToBeToldAndIsNotIsCounted() {
        assertThat(fra.sees(10, WELL).dispatch().untold()).containsOnly(Map.entry("pager", 0));

        fra.answering(new Outcome.Failed("no answer", false, null)).sees(100, NYC_DOWN);
        assertThat(fra.dispatch().untold()).containsOnly(Map.entry("pager", 1));

        fra.answering(new Outcome.Refused("404")).sees(1200, NYC_DOWN);
        assertThat(fra.dispatch().untold()).containsOnly(Map.entry("pager", 1));
        assertThat(fra.sees(60, WELL).dispatch().untold()).containsOnly(Map.entry("pager", 0));

        fra.answering(new Outcome.Delivered()).sees(100, NYC_DOWN);
        assertThat(fra.dispatch().untold()).containsOnly(Map.entry("pager", 0));
    }

    @Test
    void whatAReceiverMayHaveReadIsToldAgainAsARepeat() {
        fra.answering(new Outcome.Failed("no answer in time", true, null)).sees(60, NYC_DOWN);

        assertThat(fra.answering(new Outcome.Delivered()).sees(60, NYC_DOWN).takeTold())
                .containsExactly("[*+nyc]");
    }

    @Test
    void whoWantsToBeLeftAloneIs() {
        fra.answering(new Outcome.Failed("429", false, Duration.ofSeconds(200))).sees(36, NYC_DOWN);
        fra.answering(new Outcome.Delivered());

        assertThat(fra.sees(199, NYC_DOWN).takeTold()).isEmpty();
        assertThat(fra.sees(1, NYC_DOWN).takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whatIsRefusedIsNotToldAgain() {
        fra.answering(new Outcome.Refused("404")).sees(60, NYC_DOWN).takeTold();

        assertThat(fra.answering(new Outcome.Delivered()).sees(600, NYC_DOWN).takeTold())
                .isEmpty();
    }

    @Test
    void whatWasRefusedAndStillFiresIsToldOnceTheReceiverIsMended() throws Exception {
        fra.answering(new Outcome.Refused("404")).sees(60, NYC_DOWN).answering(new Outcome.Delivered());

        assertThat(fra.telling(Watch.elsewhere(Watch.PAGER)).sees(10, NYC_DOWN).takeTold())
                .containsExactly("[+nyc]");
        assertThat(fra.sees(60, WELL).takeTold()).containsExactly("[-nyc]");
    }

    @Test
    void whatWasRefusedIsOfferedAgainAfterAnHourAndAfterARestart() throws Exception {
        fra.answering(new Outcome.Refused("404")).sees(60, NYC_DOWN);
        assertThat(fra.attempts()).hasSize(1);

        fra.sees((int) Outbox.REFUSAL_HOLDS.toSeconds(), NYC_DOWN);
        assertThat(fra.attempts()).hasSize(2);

        fra.restarts().answering(new Outcome.Delivered()).sees(10, NYC_DOWN);
        assertThat(fra.takeTold()).containsExactly("[*+nyc]");
    }

    @Test
    void whoRefusedToHearThatItFiresIsNotToldThatItIsOver() throws Exception {
        fra.answering(new Outcome.Refused("404")).sees(60, NYC_DOWN).answering(new Outcome.Delivered());

        assertThat(fra.sees(60, WELL).takeTold()).isEmpty();
        assertThat(fra.telling(Watch.elsewhere(Watch.PAGER)).sees(60, WELL).takeTold())
                .isEmpty();
        assertThat(fra.restarts().sees(60, WELL).takeTold()).isEmpty();
    }

    @Test
    void whoRefusedToHearThatItIsOverIsToldOnceMended() throws Exception {
        fra.sees(60, NYC_DOWN).answering(new Outcome.Refused("401")).sees(60, WELL);
        assertThat(fra.takeTold()).containsExactly("[+nyc]");

        fra.answering(new Outcome.Delivered());
        assertThat(fra.sees(60 + (int) Dispatch.RECENT.toSeconds(), WELL).takeTold())
                .isEmpty();
        assertThat(fra.telling(Watch.elsewhere(Watch.PAGER)).sees(60, WELL).takeTold())
                .containsExactly("[-nyc]");
    }

    @Test
    void whatIsTooMuchAtOnceIsToldInPartsAndEachPartIsRenewed() {
        NetworkView threeDown = view(offline("ams"), offline("nyc"), offline("rio"));
        fra.takingAtOnce(1).sees(60, threeDown);
        assertThat(fra.takeTold()).containsExactly("[+ams]", "[+nyc]", "[+rio]");

        Watch other =
                new Watch("fra").telling(Watch.ALERTMANAGER).takingAtOnce(2).sees(60, threeDown);
        assertThat(other.takeTold()).contains("[+ams]", "[+nyc]", "[+rio]");
        other.sees((int) Dispatch.RENEWAL.toSeconds() + 5, threeDown);
        assertThat(other.takeTold()).contains("[*+ams]", "[*+nyc]", "[*+rio]");
    }

    @Test
    void whatWasOverBeforeAReceiverCouldBeToldIsToldAsOver() {
        fra.answering(new Outcome.Failed("refused", false, null))
                .sees(60, NYC_DOWN)
                .sees(60, WELL);

        assertThat(fra.answering(new Outcome.Delivered()).sees(100, WELL).takeTold())
                .containsExactly("[-nyc]");
    }

    @Test
    void afterADayNobodyIsToldAnyMoreThatSomethingWasOver() {
        fra.answering(new Outcome.Failed("refused", false, null))
                .sees(60, NYC_DOWN)
                .sees(60, WELL);
        fra.sees((int) Dispatch.LONGEST_TRIED.toSeconds(), WELL);

        assertThat(fra.answering(new Outcome.Delivered()).sees(600, WELL).takeTold())
                .isEmpty();
    }

    @Test
    void aRestartNeitherRepeatsWhatWasToldNorLosesWhatWasNot() throws Exception {
        fra.sees(60, NYC_DOWN).takeTold();

        assertThat(fra.restarts()
                        .sees(100, view(unknown("nyc")))
                        .sees(100, NYC_DOWN)
                        .takeTold())
                .isEmpty();

        fra.answering(new Outcome.Failed("refused", false, null)).sees(60, view(offline("nyc"), offline("rio")));
        fra.restarts().answering(new Outcome.Delivered()).sees(10, view(offline("nyc"), offline("rio")));

        assertThat(fra.takeTold()).containsExactly("[*+rio]");
        assertThat(fra.restarts().sees(60, WELL).takeTold()).containsExactly("[-nyc, -rio]");
    }

    @Test
    void theFirstOfTheSendersThatIsAtWorkTells() {
        Watch ams = new Watch("ams", "fra", "ams");
        Watch second = new Watch("fra", "fra", "ams");
        Watch other = new Watch("rio", "fra", "ams");

        assertThat(second.sees(60, NYC_DOWN).takeTold()).containsExactly("[+nyc]");
        assertThat(ams.sees(60, NYC_DOWN).takeTold()).isEmpty();
        assertThat(other.sees(60, view(offline("nyc"), offline("fra"), offline("ams")))
                        .takeTold())
                .isEmpty();
    }

    @Test
    void whoTakesOverTellsAgainWhatFiresAndWhatEndedLately() {
        Watch ams = new Watch("ams", "fra", "ams");
        ams.sees(60, view(offline("nyc"), offline("rio"))).sees(60, view(offline("nyc")));

        ams.sees(60, view(offline("nyc"), offline("fra")));

        assertThat(ams.takeTold()).containsExactly("[*+nyc, *-rio, +fra]");
    }

    @Test
    void whatEndedLongAgoIsNotToldByWhoTakesOver() {
        Watch ams = new Watch("ams", "fra", "ams");
        ams.sees(60, NYC_DOWN).sees(60 + (int) Dispatch.RECENT.toSeconds(), WELL);

        assertThat(ams.sees(60, view(offline("fra"))).takeTold()).containsExactly("[+fra]");
    }

    @Test
    void whoToldThatItFiresTellsThatItIsOverThoughItIsNoLongerItsTurn() {
        Watch ams = new Watch("ams", "fra", "ams");
        ams.sees(60, view(offline("fra"))).takeTold();

        assertThat(ams.sees(60, WELL).takeTold()).containsExactly("[*-fra]");
    }

    @Test
    void onEachSideOfADivisionSomebodyTells() {
        List<List<String>> sides = List.of(List.of("ams", "nyc", "rio"), List.of("fra"));
        NetworkView divided = divided(view(degraded("fra", Reason.PARTITION)), sides);
        Watch ams = new Watch("ams", "fra", "ams");
        Watch cutOff = new Watch("fra", "fra", "ams");

        assertThat(ams.sees(60, divided).takeTold()).containsExactly("[+lab]");
        assertThat(cutOff.sees(60, divided).takeTold()).containsExactly("[+lab]");
    }

    @Test
    void whoIsSlowOrLossyTellsAllTheSame() {
        for (Reason reason : List.of(Reason.SLOW, Reason.LOSSY)) {
            Watch ams = new Watch("ams", "fra", "ams");

            ams.sees(60, view(degraded("fra", reason), offline("nyc")));

            assertThat(ams.takeTold()).isEmpty();
        }
    }

    @Test
    void whoseWayOutIsBrokenDoesNotCountAsAtWork() {
        Watch ams = new Watch("ams", "fra", "ams");

        ams.sees(60, view(degraded("fra", Reason.OUTBOUND), offline("nyc")));

        assertThat(ams.takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whoToldAlertmanagerThatItFiresTellsOnWhoseverTurnItIs() {
        Watch ams = new Watch("ams", "fra", "ams").telling(Watch.ALERTMANAGER);
        ams.sees(60, view(offline("fra"), offline("nyc"))).takeTold();

        assertThat(ams.sees(240, NYC_DOWN).takeTold())
                .hasSizeGreaterThanOrEqualTo(4)
                .allMatch(told -> told.contains("*+nyc"));
        assertThat(ams.sees(60, WELL).takeTold()).containsExactly("[*-nyc]");
    }

    @Test
    void whatHadBegunBeforeAStartMayHaveBeenToldBeforeByWhoeverWasAtWorkThen() {
        Watch late = new Watch("fra", "fra", "ams").startingAt(31);
        Watch alone = new Watch("fra").startingAt(31);

        assertThat(late.sees(60, NYC_DOWN).takeTold()).containsExactly("[*+nyc]");
        assertThat(alone.sees(60, NYC_DOWN).takeTold()).containsExactly("[*+nyc]");
    }

    @Test
    void aClockThatIsSetLosesNothing() {
        fra.answering(new Outcome.Failed("refused", false, null))
                .sees(60, NYC_DOWN)
                .sees(60, WELL);

        fra.settingItsClock(Duration.ofDays(2)).sees(60, WELL);

        assertThat(fra.answering(new Outcome.Delivered()).sees(200, WELL).takeTold())
                .containsExactly("[-nyc]");
    }

    @Test
    void bothNameAnAlertAlike() {
        Watch ams = new Watch("ams");
        List<Message> byAms = ams.sees(3, WELL).sees(60, NYC_DOWN).takeMessages();
        List<Message> byFra = fra.sees(60, NYC_DOWN).takeMessages();

        assertThat(byAms.getFirst().notices().getFirst().alert().id())
                .hasSize(64)
                .isEqualTo(byFra.getFirst().notices().getFirst().alert().id());
    }

    @Test
    void alertmanagerIsToldAgainAndAgainThatItStillFiresAndNothingIsKeptForThat() {
        fra.telling(Watch.ALERTMANAGER).sees(40, NYC_DOWN);
        int before = fra.timesKept();
        fra.sees(116, NYC_DOWN);
        assertThat(fra.timesKept()).isEqualTo(before);

        assertThat(fra.sees(60, WELL).takeTold()).containsExactly("[+nyc]", "[*+nyc]", "[*+nyc]", "[-nyc]");
    }

    @Test
    void aReceiverThatIsNewIsToldWhatFires() {
        fra.sees(60, NYC_DOWN).takeTold();
        List<Message> messages =
                fra.telling(Watch.PAGER, Watch.CHAT).sees(60, NYC_DOWN).takeMessages();

        assertThat(messages).extracting(Message::receiver).containsExactly("chat");
        assertThat(messages.getFirst().isRepeat()).isTrue();
    }

    @Test
    void aReceiverThatIsNewIsNotToldThatSomethingIsOver() throws Exception {
        fra.sees(60, NYC_DOWN).sees(60, WELL).takeTold();

        assertThat(fra.telling(Watch.PAGER, Watch.CHAT).sees(60, WELL).takeTold())
                .isEmpty();
        assertThat(fra.telling(Watch.CHAT)
                        .sees(1, WELL)
                        .telling(Watch.PAGER, Watch.CHAT)
                        .sees(60, WELL)
                        .takeTold())
                .isEmpty();
        assertThat(fra.restarts()
                        .telling(Watch.PAGER, Watch.ALERTMANAGER)
                        .sees(60, WELL)
                        .takeTold())
                .isEmpty();
    }

    @Test
    void aReceiverThatIsNewHearsNothingOfWhatIsSilenced() {
        fra.silencing("", 0, 1000).sees(60, NYC_DOWN).telling(Watch.CHAT).sees(60, NYC_DOWN);

        assertThat(fra.sees(60, WELL).takeTold()).isEmpty();
    }

    @Test
    void whoSaysSinceWhenSomethingIsSoMayBeWrong() throws Exception {
        long lastOfAll = 253_402_300_799_999_999L;
        fra.sees(60, view(offlineSince("nyc", lastOfAll), offlineSince("rio", -1)));

        List<Alert> told = fra.takeMessages().getFirst().notices().stream()
                .map(Notice::alert)
                .toList();
        assertThat(told).hasSize(2).allMatch(alert -> alert.sinceMicros() == alert.firedMicros());
        assertThat(fra.restarts()
                        .sees(100, view(offlineSince("nyc", lastOfAll), offlineSince("rio", -1)))
                        .takeTold())
                .isEmpty();
    }

    @Test
    void whatIsKeptIsReadBackAndAnythingElseIsRefused() throws Exception {
        fra.silencing("rio", 0, 1000).telling(Watch.PAGER, Watch.CHAT);
        fra.sees(60, view(offline("nyc"), offline("rio"))).sees(60, view(offline("rio")));
        fra.answering(new Outcome.Refused("404"));
        fra.sees(60, divided(view(offline("rio")), List.of(List.of("ams", "fra"), List.of("nyc"))));

        DispatchCodec.Kept read = DispatchCodec.decode(fra.kept());

        assertThat(DispatchCodec.encode(read)).isEqualTo(fra.kept());
        assertThat(read.alerts())
                .extracting(Alert::summary, Alert::isFiring, Alert::witnesses)
                .containsExactly(
                        tuple(summary("nyc"), false, List.of("ams")),
                        tuple(summary("rio"), true, List.of("ams")),
                        tuple(
                                "lab is divided into groups that reach only themselves: ams, fra | nyc",
                                true,
                                List.of()));
        assertThat(read.alerts().getLast().groups()).containsExactly(List.of("ams", "fra"), List.of("nyc"));
        assertThat(read.told()).containsOnlyKeys("pager", "chat");
        assertThat(read.told().values())
                .allSatisfy(told -> assertThat(told.values())
                        .containsExactlyInAnyOrder(Outbox.Told.RESOLVED, Outbox.Told.HELD_BACK, Outbox.Told.REFUSED));
        assertThatThrownBy(() -> DispatchCodec.decode("{\"alerts\":[{}]}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> DispatchCodec.decode("{\"told\":{\"a\":[\"x y\"]}}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
    }

    private static String summary(String nodeId) {
        return "%s is down: 3 of 3 observers say so since 22:13 UTC".formatted(nodeId);
    }

    @Test
    void theMostThatIsKeptIsReadBackToo() throws Exception {
        List<String> longest = IntStream.range(1000, 1000 + Troubles.MAX_WITNESSES)
                .mapToObj(i -> "n".repeat(59) + i)
                .toList();
        List<Alert> alerts = new ArrayList<>();
        Map<String, Outbox.Told> told = new TreeMap<>();
        for (int i = 0; i < Dispatch.MAX_KNOWN; i++) {
            Subject subject = new Subject(AlertKind.NODE_OFFLINE, "n".repeat(59) + (1000 + i));
            Trouble trouble =
                    new Trouble(subject, Watch.T0, "…".repeat(400), "1023 of 1023 observers", longest, List.of());
            Alert alert = Alert.fired("lab", trouble, Watch.T0, Watch.T0);
            alerts.add(i % 2 == 0 ? alert : alert.resolved(Watch.T0, Watch.T0));
            told.put(alert.id(), Outbox.Told.END_REFUSED);
        }
        Map<String, Map<String, Outbox.Told>> receivers = new TreeMap<>();
        for (int i = 0; i < 8; i++) {
            receivers.put("receiver-" + i, told);
        }

        byte[] json = DispatchCodec.encode(new DispatchCodec.Kept(alerts, receivers));

        assertThat(json).hasSizeLessThan(Dispatch.MAX_KEPT_BYTES);
        assertThat(DispatchCodec.decode(json)).isEqualTo(new DispatchCodec.Kept(alerts, receivers));
    }
}
