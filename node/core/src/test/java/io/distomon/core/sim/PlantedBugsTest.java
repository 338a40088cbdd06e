package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds mistakes of the kinds that it is there for. */
class PlantedBugsTest {
    private static final int MOST_SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFoundWithinAThousandSeeds(Bug bug) {
        assertThat(firstFailure(bug))
                .hasValueSatisfying(failure -> assertThat(failure).contains(bug.symptom()));
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
