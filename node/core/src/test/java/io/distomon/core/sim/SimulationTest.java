package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many short lives of small networks; {@code -Dsim.first} and {@code -Dsim.seeds} choose which. */
class SimulationTest {
    private static final long FIRST = Long.getLong("sim.first", 1);
    private static final int SEEDS = Integer.getInteger("sim.seeds", 100);
    private static final int SHOWN = 5;

    /** In so many lives everything happens that something is promised of. */
    private static final int ENOUGH_SEEDS = 100;

    /** 305: a failure was not counted when the poll rate had changed while the poll was under way. */
    @ParameterizedTest
    @ValueSource(longs = {305})
    void noSeedThatOnceFoundABugFindsItAgain(long seed) {
        World.run(seed, Bug.NONE);
    }

    @Test
    void noSeedBreaksWhatANetworkPromises() {
        Map<Long, String> failures = new ConcurrentSkipListMap<>();
        Map<String, Integer> kept = new ConcurrentSkipListMap<>();
        LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(seed -> {
            try {
                World.run(seed, Bug.NONE).forEach((promise, times) -> kept.merge(promise, times, Integer::sum));
            } catch (AssertionError e) {
                failures.put(seed, String.valueOf(e.getMessage()));
            }
        });
        String shown = failures.values().stream().limit(SHOWN).collect(Collectors.joining("\n\n"));
        assertThat(failures.keySet()).as(shown).isEmpty();
        if (SEEDS >= ENOUGH_SEEDS) {
            assertThat(kept.keySet())
                    .as("promises that were looked at at least once")
                    .isEqualTo(Promises.OF_EVENTS);
        }
    }
}
