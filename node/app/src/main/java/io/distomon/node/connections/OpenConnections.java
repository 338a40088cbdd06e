package io.distomon.node.connections;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The connections there are, and which one has to go when there is one too many. A connection is a stranger's until it
 * has carried a request of somebody known. Of the strangers' that the node waits for, of the source that has most of
 * them, the oldest goes: it had the most time to become known. So whoever opens many pushes out his own; and when all
 * others are known or have asked and wait for their answer, the new one goes. Safe for use by many threads: one lock, held
 * for as long as it takes to count them.
 */
final class OpenConnections<C> {
    private final int max;

    /** In the order in which they were opened. */
    private final Map<C, State> open = new LinkedHashMap<>();

    private static final class State {
        private final Source source;
        private boolean known;
        private boolean waitsForAnswer;

        State(Source source) {
            this.source = source;
        }

        boolean mayGo() {
            return !known && !waitsForAnswer;
        }
    }

    OpenConnections(int max) {
        this.max = max;
    }

    /** One more, of a stranger; the one that has to go for it, which doesn't count any more. */
    synchronized Optional<C> opened(C connection, Source source) {
        open.put(connection, new State(source));
        if (open.size() <= max) {
            return Optional.empty();
        }
        Map<Source, Integer> counts = new HashMap<>();
        open.values().stream().filter(State::mayGo).forEach(state -> counts.merge(state.source, 1, Integer::sum));
        int most = Collections.max(counts.values());
        Optional<C> oldest = open.entrySet().stream()
                .filter(entry -> entry.getValue().mayGo())
                .filter(entry -> Objects.equals(counts.get(entry.getValue().source), most))
                .map(Map.Entry::getKey)
                .findFirst();
        oldest.ifPresent(open::remove);
        return oldest;
    }

    /** How many there are. */
    synchronized int count() {
        return open.size();
    }

    /** It has carried a request of somebody known. */
    synchronized void known(C connection) {
        State state = open.get(connection);
        if (state != null) {
            state.known = true;
        }
    }

    /** Whether it is the node that has to say something next. */
    synchronized void waitsForAnswer(C connection, boolean waits) {
        State state = open.get(connection);
        if (state != null) {
            state.waitsForAnswer = waits;
        }
    }

    synchronized void closed(C connection) {
        open.remove(connection);
    }
}
