package io.distomon.core.record;

import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is so at a moment, as far as records tell it. Immutable.
 *
 * @param states of every subject of which not the default is so, sorted
 */
public record Situation(Map<Subject, State> states) {
    /** Nothing has been told yet. */
    public static final Situation NOTHING = new Situation(Map.of());

    public Situation {
        states = Collections.unmodifiableMap(new TreeMap<>(states));
    }

    /**
     * What a view says. A link counts as broken once that has been said for longer than a moment.
     *
     * @param configDigest of the config that the view was made with
     */
    public static Situation of(NetworkView view, String configDigest) {
        Map<Subject, State> states = new TreeMap<>();
        for (NodeVerdict node : view.nodes()) {
            states.put(Subject.node(node.nodeId()), new State(node.state().word(), reason(node)));
        }
        for (LinkFault fault : view.brokenLinks()) {
            if (fault.standing()) {
                states.put(
                        Subject.link(fault.from(), fault.to()),
                        new State(fault.oneWay() ? State.ONE_WAY : "Broken", fault.error()));
            }
        }
        if (!view.partitions().isEmpty()) {
            states.put(new Subject(Kind.PARTITION, view.networkId()), State.divided(view.partitions()));
        }
        if (view.minority()) {
            states.put(new Subject(Kind.MINORITY, view.networkId()), new State("Minority", null));
        }
        states.put(new Subject(Kind.CONFIG, view.networkId()), new State(configDigest, null));
        return new Situation(states);
    }

    private static @Nullable String reason(NodeVerdict node) {
        if (node.planned()) {
            return State.PLANNED;
        }
        return node.reason() == null ? null : node.reason().word();
    }

    /** What is so of a subject. */
    public State of(Subject subject) {
        return states.getOrDefault(subject, new State(subject.kind().absent(), null));
    }

    /** What is so once these were recorded, one after the other. */
    public Situation after(Iterable<FlightRecord> records) {
        Map<Subject, State> changed = new TreeMap<>(states);
        for (FlightRecord record : records) {
            if (record.to().equals(record.subject().kind().absent())) {
                changed.remove(record.subject());
            } else {
                changed.put(record.subject(), new State(record.to(), record.reason()));
            }
        }
        return new Situation(changed);
    }

    /**
     * The same, but of nodes of which nothing is known yet what was known before: who has just started has heard nobody,
     * which is no news of them.
     */
    public Situation recalling(Situation before) {
        Map<Subject, State> recalled = new TreeMap<>(states);
        recalled.replaceAll(
                (subject, state) -> subject.kind() == Kind.NODE && state.word().equals(NodeState.UNKNOWN.word())
                        ? before.states.getOrDefault(subject, state)
                        : state);
        return new Situation(recalled);
    }

    /** As JSON, which {@link #parse} reads. */
    public byte[] json() {
        return StrictJson.write(json -> {
            json.writeStartObject();
            for (Kind kind : Kind.values()) {
                json.writeObjectFieldStart(kind.word());
                for (Map.Entry<Subject, State> entry : states.entrySet()) {
                    if (entry.getKey().kind() == kind) {
                        json.writeObjectFieldStart(entry.getKey().name());
                        json.writeStringField("word", entry.getValue().word());
                        if (entry.getValue().reason() != null) {
                            json.writeStringField("reason", entry.getValue().reason());
                        }
                        json.writeEndObject();
                    }
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /** Reads it back. */
    public static Situation parse(byte[] json) throws InvalidJsonException {
        Map<Subject, State> states = new TreeMap<>();
        StrictJson.parse(json, value -> {
            value.object(word -> {
                Kind kind = Kind.of(word)
                        .orElseThrow(() -> new InvalidJsonException("found " + word + ", expected a kind of record"));
                value.object(name -> {
                    @Nullable String[] parts = new @Nullable String[2];
                    value.object(part -> {
                        switch (part) {
                            case "word" -> parts[0] = value.textIfAtMost(State.MAX_WORD_BYTES);
                            case "reason" -> parts[1] = value.textOrNull();
                            default -> value.skip();
                        }
                    });
                    if (parts[0] == null) {
                        throw new InvalidJsonException("found no word for " + name + ", expected one");
                    }
                    states.put(new Subject(kind, name), new State(parts[0], parts[1]));
                });
            });
            return states;
        });
        return new Situation(states);
    }
}
