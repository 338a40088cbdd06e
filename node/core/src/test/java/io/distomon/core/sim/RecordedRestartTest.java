package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Verifier;
import io.distomon.core.record.Kind;
import io.distomon.core.record.Recollection;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.record.Transitions;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.NetworkView;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node's flight recorder would record when it starts again: nothing that did not change. */
class RecordedRestartTest {
    private static final List<String> IDS = List.of("ams", "bom", "cdg", "dub", "fra");
    private static final Duration POLL_RATE = Duration.ofSeconds(10);
    private static final int CALM_SECONDS = 120;
    private static final int WATCHED_SECONDS = 240;
    private static final int SLOW_SECONDS = 420;

    private final List<String> recorded = new ArrayList<>();
    private Situation written = Situation.NOTHING;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whereAllIsWellARestartChangesNothing(long seed) {
        restart(world(seed));

        assertThat(recorded).isEmpty();
        for (String id : IDS) {
            assertThat(written.of(new Subject(Kind.NODE, id)).word()).isEqualTo("Online");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aLinkThatIsBrokenStaysSo(long seed) {
        World world = world(seed);
        world.wire().cut(new Wire.Link("ams", "bom"));
        world.wire().cut(new Wire.Link("fra", "cdg"));
        restart(world);

        assertThat(recorded).isEmpty();
        assertThat(kinds()).contains(Kind.LINK);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoIsDownStaysDown(long seed) {
        World world = world(seed);
        world.node("cdg").crash(false, false);
        world.node("dub").crash(false, true);
        restart(world);

        assertThat(recorded).isEmpty();
        for (String down : List.of("cdg", "dub")) {
            assertThat(written.of(new Subject(Kind.NODE, down)).word()).isEqualTo("Offline");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoIsCutOffFromMostStaysSo(long seed) {
        World world = world(seed);
        for (String here : List.of("ams", "fra")) {
            for (String there : List.of("bom", "cdg", "dub")) {
                world.wire().cut(new Wire.Link(here, there));
                world.wire().cut(new Wire.Link(there, here));
            }
        }
        restart(world);

        assertThat(recorded).isEmpty();
        assertThat(kinds()).contains(Kind.MINORITY);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoReachesHardlyAnybodyStaysSo(long seed) {
        World world = world(seed);
        for (String here : List.of("ams", "fra")) {
            for (String there : List.of("bom", "cdg", "dub")) {
                world.wire().cut(new Wire.Link(here, there));
            }
        }
        restart(world);

        assertThat(recorded).isEmpty();
        for (String behindAFirewall : List.of("ams", "fra")) {
            assertThat(written.of(new Subject(Kind.NODE, behindAFirewall)).word())
                    .isEqualTo("Degraded");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoIsSlowStaysSo(long seed) {
        World world = world(seed, new Thresholds(List.of(new Thresholds.Rule(null, null, 200.0, null, null, null))));
        for (String other : IDS) {
            world.wire().slow(new Wire.Link(other, "cdg"), 150 * Events.MILLI);
            world.wire().slow(new Wire.Link("cdg", other), 150 * Events.MILLI);
        }
        live(world, SLOW_SECONDS);
        restart(world);

        assertThat(recorded).isEmpty();
        assertThat(written.of(new Subject(Kind.NODE, "cdg")).reason()).isEqualTo("slow");
        assertThat(written.of(new Subject(Kind.LINK, "fra>cdg")).word()).isEqualTo(State.SLOW);
    }

    @Test
    void whatHappensWhileItIsAwayIsRecorded() {
        World world = world(1);
        live(world, CALM_SECONDS);
        world.node("fra").crash(false, true);
        world.node("dub").crash(false, true);
        pass(world, 5);
        recorded.clear();
        world.node("fra").start();
        live(world, WATCHED_SECONDS);

        assertThat(recorded).containsExactly("dub Online>Offline");
    }

    /** fra is killed and starts again, once shortly and once for long enough that others notice. */
    private void restart(World world) {
        live(world, CALM_SECONDS);
        recorded.clear();
        for (int seconds : List.of(3, 60)) {
            world.node("fra").crash(false, true);
            pass(world, seconds);
            world.node("fra").start();
            live(world, WATCHED_SECONDS);
        }
    }

    /** Looks each second at what fra sees, as long as it runs. */
    private void live(World world, int seconds) {
        SimProcess process = world.node("fra").process().orElseThrow();
        Recollection recollection = new Recollection(world.node("fra").clock().monotonicNanos());
        for (int i = 0; i < seconds; i++) {
            pass(world, 1);
            NetworkView view = process.view();
            Situation now = recollection.situation(written, view, process.input(), "c1");
            Transitions.between(written, now, view, Map.of()).forEach(change -> recorded.add(told(change)));
            written = now;
        }
    }

    private static String told(Transition change) {
        return "%s %s>%s"
                .formatted(change.subject().name(), change.from(), change.to().word());
    }

    private Stream<Kind> kinds() {
        return written.states().keySet().stream().map(subject -> subject.kind());
    }

    private static void pass(World world, int seconds) {
        world.events().pass(seconds * Events.SECOND, event -> {});
    }

    private static World world(long seed) {
        return world(seed, Thresholds.NONE);
    }

    private static World world(long seed, Thresholds thresholds) {
        Map<String, Member> members = new TreeMap<>();
        Map<String, List<Verifier>> keys = new TreeMap<>();
        for (String id : IDS) {
            members.put(id, new Member(id, URI.create("http://" + id + ".example.com"), POLL_RATE, 2));
            keys.put(id, List.of(World.signers(id).getFirst().verifier()));
        }
        World world = new World(seed, Bug.NONE, any -> new Roster(members, keys, Topology.DEFAULT, thresholds));
        world.nodes().forEach(SimNode::start);
        pass(world, CALM_SECONDS);
        return world;
    }
}
