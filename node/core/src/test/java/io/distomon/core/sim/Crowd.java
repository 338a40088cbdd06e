package io.distomon.core.sim;

import io.distomon.core.topology.Member;
import io.distomon.core.topology.Observers;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A calm network that is too large for a {@link World}: who holds which entry of whom, by numbers alone, with the polls
 * that {@link Observers} give. Messages take no time and are not lost. A request brings its sender's own entry, and the
 * answer all that the sender lacks, so that each entry comes once to each, as exchange.md's R8 has it where peers are known
 * to hear from others; in a {@link World} some come twice. For one thread.
 */
final class Crowd {
    private static final int PERIOD_SECONDS = 10;
    private static final int WARM_UP_PERIODS = 4;
    private static final int MEASURED_PERIODS = 2;
    private static final int MOST_PERIODS = 20;
    private static final int FOLLOWED = 10;

    /** Of a message without entries and dates; of an entry and a date in it: deflated, as measured among a hundred nodes. */
    private static final double MESSAGE_BYTES = 800;

    private static final double ENTRY_BYTES = 550;
    private static final double DATE_BYTES = 8.1;

    private final int size;
    private final List<Event> period;
    private final Random random;

    /** The number of the entry of each that each holds. */
    private final short[][] held;

    private long messages;
    private long entries;

    /** Somebody signs an entry (polls itself), or polls another, so long after the beginning of each period. */
    private record Event(double seconds, int from, int to) {}

    /**
     * What was found.
     *
     * @param messagesPerSecond that a node sends, answers included
     * @param entriesPerSecond that a node sends
     * @param bytesPerSecond that a node sends
     * @param heardSeconds how long after an entry was signed all have it
     * @param slowestSeconds likewise, of the slowest of those that were looked at
     */
    record Found(
            double messagesPerSecond,
            double entriesPerSecond,
            double bytesPerSecond,
            double heardSeconds,
            double slowestSeconds) {}

    Crowd(long seed, int size, Topology topology) {
        this.size = size;
        this.random = new Random(seed);
        this.period = period(topology);
        this.held = new short[size][size];
    }

    private List<Event> period(Topology topology) {
        Map<String, Integer> numbers = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String id = "node-%05d".formatted(i);
            numbers.put(id, i);
            members.add(
                    new Member(id, URI.create("http://" + id + ".example.com"), Duration.ofSeconds(PERIOD_SECONDS), 2));
        }
        Observers observers = topology.observers(Roster.NETWORK, members);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            events.add(new Event(PERIOD_SECONDS * random.nextDouble(), i, i));
            String target = members.get(i).nodeId();
            for (String observer : observers.observersOf(target)) {
                events.add(new Event(
                        PERIOD_SECONDS * observers.turn(observer, target),
                        Objects.requireNonNull(numbers.get(observer), observer),
                        i));
            }
        }
        events.sort(Comparator.comparingDouble(Event::seconds));
        return events;
    }

    /** Lets it live until all who are followed have been heard of by all. */
    Found live() {
        for (int i = 0; i < WARM_UP_PERIODS; i++) {
            period.forEach(this::happen);
        }
        messages = 0;
        entries = 0;
        for (int i = 0; i < MEASURED_PERIODS; i++) {
            period.forEach(this::happen);
        }
        double nodeSeconds = (double) size * PERIOD_SECONDS * MEASURED_PERIODS;
        double bytes = messages * (MESSAGE_BYTES + DATE_BYTES * size) + entries * ENTRY_BYTES;
        double perSecond = messages / nodeSeconds;
        double entriesPerSecond = entries / nodeSeconds;
        double[] heard = follow();
        return new Found(
                perSecond, entriesPerSecond, bytes / nodeSeconds, heard[heard.length / 2], heard[heard.length - 1]);
    }

    /** After how many seconds all have what some sign next, the fastest first. */
    private double[] follow() {
        int[] followed =
                random.ints(0, size).distinct().limit(Math.min(FOLLOWED, size)).toArray();
        double[] signed = new double[followed.length];
        short[] number = new short[followed.length];
        boolean[][] has = new boolean[followed.length][size];
        int[] having = new int[followed.length];
        double[] heard = new double[followed.length];
        int left = followed.length;
        for (int round = 0; round < MOST_PERIODS && left > 0; round++) {
            for (Event event : period) {
                happen(event);
                double now = PERIOD_SECONDS * round + event.seconds();
                for (int i = 0; i < followed.length; i++) {
                    if (number[i] == 0 && event.from() == followed[i] && event.to() == followed[i]) {
                        number[i] = held[followed[i]][followed[i]];
                        signed[i] = now;
                    }
                    if (number[i] != 0 && heard[i] == 0) {
                        having[i] += takesNote(has[i], event.from(), followed[i], number[i]);
                        having[i] += takesNote(has[i], event.to(), followed[i], number[i]);
                        if (having[i] == size) {
                            heard[i] = now - signed[i];
                            left--;
                        }
                    }
                }
            }
        }
        if (left > 0) {
            throw new AssertionError("not all have heard of %s of them after %s periods".formatted(left, MOST_PERIODS));
        }
        Arrays.sort(heard);
        return heard;
    }

    private int takesNote(boolean[] has, int node, int of, short number) {
        if (has[node] || held[node][of] < number) {
            return 0;
        }
        has[node] = true;
        return 1;
    }

    private void happen(Event event) {
        short[] from = held[event.from()];
        if (event.from() == event.to()) {
            from[event.from()]++;
            return;
        }
        short[] to = held[event.to()];
        messages += 2;
        if (to[event.from()] < from[event.from()]) {
            to[event.from()] = from[event.from()];
            entries++;
        }
        for (int i = 0; i < size; i++) {
            if (from[i] < to[i]) {
                from[i] = to[i];
                entries++;
            }
        }
    }
}
