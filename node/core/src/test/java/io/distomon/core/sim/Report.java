package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What networks of several sizes cost and say, measured by hand as it takes long: {@code e2e/bench/README.md} has the
 * commands and the results. {@code -Dsim.sizes} chooses among the rows, {@code -Dsim.hours} and {@code -Dsim.worlds} say
 * how long the day is and into how many lives it is divided, {@code -Dsim.wordless} from which size on messages are
 * reckoned instead of written.
 */
class Report {
    private static final Topology FULL = new Topology(Topology.Mode.FULL, 12);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, 12);

    private static final Duration HOUR = Duration.ofHours(1);

    private static final List<Row> ROWS = List.of(
            new Row(10, FULL, 0, 20, 600),
            new Row(10, FULL, 0.05, 20, 600),
            new Row(10, FULL, 0.2, 20, 600),
            new Row(100, SPARSE, 0, 2, 60),
            new Row(100, SPARSE, 0.05, 2, 60),
            new Row(100, SPARSE, 0.2, 2, 60),
            new Row(100, FULL, 0.05, 1, 30),
            new Row(1000, SPARSE, 0.05, 1, 20),
            new Row(1000, SPARSE, 0, 1, 20));

    /** The bodies of messages in a network of this size would take hours and all memory. */
    private static final int WORDLESS_SIZE = Integer.getInteger("sim.wordless", 1000);

    /** What is measured: in so many worlds, each for so many seconds. */
    private record Row(int size, Topology topology, double loss, int worlds, int seconds) {}

    @Test
    void table() {
        List<String> sizes = List.of(System.getProperty("sim.sizes", "10,100").split(","));
        say("|nodes|topology|loss|looks|said Offline|said Degraded|noticed after, s (p50)|(p99)|bytes/s per node|");
        say("|-|-|-|-|-|-|-|-|-|");
        ROWS.stream().filter(row -> sizes.contains(String.valueOf(row.size()))).forEach(row -> {
            List<Fleet> fleets = LongStream.range(0, row.worlds())
                    .parallel()
                    .mapToObj(seed -> measure(row, seed))
                    .toList();
            say(line(row, fleets));
        });
    }

    @Test
    void inADayWithOneMessageInTwentyLostNobodyIsFalselyCalledOffline() {
        int worlds = Integer.getInteger("sim.worlds", 4);
        Duration each = Duration.ofHours(Integer.getInteger("sim.hours", 24)).dividedBy(worlds);
        List<Fleet> fleets = LongStream.range(0, worlds)
                .parallel()
                .mapToObj(seed -> live(new Fleet(seed, 100, SPARSE, 0.05).wordless(), seed, each))
                .toList();
        assertThat(fleets.stream().mapToLong(Fleet::falselyOffline).sum()).isZero();
        say("%d verdicts in %d lives of %s: none Offline, %d Degraded"
                .formatted(
                        fleets.stream().mapToLong(Fleet::looks).sum(),
                        worlds,
                        each,
                        fleets.stream().mapToLong(Fleet::falselyDegraded).sum()));
    }

    /** A life takes long, so it tells of each of its hours. */
    private static Fleet live(Fleet fleet, long seed, Duration span) {
        fleet.start();
        for (Duration left = span; left.isPositive(); left = left.minus(HOUR)) {
            fleet.live(left.compareTo(HOUR) < 0 ? left : HOUR);
            say("life %d of %s: %d verdicts, %d Offline, %d Degraded"
                    .formatted(seed, span, fleet.looks(), fleet.falselyOffline(), fleet.falselyDegraded()));
        }
        return fleet;
    }

    private static Fleet measure(Row row, long seed) {
        Fleet fleet = new Fleet(seed, row.size(), row.topology(), row.loss());
        if (row.size() >= WORDLESS_SIZE) {
            fleet.wordless();
        }
        fleet.start();
        fleet.live(Duration.ofSeconds(row.seconds()));
        fleet.crash(Math.max(1, row.size() / 50));
        return fleet;
    }

    private static String line(Row row, List<Fleet> fleets) {
        List<Double> detections = new ArrayList<>();
        fleets.forEach(fleet -> detections.addAll(fleet.detectionSeconds()));
        detections.sort(Double::compare);
        return "|%d|%s|%.0f %%|%d|%d|%d|%.1f|%.1f|%.0f|"
                .formatted(
                        row.size(),
                        row.topology().equals(FULL)
                                ? "full"
                                : "sparse, " + row.topology().degree(),
                        100 * row.loss(),
                        fleets.stream().mapToLong(Fleet::looks).sum(),
                        fleets.stream().mapToLong(Fleet::falselyOffline).sum(),
                        fleets.stream().mapToLong(Fleet::falselyDegraded).sum(),
                        detections.get(detections.size() / 2),
                        detections.get(detections.size() * 99 / 100),
                        fleets.stream()
                                .mapToDouble(Fleet::bytesPerNodeSecond)
                                .average()
                                .orElseThrow());
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
