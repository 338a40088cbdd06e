package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulation finds mistakes of the kinds that it is there for, each in worlds in which what it concerns goes wrong. */
class PlantedBugsTest {
    private static final int MOST_SEEDS = 60;
    private static final Topology FULL = new Topology(Topology.Mode.FULL, Topology.MIN_DEGREE);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, Topology.MIN_DEGREE);
    private static final Topology USUAL = new Topology(Topology.Mode.SPARSE, 12);
    private static final double MOST_SECONDS = 9;
    private static final double MOST_SECONDS_SWALLOWED = 12;

    /** From the first who notices to the last. */
    private static final double MOST_SECONDS_APART = 0.75;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NONE",
                "HEARSAY_IGNORED",
                "RETRIES_BY_THE_GRID",
                "FIRST_FAILURES_UNTOLD",
                "NO_TURNS",
                "MOST_UNHEARD",
                "STRANGERS_COUNT"
            })
    void aPlantedBugIsFoundWithinSixtySeeds(Bug bug) {
        assertThat(firstFailure(bug))
                .hasValueSatisfying(failure -> assertThat(failure).contains(bug.symptom()));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "HEARSAY_IGNORED", "RETRIES_BY_THE_GRID"})
    void inANetworkOfTwentyACrashIsNoticedByAllWithinNineSecondsUnlessABugIsPlanted(Bug bug) {
        checkNoticedIn(MOST_SECONDS, true, bug);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "HEARSAY_IGNORED", "RETRIES_BY_THE_GRID", "FIRST_FAILURES_UNTOLD"})
    void whereItsConnectionsTimeOutACrashIsNoticedWithinElevenSecondsUnlessABugIsPlanted(Bug bug) {
        checkNoticedIn(MOST_SECONDS_SWALLOWED - 1, false, bug);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "NO_TURNS", "MOST_UNHEARD", "RETRIES_BY_THE_GRID"})
    void inASparseNetworkACrashIsNoticedByAllWithinNineSecondsAndNearlyAtOnceUnlessABugIsPlanted(Bug bug) {
        Fleet fleet = crashed(0, 40, USUAL, 2, true, bug);

        boolean isInTime = most(fleet) <= MOST_SECONDS && fleet.mostApartSeconds() <= MOST_SECONDS_APART;
        assertThat(isInTime)
                .as("after %s s, %s s from the first to the last", most(fleet), fleet.mostApartSeconds())
                .isEqualTo(bug == Bug.NONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inASparseNetworkOfAHundredACrashIsNoticedByAllWithinNineSecondsAndWithinTwelveWhereItIsNotRefused(
            boolean refuses) {
        Fleet fleet = crashed(1, 100, USUAL, 2, refuses, Bug.NONE);

        assertThat(most(fleet)).isLessThanOrEqualTo(refuses ? MOST_SECONDS : MOST_SECONDS_SWALLOWED);
    }

    private static void checkNoticedIn(double seconds, boolean refuses, Bug bug) {
        double most = most(crashed(1, 20, FULL, 4, refuses, bug));
        if (bug == Bug.NONE) {
            assertThat(most).isLessThanOrEqualTo(seconds);
        } else {
            assertThat(most).isGreaterThan(seconds);
        }
    }

    private static Fleet crashed(long seed, int size, Topology topology, int crashes, boolean refuses, Bug bug) {
        Fleet fleet = new Fleet(seed, size, topology, 0, bug).wordless().start();
        fleet.crash(crashes, refuses);
        return fleet;
    }

    /** How long it took until the last of all who were asked noticed a crash, at most. */
    private static double most(Fleet fleet) {
        return fleet.noticedSeconds().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
    }

    @Test
    void twelveColludersAnywhereInASparseNetworkHarmNobodyUnlessStrangersCount() {
        new Fleet(1, 100, USUAL, 0).wordless().start().collude(12, Duration.ofSeconds(30));

        assertThat(colluding(Bug.NONE)).isEmpty();
        assertThat(colluding(Bug.STRANGERS_COUNT))
                .hasValueSatisfying(failure -> assertThat(failure).contains(Bug.STRANGERS_COUNT.symptom()));
    }

    private static Optional<String> colluding(Bug bug) {
        try {
            new Fleet(3, 40, SPARSE, 0, bug).wordless().start().collude(12, Duration.ofSeconds(30));
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> firstFailure(Bug bug) {
        for (long seed = 1; seed <= MOST_SEEDS; seed++) {
            try {
                World.run(seed, bug);
            } catch (AssertionError e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }
}
