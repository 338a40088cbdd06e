package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Member;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.ViewInput;
import io.distomon.core.view.Witness;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** fra has started again, in a network with ams and nyc. */
class RecollectionTest {
    private static final NodeVerdict AMS = Told.online("ams", Told.onlineBy("fra", Standing.COUNTED));
    private static final NodeVerdict FRA = Told.online("fra", Told.onlineBy("ams", Standing.COUNTED));
    private static final NodeVerdict NYC = Told.online("nyc", Told.onlineBy("fra", Standing.COUNTED));
    private static final NetworkView WELL = Told.view(AMS, FRA, NYC);
    private static final NetworkView NOBODY_HEARD =
            Told.minority(Told.view(unheard("ams"), Told.online("fra"), unheard("nyc")));

    private static final Subject MINORITY = new Subject(Kind.MINORITY, "lab");

    private final Recollection recollection = new Recollection(0);

    @Test
    void nothingHasChangedAsLongAsHardlyAnybodyWasHeard() {
        NetworkView broken = Told.divided(
                Told.withLinks(WELL, Told.fault("ams", "nyc", true)), List.of(List.of("ams", "fra"), List.of("nyc")));
        Situation before = Situation.of(broken, "c1");

        assertThat(situation(before, NOBODY_HEARD, 1)).isEqualTo(before);
        assertThat(situation(
                        before, Told.minority(Told.view(Told.online("ams"), Told.online("fra"), unheard("nyc"))), 2))
                .isEqualTo(before);
        assertThat(situation(before, WELL, 3)).isEqualTo(before);
    }

    @Test
    void onceEverybodyWasHeardWhatTheViewSaysCounts() {
        Situation before = Situation.of(WELL, "c1");
        NodeVerdict degraded =
                Told.verdict("nyc", NodeState.DEGRADED, Reason.INBOUND, false, Told.onlineBy("fra", Standing.COUNTED));
        NetworkView now = Told.view(AMS, FRA, degraded);

        assertThat(situation(before, now, 1)).isEqualTo(Situation.of(now, "c1"));
    }

    @Test
    void whatThisNodeHasNotPolledItselfYetItDoesNotKnow() {
        Situation before = Situation.of(WELL, "c1");
        NodeVerdict byAms = silent(Told.offlineBy("ams", Standing.COUNTED));
        NodeVerdict byBoth = silent(Told.offlineBy("ams", Standing.COUNTED), Told.offlineBy("fra", Standing.COUNTED));

        assertThat(situation(before, Told.view(AMS, FRA, byAms), 1)).isEqualTo(before);
        assertThat(situation(before, Told.view(AMS, FRA, byBoth), 2).of(Subject.node("nyc")))
                .isEqualTo(new State("Offline", null));
    }

    @Test
    void thatOthersCallItOfflineAsTheyDidWhileItWasAwayIsNoNews() {
        Situation before = Situation.of(WELL, "c1");
        NetworkView accused = Told.withLinks(
                Told.view(AMS, Told.online("fra", Told.offlineBy("ams", Standing.COUNTED)), NYC),
                Told.fault("ams", "fra", true));

        assertThat(situation(before, accused, 1)).isEqualTo(before);
        assertThat(situation(before, accused, 150)).isEqualTo(Situation.of(accused, "c1"));
    }

    @Test
    void aBrokenLinkIsMendedWhenWhoCalledItBrokenSaysSo() {
        Situation before = Situation.of(Told.withLinks(WELL, Told.fault("ams", "nyc", true)), "c1");
        NodeVerdict mended =
                Told.online("nyc", Told.onlineBy("ams", Standing.COUNTED), Told.onlineBy("fra", Standing.COUNTED));
        NodeVerdict broken =
                Told.online("nyc", Told.offlineBy("ams", Standing.COUNTED), Told.onlineBy("fra", Standing.COUNTED));

        assertThat(situation(before, WELL, 1)).isEqualTo(before);
        assertThat(situation(before, Told.view(AMS, FRA, broken), 2)).isEqualTo(before);
        assertThat(situation(before, Told.view(AMS, FRA, mended), 3)).isEqualTo(Situation.of(WELL, "c1"));
    }

    @Test
    void aBrokenLinkIsNotMendedByThatAnEndOfItIsDown() {
        Situation before = Situation.of(Told.withLinks(WELL, Told.fault("fra", "nyc", true)), "c1");
        NetworkView down = Told.view(
                AMS, FRA, Told.verdict("nyc", NodeState.OFFLINE, null, false, Told.offlineBy("fra", Standing.COUNTED)));
        NetworkView back = Told.view(AMS, FRA, Told.online("nyc", Told.offlineBy("fra", Standing.COUNTED)));

        Situation whileDown = situation(before, down, 150);
        assertThat(whileDown.of(Subject.node("nyc")).word()).isEqualTo("Offline");
        assertThat(whileDown.of(Subject.link("fra", "nyc"))).isEqualTo(before.of(Subject.link("fra", "nyc")));
        assertThat(situation(whileDown, back, 151).states()).containsKey(Subject.link("fra", "nyc"));
        assertThat(situation(whileDown, Told.view(AMS, FRA, Told.online("nyc")), 151)
                        .states())
                .containsKey(Subject.link("fra", "nyc"));
        assertThat(situation(whileDown, WELL, 152)).isEqualTo(Situation.of(WELL, "c1"));
    }

    @Test
    void aBrokenLinkOfWhoIsNoMemberAnyMoreIsNone() {
        Situation before = Situation.of(Told.withLinks(WELL, Told.fault("fra", "nyc", true)), "c1");

        assertThat(situation(before, Told.view(AMS, FRA), 150)).isEqualTo(Situation.of(Told.view(AMS, FRA), "c1"));
    }

    @Test
    void whoIsNewOrWasUnknownAndTheConfigAreAsTheyAreNow() {
        Situation before = Situation.of(
                Told.view(
                        Told.online("ams"),
                        Told.verdict("nyc", NodeState.UNKNOWN, Reason.UNREPORTED, false),
                        Told.online("rio")),
                "c1");

        Situation now = situation(before, Told.view(unheard("ams"), Told.online("fra"), Told.online("nyc")), 1);

        assertThat(now.of(Subject.node("ams"))).isEqualTo(new State("Online", null));
        assertThat(now.of(Subject.node("fra"))).isEqualTo(new State("Online", null));
        assertThat(now.of(Subject.node("nyc"))).isEqualTo(new State("Online", null));
        assertThat(now.of(Subject.node("rio"))).isEqualTo(new State("Absent", null));
        assertThat(now.of(new Subject(Kind.CONFIG, "lab"))).isEqualTo(new State("c1", null));
    }

    @Test
    void whoHearsFewAtItsFirstStartIsNoMinorityAsLongAsItMayNotHaveMetThem() {
        assertThat(situation(Situation.NOTHING, NOBODY_HEARD, 1).states()).doesNotContainKey(MINORITY);
        assertThat(situation(Situation.NOTHING, NOBODY_HEARD, 150).states()).containsKey(MINORITY);
    }

    @Test
    void afterAWhileWhatTheViewSaysCountsInAnyCase() {
        Situation before = Situation.of(WELL, "c1");

        assertThat(situation(before, NOBODY_HEARD, 149)).isEqualTo(before);
        assertThat(situation(before, NOBODY_HEARD, 150)).isEqualTo(Situation.of(NOBODY_HEARD, "c1"));
    }

    private Situation situation(Situation before, NetworkView view, long seconds) {
        NetworkConfig config = NetworkConfig.of(
                "lab",
                "fra",
                Stream.of("ams", "fra", "nyc")
                        .map(id -> new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2))
                        .toList(),
                new KeyMapping(Map.of()),
                List.of());
        return recollection.situation(
                before,
                view,
                ViewInput.ofMember(
                        config,
                        Cadences.of(config.observers()),
                        Map.of(),
                        Duration.ofSeconds(seconds).toNanos()),
                "c1");
    }

    private static NodeVerdict unheard(String id) {
        return Told.unheard(Told.verdict(id, NodeState.UNKNOWN, Reason.UNREPORTED, false));
    }

    private static NodeVerdict silent(Witness... witnesses) {
        return Told.unheard(Told.verdict("nyc", NodeState.OFFLINE, null, false, witnesses));
    }
}
