package io.distomon.core.alert;

import static io.distomon.core.alert.Watch.degraded;
import static io.distomon.core.alert.Watch.divided;
import static io.distomon.core.alert.Watch.left;
import static io.distomon.core.alert.Watch.minority;
import static io.distomon.core.alert.Watch.offline;
import static io.distomon.core.alert.Watch.unknown;
import static io.distomon.core.alert.Watch.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Secret;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    void thatItIsOverIsToldInASilenceIfThatItFiresWas() {
        fra.silencing("", 100, 1000).sees(60, NYC_DOWN).sees(100, NYC_DOWN).sees(60, WELL);

        assertThat(fra.takeTold()).containsExactly("[+nyc]", "[-nyc]");
    }

    @Test
    void aReceiverThatFailsIsToldLaterAndMoreAndMoreRarely() {
        fra.answering(new Outcome.Failed("refused", false, null)).sees(600, NYC_DOWN);
        assertThat(fra.takeTold()).isEmpty();

        fra.answering(new Outcome.Delivered()).sees(300, NYC_DOWN);

        assertThat(fra.takeTold()).containsExactly("[+nyc]");
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
    void whoseWayOutIsBrokenDoesNotCountAsAtWork() {
        Watch ams = new Watch("ams", "fra", "ams");

        ams.sees(60, view(degraded("fra", Reason.OUTBOUND), offline("nyc")));

        assertThat(ams.takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void whatHadBegunBeforeASenderStartedAnotherMayHaveToldBefore() {
        Watch late = new Watch("fra", "fra", "ams").startingAt(31);
        Watch alone = new Watch("fra").startingAt(31);

        assertThat(late.sees(60, NYC_DOWN).takeTold()).containsExactly("[*+nyc]");
        assertThat(alone.sees(60, NYC_DOWN).takeTold()).containsExactly("[+nyc]");
    }

    @Test
    void aClockThatIsSetLosesNothing() {
        fra.answering(new Outcome.Failed("refused", false, null))
                .sees(60, NYC_DOWN)
                .sees(60, WELL);

        fra.settingItsClock(Duration.ofDays(2)).sees(60, WELL);

        assertThat(fra.answering(new Outcome.Delivered()).sees(100, WELL).takeTold())
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
    void alertmanagerIsToldAgainAndAgainThatItStillFires() {
        fra.telling(new AlertReceiver(
                "am", AlertReceiver.Type.ALERTMANAGER, new Secret("https://am.example.com"), null, List.of()));

        fra.sees(36 + 120, NYC_DOWN).sees(60, WELL);

        assertThat(fra.takeTold()).containsExactly("[+nyc]", "[*+nyc]", "[*+nyc]", "[-nyc]");
    }

    @Test
    void aReceiverThatIsNewIsToldWhatFires() {
        fra.sees(60, NYC_DOWN).takeTold();
        AlertReceiver chat = new AlertReceiver(
                "chat", AlertReceiver.Type.SLACK, new Secret("https://x.example.com"), null, List.of());

        fra.telling(Watch.PAGER, chat).sees(60, NYC_DOWN);

        assertThat(fra.takeMessages()).extracting(Message::receiver).containsExactly("chat");
    }

    @Test
    void whatIsKeptIsReadBackAndAnythingElseIsRefused() throws Exception {
        fra.sees(60, view(offline("nyc"), offline("rio"))).sees(60, NYC_DOWN);
        byte[] json = DispatchCodec.encode(new DispatchCodec.Kept(
                List.of(Alert.test("lab", "a test", Watch.T0)), Map.of("pager", Map.of("abc", Outbox.Told.RESOLVED))));

        DispatchCodec.Kept read = DispatchCodec.decode(json);

        assertThat(read.alerts()).containsExactly(Alert.test("lab", "a test", Watch.T0));
        assertThat(read.told().keySet()).isEqualTo(Set.of("pager"));
        assertThatThrownBy(() -> DispatchCodec.decode("{\"alerts\":[{}]}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> DispatchCodec.decode("{\"told\":{\"a\":[\"x y\"]}}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
    }
}
