package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.crypto.Signer;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.Standing;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Witness;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    private static final NetworkView WELL = Told.view(Told.online("ams"), Told.online("fra"), Told.online("nyc"));

    private static final Observers OBSERVERS = Topology.DEFAULT.observers(
            "lab",
            Stream.of("ams", "fra", "nyc")
                    .map(id -> new Member(id, URI.create("http://" + id), Duration.ofSeconds(10), 2))
                    .toList());

    private static final Map<String, Signer> SIGNERS = new ConcurrentHashMap<>();

    private final Map<String, HeldEntry> held = Map.of("ams", held("ams"), "fra", held("fra"), "nyc", held("nyc"));

    @Test
    void whatStaysAsItIsIsNoTransition() {
        assertThat(changes(WELL, "c1", WELL, "c1")).isEmpty();
    }

    @Test
    void everyMemberBeginsByBeingThere() {
        assertThat(Transitions.between(Situation.NOTHING, Situation.of(WELL, "c1"), WELL, held))
                .extracting(
                        Transition::subject,
                        Transition::from,
                        change -> change.to().word())
                .containsExactly(
                        tuple(Subject.node("ams"), "Absent", "Online"),
                        tuple(Subject.node("fra"), "Absent", "Online"),
                        tuple(Subject.node("nyc"), "Absent", "Online"),
                        tuple(new Subject(Kind.CONFIG, "lab"), "None", "c1"));
    }

    @Test
    void aNodeThatGoesDownIsOneTransitionWithWhoSaysSoAndTheirSignedEntries() {
        NetworkView down = Told.view(
                Told.online("ams"),
                Told.online("fra"),
                Told.verdict(
                        "nyc",
                        NodeState.OFFLINE,
                        null,
                        false,
                        Told.offlineBy("ams", Standing.SUSPECT),
                        Told.offlineBy("fra", Standing.COUNTED)));

        Transition change = only(changes(WELL, "c1", down, "c1"));

        assertThat(change.subject()).isEqualTo(Subject.node("nyc"));
        assertThat(change.from()).isEqualTo("Online");
        assertThat(change.to()).isEqualTo(new State("Offline", null));
        assertThat(change.shownAs()).isEqualTo("2 of 2 observers");
        assertThat(change.sinceMicros()).isEqualTo(Told.T0);
        assertThat(change.witnesses())
                .isEqualTo(Map.of(
                        "ams", new Statement("offline", Told.T0, "timeout", "suspect"),
                        "fra", new Statement("offline", Told.T0, "timeout", "counted")));
        assertThat(change.entries())
                .containsOnlyKeys("ams", "fra", "nyc")
                .containsEntry("fra", held("fra").entry().raw());
    }

    @Test
    void anotherReasonOfTheSameStateIsATransition() {
        NetworkView silent = Told.view(Told.verdict("nyc", NodeState.DEGRADED, Reason.SILENT, false));
        NetworkView inbound = Told.view(Told.verdict("nyc", NodeState.DEGRADED, Reason.INBOUND, false));

        assertThat(only(changes(silent, "c1", inbound, "c1")).to()).isEqualTo(new State("Degraded", "inbound"));
    }

    @Test
    void whoWasStoppedOnPurposeIsOfflineAsPlanned() {
        NetworkView stopped =
                Told.view(Told.online("ams"), Told.online("fra"), Told.verdict("nyc", NodeState.OFFLINE, null, true));

        assertThat(only(changes(WELL, "c1", stopped, "c1")).to()).isEqualTo(new State("Offline", "planned"));
    }

    @Test
    void aMemberThatLeavesTheConfigIsAbsent() {
        NetworkView fewer = Told.view(Told.online("ams"), Told.online("fra"));

        assertThat(changes(WELL, "c1", fewer, "c2"))
                .extracting(change -> change.to().word())
                .containsExactly("Absent", "c2");
    }

    @Test
    void aSlowLinkIsATransitionWithItsNumbersAndAnotherOnlyWhenItIsLossyOrWell() {
        NetworkView slow = Told.withStrains(WELL, slow(182));

        Transition change = only(changes(WELL, "c1", slow, "c1"));
        assertThat(change.subject()).isEqualTo(new Subject(Kind.LINK, "ams>fra"));
        assertThat(change.to()).isEqualTo(new State("Slow", "182 ms p95 over 5 min, limit 120 ms"));
        assertThat(change.sinceMicros()).isEqualTo(Told.T0);
        assertThat(change.entries()).containsKeys("ams", "fra");
        assertThat(changes(slow, "c1", Told.withStrains(WELL, slow(240)), "c1")).isEmpty();
        assertThat(only(changes(slow, "c1", WELL, "c1")).to().word()).isEqualTo("Up");
    }

    @Test
    void aSlowLinkIsWellAgainWhenWhoFoundItSlowSaysSoAndNotWhenNobodySpeaksOfIt() {
        Situation slow = Situation.of(Told.withStrains(WELL, slow(182)), "c1");
        Subject link = Subject.link("ams", "fra");
        Witness slowStill = new Witness(
                "ams",
                PingStatus.ONLINE,
                Told.T0,
                null,
                1,
                null,
                null,
                slow(182).breaches(),
                true,
                Told.T0,
                Standing.COUNTED);
        List<Witness> notWell =
                List.of(slowStill, Told.onlineBy("ams", Standing.SUSPECT), Told.offlineBy("ams", Standing.COUNTED));

        for (Witness witness : notWell) {
            NetworkView view = Told.view(Told.online("ams"), Told.online("fra", witness));
            assertThat(Situation.of(view, "c1")
                            .withUnmended(slow, view, OBSERVERS)
                            .of(link)
                            .word())
                    .as("%s", witness)
                    .isEqualTo("Slow");
        }
        NetworkView unheard = Told.view(Told.unheard(Told.online("ams")), Told.online("fra"));
        assertThat(Situation.of(unheard, "c1")
                        .withUnmended(slow, unheard, OBSERVERS)
                        .of(link)
                        .word())
                .isEqualTo("Slow");
        NetworkView well = Told.view(Told.online("ams"), Told.online("fra", Told.onlineBy("ams", Standing.COUNTED)));
        assertThat(Situation.of(well, "c1")
                        .withUnmended(slow, well, OBSERVERS)
                        .of(link)
                        .word())
                .isEqualTo("Up");
        NetworkView gone = Told.view(Told.online("fra"), Told.online("nyc"));
        assertThat(Situation.of(gone, "c1")
                        .withUnmended(slow, gone, OBSERVERS)
                        .of(link)
                        .word())
                .as("who is no member says nothing any more")
                .isEqualTo("Up");
    }

    private static StrainedLink slow(double millis) {
        Breach breach = new Breach(Figure.ROUND_TRIP_P95, millis, 120, 40, 300, Told.T0);
        return new StrainedLink("ams", "fra", List.of(breach), true, Told.T0);
    }

    @Test
    void aLinkThatIsBrokenForLongerThanAMomentIsATransitionAndAnotherWhenItIsMended() {
        NetworkView broken = Told.withLinks(WELL, Told.fault("ams", "fra", true));

        Transition change = only(changes(WELL, "c1", broken, "c1"));
        assertThat(change.subject()).isEqualTo(new Subject(Kind.LINK, "ams>fra"));
        assertThat(change.from()).isEqualTo("Up");
        assertThat(change.to()).isEqualTo(new State("Broken", "timeout"));
        assertThat(change.entries()).containsOnlyKeys("ams", "fra");
        assertThat(only(changes(broken, "c1", WELL, "c1")).to()).isEqualTo(new State("Up", null));
        assertThat(changes(WELL, "c1", Told.withLinks(WELL, Told.fault("ams", "fra", false)), "c1"))
                .isEmpty();
    }

    @Test
    void anotherReasonForWhichALinkIsBrokenIsNoNews() {
        LinkFault fault = new LinkFault("ams", "fra", false, true, Told.T0, "connect", Told.T0);

        assertThat(changes(
                        Told.withLinks(WELL, Told.fault("ams", "fra", true)), "c1", Told.withLinks(WELL, fault), "c1"))
                .isEmpty();
    }

    @Test
    void aDivisionNamesItsGroupsAndWhetherWeMayBeCutOff() {
        Witness across = Told.offlineBy("fra", Standing.ACROSS);
        NetworkView divided = Told.divided(
                Told.view(Told.online("ams"), Told.online("fra"), Told.online("nyc", across)),
                List.of(List.of("ams", "fra"), List.of("nyc")));

        List<Transition> changes = changes(WELL, "c1", divided, "c1");

        assertThat(changes).extracting(change -> change.to().word()).containsExactly("ams,fra|nyc", "Minority");
        assertThat(changes.getFirst().from()).isEqualTo("Whole");
        assertThat(changes.getFirst().entries()).containsOnlyKeys("fra");
    }

    @Test
    void ofHundredsOfWitnessesThoseThatCountAreNamed() {
        Witness[] many = IntStream.range(0, 200)
                .mapToObj(i -> Told.offlineBy("n" + i, i < 100 ? Standing.STRANGER : Standing.COUNTED))
                .toArray(Witness[]::new);
        NodeVerdict verdict = Told.verdict("nyc", NodeState.OFFLINE, null, false, many);

        Transition change = changes(WELL, "c1", Told.view(Told.online("ams"), Told.online("fra"), verdict), "c1")
                .getFirst();

        assertThat(change.witnesses().values())
                .hasSize(Transitions.MAX_WITNESSES)
                .extracting(Statement::standing)
                .containsOnly("counted");
    }

    @Test
    void ofMoreBrokenLinksThanCanBeKeptThoseOfBeforeAreToldFirst() throws Exception {
        List<LinkFault> faults = IntStream.range(0, 5_000)
                .mapToObj(i -> Told.fault("n" + i, "x".repeat(63), true))
                .toList();
        Situation before = Situation.of(Told.withLinks(WELL, Told.fault("n4999", "x".repeat(63), true)), "c1");

        Situation now = Situation.of(Told.withLinks(WELL, faults.toArray(LinkFault[]::new)), "c1")
                .bounded(before);

        assertThat(now.states().keySet().stream().filter(subject -> subject.kind() == Kind.LINK))
                .hasSize(Situation.MAX_LINKS)
                .contains(Subject.link("n4999", "x".repeat(63)));
        assertThat(Situation.parse(now.json())).isEqualTo(now);
    }

    @Test
    void whatIsRecordedGivesTheSituationAgain() throws Exception {
        NetworkView broken = Told.withLinks(
                Told.divided(
                        Told.view(Told.online("ams"), Told.online("fra")), List.of(List.of("ams"), List.of("fra"))),
                Told.fault("ams", "fra", true));
        Situation after = Situation.of(broken, "c2");
        List<FlightRecord> records =
                Told.chain(changes(WELL, "c1", broken, "c2").toArray(Transition[]::new));

        assertThat(Situation.of(WELL, "c1")
                        .after(records.stream().map(FlightRecord::change).toList()))
                .isEqualTo(after);
        assertThat(Situation.parse(after.json())).isEqualTo(after);
    }

    private List<Transition> changes(NetworkView before, String digestBefore, NetworkView after, String digestAfter) {
        return Transitions.between(Situation.of(before, digestBefore), Situation.of(after, digestAfter), after, held);
    }

    private static Transition only(List<Transition> changes) {
        assertThat(changes).hasSize(1);
        return changes.getFirst();
    }

    /** The same for the same id: Ed25519 signs without chance. */
    private static HeldEntry held(String id) {
        NodeData said = new NodeData(Told.T0, Map.of(), id, "1", "lab", 10, "boot", null, false);
        return new HeldEntry(
                SignedNodeData.sign(said, SIGNERS.computeIfAbsent(id, TransitionsTest::signer)), 0, Map.of(), 0);
    }

    private static Signer signer(String id) {
        return Signer.generate(id, new SecureRandom());
    }
}
