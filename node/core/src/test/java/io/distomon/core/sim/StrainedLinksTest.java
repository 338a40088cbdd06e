package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five nodes that poll each other every ten seconds, whose round trips may take 200 ms, and take 80 at most. */
class StrainedLinksTest {
    private static final List<String> IDS = List.of("ams", "bom", "cdg", "dub", "fra");
    private static final long EACH_WAY = 150 * Events.MILLI;
    private static final int CALM_SECONDS = 600;

    /** Half of the polls and a few more, and until everybody has heard. */
    private static final int FOUND_SECONDS = 270;

    /** All polls and a half, and until everybody has heard. */
    private static final int OVER_SECONDS = 660;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNodeWhoseLinksBecomeSlowIsDegradedToAllWithinMinutesAndWellAgainWhenTheyAre(long seed) {
        World world = world(seed);
        pass(world, CALM_SECONDS, StrainedLinksTest::assertWell);

        linksOf("cdg", link -> world.wire().slow(link, EACH_WAY));
        pass(world, FOUND_SECONDS, StrainedLinksTest::assertNobodyElseIsBlamed);
        pass(world, CALM_SECONDS, view -> {
            NodeVerdict cdg = view.node("cdg").orElseThrow();
            assertThat(cdg.reason()).isEqualTo(Reason.SLOW);
            assertThat(cdg.shownAs()).isEqualTo("4 of 4 observers");
            assertNobodyElseIsBlamed(view);
        });

        linksOf("cdg", link -> world.wire().slow(link, 0));
        pass(world, OVER_SECONDS, StrainedLinksTest::assertNobodyElseIsBlamed);
        pass(world, 60, StrainedLinksTest::assertWell);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoFindsAllOthersSlowBlamesNobody(long seed) {
        World world = world(seed);
        IDS.stream()
                .filter(id -> !id.equals("ams"))
                .forEach(id -> world.wire().slow(new Wire.Link("ams", id), EACH_WAY));

        pass(world, CALM_SECONDS, StrainedLinksTest::assertWellOrOnlyStrained);

        assertThat(view(world, "bom").strainedLinks())
                .hasSize(4)
                .allMatch(link -> link.from().equals("ams") && !link.counted());
    }

    private static void linksOf(String id, Consumer<Wire.Link> change) {
        for (String other : IDS) {
            if (!other.equals(id)) {
                change.accept(new Wire.Link(id, other));
                change.accept(new Wire.Link(other, id));
            }
        }
    }

    private static void assertWell(NetworkView view) {
        assertWellOrOnlyStrained(view);
        assertThat(view.strainedLinks()).isEmpty();
    }

    private static void assertWellOrOnlyStrained(NetworkView view) {
        assertThat(view.nodes()).allMatch(node -> node.state() == NodeState.ONLINE);
    }

    private static void assertNobodyElseIsBlamed(NetworkView view) {
        assertThat(view.nodes())
                .allMatch(node -> node.state() == NodeState.ONLINE
                        || (node.nodeId().equals("cdg") && node.reason() == Reason.SLOW));
    }

    /** What all see is looked at each second. */
    private static void pass(World world, int seconds, Consumer<NetworkView> looks) {
        for (int i = 0; i < seconds; i++) {
            pass(world, 1);
            IDS.forEach(id -> looks.accept(view(world, id)));
        }
    }

    private static void pass(World world, int seconds) {
        world.events().pass(seconds * Events.SECOND, event -> {});
    }

    private static NetworkView view(World world, String id) {
        return world.node(id).process().orElseThrow().view();
    }

    private static World world(long seed) {
        Map<String, Member> members = new TreeMap<>();
        Map<String, List<Verifier>> keys = new TreeMap<>();
        for (String id : IDS) {
            members.put(id, new Member(id, URI.create("http://" + id + ".example.com"), Duration.ofSeconds(10), 2));
            keys.put(id, List.of(World.signers(id).getFirst().verifier()));
        }
        Thresholds thresholds = new Thresholds(List.of(new Thresholds.Rule(null, null, 200.0, 0.3, null, null)));
        World world = new World(seed, Bug.NONE, any -> new Roster(members, keys, Topology.DEFAULT, thresholds));
        world.nodes().forEach(SimNode::start);
        pass(world, 60);
        return world;
    }
}
