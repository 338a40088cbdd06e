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
    private static final int SEEDS = Integer.getInteger("sim.seeds", 1000);
    private static final int SHOWN = 5;

    /**
     * 378: a request was taken twice by a node that its sender had left and joined again in between.
     *
     * <p>379: healthy nodes were taken for silent because one of them was polled more often than the others, and most
     * news are only as fast as these. 108351: the same where more than half of all were, but not of those that the asker
     * polls; 200019: the other way round.
     *
     * <p>123: who alone saw a node, standing in, gave up after five minutes, so that nothing was known of it until it
     * stood in again. 109559 and 112311: so did who was the only one to carry a node's news across a partition.
     *
     * <p>116674: a request was taken twice by a node whose clock had been ahead in between.
     */
    @ParameterizedTest
    @ValueSource(longs = {378, 379, 108351, 200019, 123, 109559, 112311, 116674})
    void noSeedThatOnceFoundABugFindsItAgain(long seed) {
        World.run(seed, Bug.NONE);
    }

    @Test
    void noSeedBreaksWhatANetworkPromises() {
        Map<Long, String> failures = new ConcurrentSkipListMap<>();
        LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(seed -> {
            try {
                World.run(seed, Bug.NONE);
            } catch (AssertionError e) {
                failures.put(seed, String.valueOf(e.getMessage()));
            }
        });
        String shown = failures.values().stream().limit(SHOWN).collect(Collectors.joining("\n\n"));
        assertThat(failures.keySet()).as(shown).isEmpty();
    }
}
