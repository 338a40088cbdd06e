package io.distomon.core.sim;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Virtual time: events by their times, those of one time in the order in which they were planned. For one thread. */
final class Events {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    private static final int REMEMBERED = 25;

    private final PriorityQueue<Event> planned =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    private final Deque<Event> past = new ArrayDeque<>();
    private long nowNanos;
    private long count;

    /** @param node where it happens; null when it concerns no node's process */
    record Event(long nanos, long number, @Nullable SimNode node, String what, Runnable action) {
        @Override
        public String toString() {
            return "%.3f %s %s".formatted(nanos / (double) SECOND, node == null ? "-" : node.id(), what);
        }
    }

    long nowNanos() {
        return nowNanos;
    }

    /** Plans what happens to {@code node} in {@code nanos} from now; later if it is short of time, or stands still. */
    void in(long nanos, @Nullable SimNode node, String what, Runnable action) {
        long late = node == null ? 0 : node.lateNanos();
        planned.add(new Event(nowNanos + Math.max(0, nanos) + late, count++, node, what, action));
    }

    /** Lets time pass, and calls {@code after} after each event. */
    void pass(long nanos, Consumer<Event> after) {
        long end = nowNanos + nanos;
        for (Event next = planned.peek(); next != null && next.nanos() <= end; next = planned.peek()) {
            planned.remove();
            nowNanos = next.nanos();
            SimNode node = next.node();
            if (node != null && node.frozenUntilNanos() > nowNanos) {
                planned.add(new Event(node.frozenUntilNanos(), next.number(), node, next.what(), next.action()));
                continue;
            }
            if (past.size() == REMEMBERED) {
                past.removeFirst();
            }
            past.addLast(next);
            next.action().run();
            after.accept(next);
        }
        nowNanos = end;
    }

    /** The last events, the latest last. */
    List<Event> past() {
        return List.copyOf(past);
    }
}
