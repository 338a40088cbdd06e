package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of certain sizes and usual settings in which one thing goes wrong; short forms of {@link Report}'s lives. */
class FleetTest {
    private static final Topology FULL = new Topology(Topology.Mode.FULL, 12);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, 12);

    /** What a node among forty may send in a second at rest. */
    private static final double MOST_BYTES = 25_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 20})
    void nobodyIsCalledOfflineWhileOneStandsStillForFourSeconds(int size) {
        new Fleet(1, size, FULL, 0).wordless().start().standStill(Duration.ofSeconds(4), 6);
    }

    /** By which networks are looked at that are too large for a world. */
    @Test
    void aCrowdSendsAsManyMessagesAsAFleetDoesAndLessThanItsBytes() {
        Fleet fleet = new Fleet(1, 100, SPARSE, 0).wordless().start();
        fleet.live(Duration.ofSeconds(20));
        double[] cost = fleet.costPerNodeSecond();

        Crowd.Found found = new Crowd(1, 100, SPARSE).live();

        assertThat(found.messagesPerSecond()).isCloseTo(cost[1], Percentage.withPercentage(5));
        assertThat(found.bytesPerSecond()).isBetween(cost[2] / 2, cost[2]);
        assertThat(found.entriesPerSecond()).isCloseTo(10, Percentage.withPercentage(10));
    }

    @Test
    void whoStandsStillForLongIsCalledOffline() {
        assertThat(failure(new Fleet(1, 20, FULL, 0).wordless(), fleet -> fleet.standStill(Duration.ofSeconds(20), 1)))
                .hasValueSatisfying(failure -> assertThat(failure).contains("stands still"));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "OLD_ENTRIES_ARE_SIGNS_OF_LIFE"})
    void whoIsQuotedToOneWhoHasJustStartedIsNotAliveForItUnlessABugIsPlanted(Bug bug) {
        assertFoundIfPlanted(bug, failure(new Fleet(1, 7, FULL, 0, bug), Fleet::quoteTheDead));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "LINKS_BLAME_BOTH_ENDS"})
    void oneThatAccusesAllForAMinuteHarmsNobodyUnlessABugIsPlanted(Bug bug) {
        assertFoundIfPlanted(
                bug, failure(new Fleet(1, 20, FULL, 0, bug).wordless(), fleet -> fleet.accuse(Duration.ofMinutes(1))));
    }

    @Test
    void aCrashBlamesWhoWatchedWhenEachBrokenLinkBlamesBothItsEnds() {
        assertThat(failure(
                        new Fleet(1, 20, FULL, 0, Bug.LINKS_BLAME_BOTH_ENDS).wordless(), fleet -> fleet.crash(1, true)))
                .hasValueSatisfying(failure -> assertThat(failure).contains(Bug.LINKS_BLAME_BOTH_ENDS.symptom()));
    }

    @ParameterizedTest
    @CsvSource({"20, FULL, 0.2, 120", "40, SPARSE, 0.05, 60"})
    void nobodyWhoIsWellIsCalledOfflineOrDegradedWhileMessagesAreLost(
            int size, Topology.Mode mode, double loss, int seconds) {
        Fleet fleet =
                new Fleet(1, size, new Topology(mode, 12), loss).wordless().start();

        fleet.live(Duration.ofSeconds(seconds));

        assertThat(fleet.falselyOffline()).isZero();
        assertThat(fleet.falselyDegraded()).isZero();
    }

    @Test
    void atRestANodeSignsAnEntryInTenSecondsAndSendsLittle() {
        Fleet fleet = new Fleet(1, 40, SPARSE, 0).wordless().start();

        fleet.live(Duration.ofSeconds(30));

        double[] cost = fleet.costPerNodeSecond();
        assertThat(cost[0]).as("entries").isLessThanOrEqualTo(0.11);
        assertThat(cost[2]).as("bytes").isLessThanOrEqualTo(MOST_BYTES);
    }

    private static void assertFoundIfPlanted(Bug bug, Optional<String> failure) {
        if (bug == Bug.NONE) {
            assertThat(failure).isEmpty();
        } else {
            assertThat(failure).hasValueSatisfying(found -> assertThat(found).contains(bug.symptom()));
        }
    }

    private static Optional<String> failure(Fleet fleet, Consumer<Fleet> life) {
        try {
            life.accept(fleet.start());
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
