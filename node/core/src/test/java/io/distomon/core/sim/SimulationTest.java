package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many short lives of small networks; {@code -Dsim.first} and {@code -Dsim.seeds} choose which. */
class SimulationTest {
    private static final long FIRST = Long.getLong("sim.first", 1);
    private static final int SEEDS = Integer.getInteger("sim.seeds", 50);
    private static final int SHOWN = 5;

    /**
     * 378: a request was taken twice by a node that its sender had left and joined again in between.
     */
    @ParameterizedTest
    @ValueSource(longs = {378})
    void noSeedThatOnceFoundABugFindsItAgain(long seed) {
        World.run(seed, Bug.NONE);
    }

    @Test
    void noSeedBreaksWhatANetworkPromises() {
        List<String> failures = new ArrayList<>();
        List<Long> failed = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                World.run(seed, Bug.NONE);
            } catch (AssertionError e) {
                failed.add(seed);
                if (failures.size() < SHOWN) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        }
        assertThat(failed).as(String.join("\n\n", failures)).isEmpty();
    }
}
