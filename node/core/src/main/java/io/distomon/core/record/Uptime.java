package io.distomon.core.record;

import io.distomon.core.store.EntryDate;
import io.distomon.core.view.NodeState;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long a node was in each state within a window, by what was recorded; seconds. Of the time before the records
 * begin, and while the recorder did not run, nothing is known.
 *
 * @param online nothing was wrong with it itself
 * @param degraded something was wrong with it, and it was not down
 * @param offline it was down
 * @param planned it was down, or silent, as it had announced
 * @param unknown the rest
 */
public record Uptime(double online, double degraded, double offline, double planned, double unknown) {
    /**
     * The share of the time in which it was not down, of that in which it should have been up and is known to have been so
     * or not; null when there is none.
     */
    public @Nullable Double ratio() {
        double known = online + degraded + offline;
        return known == 0 ? null : (Double) ((online + degraded) / known);
    }

    private enum Share {
        ONLINE,
        DEGRADED,
        OFFLINE,
        PLANNED,
        UNKNOWN,
        NO_MEMBER;

        static Share of(State state) {
            if (State.PLANNED.equals(state.reason())) {
                return PLANNED;
            }
            for (NodeState known : NodeState.values()) {
                if (known.word().equals(state.word())) {
                    return valueOf(known.name());
                }
            }
            return NO_MEMBER;
        }
    }

    /** Adds up what records tell, one after the other, of which only what lies in the window counts. Not thread-safe. */
    public static final class Count {
        private final long fromMicros;
        private final long toMicros;
        private final Map<String, Tally> nodes = new TreeMap<>();

        // Whether anybody looks: not before the records begin.
        private boolean running;

        /**
         * Counts from where the records begin.
         *
         * @param anchor that place, and when it was
         * @param fromMicros when the window begins, microseconds since the epoch
         * @param toMicros when it ends, likewise; what is dated later counts for nothing
         */
        public Count(Anchor anchor, long fromMicros, long toMicros) {
            this.fromMicros = fromMicros;
            this.toMicros = toMicros;
            anchor.situation().states().forEach((subject, state) -> {
                if (subject.kind() == Kind.NODE) {
                    nodes.put(subject.name(), new Tally(Share.of(state)));
                }
            });
            nodes.values().forEach(tally -> tally.until(anchor.timeMicros()));
            running = true;
        }

        /** What the next record tells. */
        public void add(Change change) {
            if (change.subject().kind() == Kind.NODE) {
                Tally tally = nodes.computeIfAbsent(change.subject().name(), id -> new Tally(Share.UNKNOWN));
                tally.until(change.timeMicros());
                tally.share = Share.of(change.to());
            } else if (change.subject().kind() == Kind.RECORDER) {
                // Between when it was last at work and when it began again nobody looked.
                Long lastAtWork = change.sinceMicros();
                nodes.values().forEach(tally -> tally.until(lastAtWork == null ? change.timeMicros() : lastAtWork));
                running = false;
                nodes.values().forEach(tally -> tally.until(change.timeMicros()));
                running = change.to().word().equals(Transition.RUNNING);
            }
        }

        /** Of every node that is a member at the end, by its id. */
        public Map<String, Uptime> result() {
            Map<String, Uptime> uptimes = new TreeMap<>();
            nodes.forEach((id, tally) -> {
                tally.until(toMicros);
                if (tally.share != Share.NO_MEMBER) {
                    uptimes.put(id, tally.uptime());
                }
            });
            return uptimes;
        }

        private final class Tally {
            private final Map<Share, Long> micros = new EnumMap<>(Share.class);
            private Share share;
            private long counted = fromMicros;

            Tally(Share share) {
                this.share = share;
            }

            void until(long untilMicros) {
                // What has a date that is still to come was noticed by a clock that was ahead: it is not known when.
                long until = untilMicros > toMicros ? counted : Math.max(untilMicros, fromMicros);
                if (until > counted) {
                    micros.merge(running ? share : Share.UNKNOWN, until - counted, Long::sum);
                    counted = until;
                }
            }

            Uptime uptime() {
                return new Uptime(
                        seconds(Share.ONLINE),
                        seconds(Share.DEGRADED),
                        seconds(Share.OFFLINE),
                        seconds(Share.PLANNED),
                        seconds(Share.UNKNOWN) + seconds(Share.NO_MEMBER));
            }

            private double seconds(Share of) {
                return micros.getOrDefault(of, 0L) / (double) EntryDate.SECOND_MICROS;
            }
        }
    }
}
