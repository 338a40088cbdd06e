package io.distomon.core.record;

import io.distomon.core.store.EntryDate;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long a node, or a link, was in each state within a window, by what was recorded; seconds. Of the time before the
 * records begin, and while the recorder did not run, nothing is known. Of a link nothing is known either while an end of it
 * was not there to be heard, or while the word of who polls did not count.
 *
 * @param online nothing was wrong with it itself
 * @param degraded something was wrong with it, and it was not down: a link was slow or lossy
 * @param offline it was down: a link was broken, one-way or not
 * @param planned it was down, or silent, as it had announced: an end of a link was
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

    /**
     * Adds up what records tell, in the order of {@link Rewind}, of which only what lies in the window counts. Not
     * thread-safe.
     */
    public static final class Count {
        /** Why a node is Degraded that is heard, but whose words do not count. */
        private static final Set<String> DISTRUSTED = Set.of(Reason.ISOLATED.word(), Reason.OUTBOUND.word());

        private final long fromMicros;
        private final long toMicros;
        private final Map<String, Tally> nodes = new TreeMap<>();
        private final Map<Subject, Tally> links = new TreeMap<>();

        /** The links at a node, whose share changes with its state. */
        private final Map<String, List<Subject>> linksAt = new HashMap<>();

        private final Map<Subject, State> states = new HashMap<>();

        /** What the recorder itself had recorded of what a peer tells otherwise, which goes on when the peer ends. */
        private final Map<Subject, State> ownBefore = new HashMap<>();

        /** Of what became something else by a clock that was ahead: when is not known, but before the next record. */
        private final Set<Tally> undated = new HashSet<>();

        /** When the last change was that has a date before the end. */
        private long datedMicros;

        // Whether anybody looks: not before the records begin.
        private boolean running;

        /**
         * Counts from where the records begin.
         *
         * @param anchor that place, and when it was
         * @param fromMicros when the window begins, microseconds since the epoch
         * @param toMicros when it ends, likewise; what is dated later counts for nothing
         * @param counted of which links
         */
        public Count(Anchor anchor, long fromMicros, long toMicros, Collection<Subject> counted) {
            this.fromMicros = fromMicros;
            this.toMicros = toMicros;
            states.putAll(anchor.situation().states());
            states.forEach((subject, state) -> {
                if (subject.kind() == Kind.NODE) {
                    nodes.put(subject.name(), new Tally(Share.of(state)));
                }
            });
            counted.forEach(link -> {
                links.put(link, new Tally(shareOf(link)));
                link.ends()
                        .forEach(id -> linksAt.computeIfAbsent(id, any -> new ArrayList<>())
                                .add(link));
            });
            until(anchor.timeMicros());
            datedMicros = anchor.timeMicros();
            running = true;
        }

        /** What the next record tells. */
        public void add(Change change) {
            if (change.timeMicros() <= toMicros) {
                datedMicros = change.timeMicros();
                undated.forEach(tally -> tally.until(datedMicros));
                undated.clear();
            }
            switch (change.subject().kind()) {
                case NODE, LINK -> {
                    if (change.toldBy() != null) {
                        ownBefore.putIfAbsent(change.subject(), Situation.of(change.subject(), states));
                    }
                    become(change.subject(), change.to(), change.timeMicros());
                }
                case RECORDER -> {
                    // Between when it was last at work and when it, or a peer in its place, began again nobody looked.
                    Long lastAtWork = change.sinceMicros();
                    until(lastAtWork == null ? change.timeMicros() : lastAtWork);
                    running = false;
                    until(change.timeMicros());
                    if (change.isBegin() || change.toldBy() == null) {
                        ownBefore.forEach((subject, state) -> become(subject, state, change.timeMicros()));
                        ownBefore.clear();
                    }
                    running = change.isBegin();
                }
                case PARTITION, MINORITY, CONFIG -> {
                    // They say nothing of a node or a link alone.
                }
            }
        }

        private void become(Subject subject, State state, long nowMicros) {
            states.put(subject, state);
            if (subject.kind() == Kind.NODE) {
                nodes.computeIfAbsent(subject.name(), any -> new Tally(Share.UNKNOWN))
                        .becomes(Share.of(state), nowMicros);
                linksAt.getOrDefault(subject.name(), List.of()).forEach(link -> judge(link, nowMicros));
            } else {
                judge(subject, nowMicros);
            }
        }

        /** Of every node that is a member at the end, by its id. */
        public Map<String, Uptime> result() {
            until(toMicros);
            Map<String, Uptime> uptimes = new TreeMap<>();
            nodes.forEach((id, tally) -> {
                if (tally.share != Share.NO_MEMBER) {
                    uptimes.put(id, tally.uptime());
                }
            });
            return uptimes;
        }

        /** Of every link that is counted, if both its ends are members at the end. */
        public Map<Subject, Uptime> links() {
            until(toMicros);
            Map<Subject, Uptime> uptimes = new TreeMap<>();
            links.forEach((link, tally) -> {
                boolean isOfMembers = link.ends().stream()
                        .map(id -> states.get(Subject.node(id)))
                        .allMatch(state -> state != null && Share.of(state) != Share.NO_MEMBER);
                if (isOfMembers) {
                    uptimes.put(link, tally.uptime());
                }
            });
            return uptimes;
        }

        private void until(long untilMicros) {
            nodes.values().forEach(tally -> tally.until(untilMicros));
            links.values().forEach(tally -> tally.until(untilMicros));
        }

        private void judge(Subject link, long nowMicros) {
            Tally tally = links.get(link);
            if (tally != null) {
                tally.becomes(shareOf(link), nowMicros);
            }
        }

        private Share shareOf(Subject link) {
            State from = states.get(Subject.node(link.ends().getFirst()));
            State to = states.get(Subject.node(link.ends().getLast()));
            if (from == null || to == null) {
                return Share.UNKNOWN;
            }
            if (Share.of(from) == Share.PLANNED || Share.of(to) == Share.PLANNED) {
                return Share.PLANNED;
            }
            boolean counts = from.reason() == null || !DISTRUSTED.contains(from.reason());
            if (!isHeard(from) || !isHeard(to) || !counts) {
                return Share.UNKNOWN;
            }
            State state = states.get(link);
            if (state == null || state.word().equals(Kind.LINK.absent())) {
                return Share.ONLINE;
            }
            return state.isStrained() ? Share.DEGRADED : Share.OFFLINE;
        }

        private static boolean isHeard(State node) {
            return switch (Share.of(node)) {
                case ONLINE -> true;
                case DEGRADED -> !Reason.SILENT.word().equals(node.reason());
                case OFFLINE, PLANNED, UNKNOWN, NO_MEMBER -> false;
            };
        }

        private final class Tally {
            private final Map<Share, Long> micros = new EnumMap<>(Share.class);
            private Share share;
            private long counted = fromMicros;

            Tally(Share share) {
                this.share = share;
            }

            void becomes(Share next, long nowMicros) {
                if (nowMicros > toMicros && next != share) {
                    until(datedMicros);
                    undated.add(this);
                }
                until(nowMicros);
                share = next;
            }

            void until(long untilMicros) {
                // What has a date that is still to come was noticed by a clock that was ahead: it is not known when.
                long until = untilMicros > toMicros ? counted : Math.max(untilMicros, fromMicros);
                if (until > counted) {
                    micros.merge(
                            running && !undated.contains(this) ? share : Share.UNKNOWN, until - counted, Long::sum);
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
