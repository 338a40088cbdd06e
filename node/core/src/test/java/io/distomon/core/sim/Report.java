package io.distomon.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What networks of several sizes notice, say and cost, measured by hand as it takes long: {@code e2e/bench/README.md} has
 * the commands and the results. {@code -Dsim.sizes} and {@code -Dsim.connections} choose among the rows, {@code
 * -Dsim.times} makes that many times as many worlds, {@code -Dsim.hours} and {@code -Dsim.worlds} say how long the day is
 * and into how many lives it is divided, {@code -Dsim.wordless} from which size on messages are reckoned instead of
 * written, {@code -Dsim.crowds} which sizes are found out by numbers alone.
 */
class Report {
    private static final Topology FULL = new Topology(Topology.Mode.FULL, 12);
    private static final Topology SPARSE = new Topology(Topology.Mode.SPARSE, 12);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final List<Row> ROWS = List.of(
            new Row(2, FULL, 50, 1, 600),
            new Row(3, FULL, 50, 1, 300),
            new Row(5, FULL, 15, 2, 300),
            new Row(20, FULL, 3, 4, 60),
            new Row(100, SPARSE, 1, 4, 20),
            new Row(1000, SPARSE, 1, 1, 20));

    private static final List<Double> LOSSES = List.of(0.0, 0.05, 0.2);

    /** The bodies of messages in a network of this size would take hours and all memory. */
    private static final int WORDLESS_SIZE = Integer.getInteger("sim.wordless", 1000);

    /** So many times as many worlds. */
    private static final int TIMES = Integer.getInteger("sim.times", 1);

    private static final Duration STORM = Duration.ofSeconds(30);
    private static final int SMALLEST_STORM = 20;

    /**
     * What is measured in so many worlds.
     *
     * @param crashes one after the other in each
     * @param seconds of life in each
     */
    private record Row(int size, Topology topology, int worlds, int crashes, int seconds) {}

    @Test
    void noticed() {
        say("|nodes|topology|connections|crashes|noticed after, s (p50)|(p99)|(most)|");
        say("|-|-|-|-|-|-|-|");
        for (Row row : rows()) {
            for (String connections : listed("sim.connections", "refused,swallowed")) {
                List<Double> seconds = new ArrayList<>();
                worlds(row, 0, fleet -> fleet.crash(row.crashes(), connections.equals("refused")))
                        .forEach(fleet -> seconds.addAll(fleet.noticedSeconds()));
                seconds.sort(Double::compare);
                say("|%s|%s|%d|%.1f|%.1f|%.1f|"
                        .formatted(
                                name(row),
                                connections,
                                TIMES * row.worlds() * row.crashes(),
                                seconds.get(seconds.size() / 2),
                                seconds.get(seconds.size() * 99 / 100),
                                seconds.getLast()));
            }
        }
    }

    @Test
    void saysAndCosts() {
        say(
                "|nodes|topology|loss|node-days|false Offline, each|false Degraded, each|entries/s per node|messages/s|bytes/s|");
        say("|-|-|-|-|-|-|-|-|-|");
        for (Row row : rows()) {
            for (double loss : LOSSES) {
                List<Fleet> fleets = worlds(row, loss, fleet -> fleet.live(Duration.ofSeconds(row.seconds())));
                double days =
                        fleets.stream().mapToDouble(Fleet::watchedNodeDays).sum();
                say("|%s|%.0f %%|%.2f|%.2f|%.2f|%s|"
                        .formatted(
                                name(row),
                                100 * loss,
                                days,
                                fleets.stream().mapToLong(Fleet::falselyOffline).sum() / days,
                                fleets.stream()
                                                .mapToLong(Fleet::falselyDegraded)
                                                .sum()
                                        / days,
                                cost(fleets)));
            }
        }
    }

    @Test
    void storms() {
        say("|nodes|topology|storm|entries/s per node|messages/s|bytes/s|");
        say("|-|-|-|-|-|-|");
        for (Row row : rows()) {
            if (row.size() >= SMALLEST_STORM) {
                say("|%s|one accuses all others every second|%s|"
                        .formatted(name(row), cost(worlds(row, 0, fleet -> fleet.accuse(STORM)))));
                say("|%s|a fifth of all crash at once|%s|"
                        .formatted(
                                name(row), cost(worlds(row, 0, fleet -> fleet.crashTogether(row.size() / 5, false)))));
            }
        }
    }

    /** What a network costs that no config may have, and several smaller ones in its place. */
    @Test
    void crowds() {
        say("|nodes|messages/s|entries/s|kB/s, each entry once|heard by all after, s (p50)|(most)|");
        say("|-|-|-|-|-|-|");
        for (String size : listed("sim.crowds", "100,1000,10000")) {
            Crowd.Found found = new Crowd(1, Integer.parseInt(size), SPARSE).live();
            say("|%s|%.1f|%.0f|%.0f|%.1f|%.1f|"
                    .formatted(
                            size,
                            found.messagesPerSecond(),
                            found.entriesPerSecond(),
                            found.bytesPerSecond() / 1000,
                            found.heardSeconds(),
                            found.slowestSeconds()));
        }
    }

    @Test
    void inADayWithOneMessageInTwentyLostNobodyIsFalselyCalledOfflineOrDegraded() {
        int worlds = Integer.getInteger("sim.worlds", 4);
        Duration each = Duration.ofHours(Integer.getInteger("sim.hours", 24)).dividedBy(worlds);
        List<Fleet> fleets = LongStream.range(0, worlds)
                .parallel()
                .mapToObj(seed -> live(new Fleet(seed, 100, SPARSE, 0.05).wordless(), seed, each))
                .toList();
        long degraded = fleets.stream().mapToLong(Fleet::falselyDegraded).sum();
        say("%.1f node-days in %d lives of %s: %d times Degraded"
                .formatted(fleets.stream().mapToDouble(Fleet::watchedNodeDays).sum(), worlds, each, degraded));
        assertThat(fleets.stream().mapToLong(Fleet::falselyOffline).sum()).isZero();
        assertThat(degraded).isZero();
    }

    /** A life takes long, so it tells of each of its hours. */
    private static Fleet live(Fleet fleet, long seed, Duration span) {
        fleet.start();
        for (Duration left = span; left.isPositive(); left = left.minus(HOUR)) {
            fleet.live(left.compareTo(HOUR) < 0 ? left : HOUR);
            say("life %d of %s: %.1f node-days, %d times Offline, %d times Degraded"
                    .formatted(seed, span, fleet.watchedNodeDays(), fleet.falselyOffline(), fleet.falselyDegraded()));
        }
        return fleet;
    }

    private static List<Row> rows() {
        List<String> sizes = listed("sim.sizes", "2,3,5,20,100");
        return ROWS.stream()
                .filter(row -> sizes.contains(String.valueOf(row.size())))
                .toList();
    }

    private static List<String> listed(String property, String otherwise) {
        return List.of(System.getProperty(property, otherwise).split(","));
    }

    private static List<Fleet> worlds(Row row, double loss, Consumer<Fleet> life) {
        return LongStream.range(0, (long) TIMES * row.worlds())
                .parallel()
                .mapToObj(seed -> {
                    Fleet fleet = new Fleet(seed, row.size(), row.topology(), loss);
                    if (row.size() >= WORDLESS_SIZE) {
                        fleet.wordless();
                    }
                    life.accept(fleet.start());
                    return fleet;
                })
                .toList();
    }

    private static String name(Row row) {
        return "%d|%s"
                .formatted(
                        row.size(),
                        row.topology().equals(FULL)
                                ? "full"
                                : "sparse, " + row.topology().degree());
    }

    /** Entries, messages and bytes per node and second, as columns. */
    private static String cost(List<Fleet> fleets) {
        double[] cost = new double[3];
        for (Fleet fleet : fleets) {
            double[] each = fleet.costPerNodeSecond();
            for (int i = 0; i < cost.length; i++) {
                cost[i] += each[i] / fleets.size();
            }
        }
        return "%.2f|%.1f|%.0f".formatted(cost[0], cost[1], cost[2]);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
