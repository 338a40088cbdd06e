package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Topology;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds mistakes of the kinds that it is there for, each in worlds in which what it concerns goes wrong. */
class PlantedBugsTest {
    private static final int MOST_SEEDS = 60;
    private static final Topology FULL = new Topology(Topology.Mode.FULL, Topology.MIN_DEGREE);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, Topology.MIN_DEGREE);
    private static final double MOST_SECONDS = 9;
    private static final double MOST_SECONDS_SWALLOWED = 12;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "HEARSAY_IGNORED", "RETRIES_BY_THE_GRID", "FIRST_FAILURES_UNTOLD", "STRANGERS_COUNT"})
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
    void whereItsConnectionsTimeOutACrashIsNoticedWithinTwelveSecondsUnlessABugIsPlanted(Bug bug) {
        checkNoticedIn(MOST_SECONDS_SWALLOWED, false, bug);
    }

    private static void checkNoticedIn(double seconds, boolean refuses, Bug bug) {
        Fleet fleet = new Fleet(1, 20, FULL, 0, bug).wordless().start();
        fleet.crash(4, refuses);

        double most = fleet.noticedSeconds().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        if (bug == Bug.NONE) {
            assertThat(most).isLessThanOrEqualTo(seconds);
        } else {
            assertThat(most).isGreaterThan(seconds);
        }
    }

    @Test
    void twelveColludersAnywhereInASparseNetworkHarmNobodyUnlessStrangersCount() {
        new Fleet(1, 100, new Topology(Topology.Mode.SPARSE, 12), 0)
                .wordless()
                .start()
                .collude(12, Duration.ofSeconds(30));

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
