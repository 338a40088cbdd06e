package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Clock;
import io.distomon.node.threads.RunningNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, of which nyc's clock is farther off than messages may be, and then is not any more. */
class OwnClockFaultsTest {
    private static final Duration FAR = Duration.ofSeconds(340);
    private static final String OWN_CLOCK = "our own clock";

    /** What may be said of a link where no clock is to blame: nothing, or that this machine was slow just now. */
    private static final List<String> UNDISTURBED = List.of("null", "timeout");

    private final PlayedClock ofNyc = new PlayedClock();
    private final PlayedClock ofOthers = new PlayedClock();
    private final LogLines log = new LogLines(RunningNetwork.class);
    private List<Node> nodes = List.of();
    private NetworkOnDisk network;

    @BeforeEach
    void write(@TempDir Path directory) {
        network = new NetworkOnDisk(directory, "fra", "ams", "nyc");
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
        log.close();
    }

    @Test
    void aClockThatIsFarAheadIsToldByWhomItRefusesAndOnceItIsSetBackAllIsWell() {
        ofNyc.set(FAR);
        start();
        eventually().untilAsserted(() -> {
            assertThat(link("fra", "nyc").path("error").asText()).isEqualTo("clock");
            assertThat(link("fra", "nyc").path("detail").asText()).isEqualTo("its clock is 340 s ahead of ours");
            assertThat(link("nyc", "fra").path("detail").asText()).isEqualTo("its clock is 340 s behind ours");
            assertThat(aheadOfMost("nyc")).isBetween(335.0, 345.0);
        });

        ofNyc.set(Duration.ZERO);

        allIsWell();
    }

    /** All nodes are in this process, so that what is told once was told by nobody else. */
    @Test
    void aClockThatIsSetFarBackIsToldByItsNodeAndOnceItIsRightAllIsWell() {
        start();
        allIsWell();
        ofNyc.set(FAR.negated());
        eventually().untilAsserted(() -> {
            assertThat(link("fra", "nyc").path("detail").asText()).isEqualTo("its clock is 340 s behind ours");
            assertThat(aheadOfMost("nyc")).isBetween(-345.0, -335.0);
            assertThat(log.warnings(OWN_CLOCK))
                    .singleElement()
                    .asString()
                    .matches("lab: our own clock was set back by 3(40\\.0|39\\.9)[0-9]* s, or this machine slept");
        });

        ofNyc.set(Duration.ZERO);

        allIsWell();
        eventually().untilAsserted(() -> assertThat(log.warnings(OWN_CLOCK)).hasSize(2));
        assertThat(log.warnings(OWN_CLOCK).getLast())
                .matches("lab: our own clock was set ahead by 3(40\\.0|39\\.9)[0-9]* s, or this machine slept");
    }

    @Test
    void aLeapOfASecondEitherWayDisturbsNobody() {
        start();
        allIsWell();

        for (int seconds : new int[] {1, 0, -1, 0}) {
            ofNyc.set(Duration.ofSeconds(seconds));

            Set<String> dates = new HashSet<>();
            eventually().until(() -> {
                for (String asker : List.of("fra", "ams", "nyc")) {
                    assertThat(ask(asker, "/links/lab").get("links"))
                            .allSatisfy(link -> assertThat(link.path("error").asText())
                                    .as("%s: %s", asker, link)
                                    .isIn(UNDISTURBED));
                    assertThat(ask(asker, "/view/lab").get("nodes"))
                            .allSatisfy(node ->
                                    assertThat(node.get("state").asText()).isEqualTo("Online"));
                }
                dates.add(ask("fra", "/store/lab").at("/nyc/data/date").asText());
                return dates.size() == 4;
            });
        }

        assertThat(log.warnings(OWN_CLOCK)).isEmpty();
    }

    /** For it, the time in which it was stopped has passed all at once. */
    @Test
    void aProcessThatWasStoppedForMinutesGoesOnWithoutARestart() {
        start();
        allIsWell();

        ofOthers.pass(FAR);
        eventually()
                .untilAsserted(
                        () -> assertThat(link("fra", "nyc").path("detail").asText())
                                .isEqualTo("its clock is 340 s behind ours"));
        ofNyc.pass(FAR);

        allIsWell();
    }

    private void start() {
        nodes = List.of(
                Node.start(network.properties("fra"), ofOthers),
                Node.start(network.properties("ams"), ofOthers),
                Node.start(network.properties("nyc"), ofNyc));
    }

    /** Everybody sees everybody online, takes what the others say, and the newest of it is of now. */
    private void allIsWell() {
        eventually().untilAsserted(() -> {
            for (String asker : List.of("fra", "ams", "nyc")) {
                JsonNode view = ask(asker, "/view/lab");
                assertThat(view.get("nodes"))
                        .allSatisfy(
                                node -> assertThat(node.get("state").asText()).isEqualTo("Online"));
                assertThat(ask(asker, "/links/lab").get("links")).allSatisfy(link -> {
                    assertThat(link.get("error").isNull())
                            .as("%s: %s", asker, link)
                            .isTrue();
                });
            }
        });
    }

    private double aheadOfMost(String asker) throws Exception {
        return ask(asker, "/info")
                .path("networks")
                .path(0)
                .path("clock_ahead_of_most_seconds")
                .asDouble();
    }

    private JsonNode link(String from, String to) throws Exception {
        for (JsonNode link : ask(from, "/links/lab").path("links")) {
            if (link.path("to").asText().equals(to)) {
                return link;
            }
        }
        throw new AssertionError("no link to " + to);
    }

    private JsonNode ask(String asker, String path) throws Exception {
        return ApiClient.ask(network.apiPort(asker), path);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1));
    }

    /** The machine's clocks, moved. */
    private static final class PlayedClock implements Clock {
        private final AtomicLong wallMicros = new AtomicLong();
        private final AtomicLong nanos = new AtomicLong();

        /** How far the wall clock is ahead. */
        void set(Duration ahead) {
            wallMicros.set(ahead.toNanos() / 1_000);
        }

        /** Both clocks go on at once. */
        void pass(Duration time) {
            wallMicros.addAndGet(time.toNanos() / 1_000);
            nanos.addAndGet(time.toNanos());
        }

        @Override
        public long wallMicros() {
            return Clock.system().wallMicros() + wallMicros.get();
        }

        @Override
        public long monotonicNanos() {
            return Clock.system().monotonicNanos() + nanos.get();
        }
    }
}
