package io.distomon.core.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.PingStatus;
import io.distomon.core.topology.Observers;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeState;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Standing;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.ViewInput;
import io.distomon.core.view.Witness;
import java.io.IOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is so at a moment, as far as records tell it. Immutable.
 *
 * @param states of every subject of which not the default is so, sorted
 */
public record Situation(Map<Subject, State> states) {
    /** Of so many links that are not well is told at most, so that what is written can be read again: in a full mesh of hundreds. */
    static final int MAX_LINKS = 4096;

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
        for (StrainedLink link : view.strainedLinks()) {
            states.put(Subject.link(link.from(), link.to()), State.strained(link));
        }
        for (LinkFault fault : view.brokenLinks()) {
            if (fault.standing()) {
                states.put(Subject.link(fault.from(), fault.to()), State.broken(fault));
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
        return of(subject, states);
    }

    static State of(Subject subject, Map<Subject, State> states) {
        return states.getOrDefault(subject, new State(subject.kind().absent(), null));
    }

    /** What is so once these were recorded, one after the other. */
    public Situation after(Iterable<Change> changes) {
        Map<Subject, State> changed = new TreeMap<>(states);
        changes.forEach(change -> apply(change, changed));
        return new Situation(changed);
    }

    /** Makes of the states those of after this one. */
    static void apply(Change change, Map<Subject, State> states) {
        if (change.to().word().equals(change.subject().kind().absent())) {
            states.remove(change.subject());
        } else {
            states.put(change.subject(), change.to());
        }
    }

    /**
     * The same with the links that were not well and are told no longer, but of which who said so does not say that they are:
     * that an end of one is down, unheard, or in another part of the network, mends none.
     */
    Situation withUnmended(Situation before, NetworkView view, Observers observers) {
        Map<Subject, State> all = new TreeMap<>(states);
        before.states.forEach((subject, state) -> {
            if (subject.kind() == Kind.LINK && !isMended(subject, state, view, observers)) {
                all.putIfAbsent(subject, state);
            }
        });
        return new Situation(all);
    }

    /** A broken one is when who called it so has answers, a slow or lossy one when who found it so counts and finds it well. */
    private static boolean isMended(Subject link, State before, NetworkView view, Observers observers) {
        String from = link.ends().getFirst();
        Optional<NodeVerdict> to = view.node(link.ends().getLast());
        return view.node(from).isEmpty()
                || to.isEmpty()
                || !observers.polls(from, to.get().nodeId())
                || to.get().witnesses().stream()
                        .anyMatch(witness -> witness.observer().equals(from)
                                && witness.status() == PingStatus.ONLINE
                                && (!before.isStrained()
                                        || (witness.standing() == Standing.COUNTED
                                                && witness.breaches().isEmpty())));
    }

    /** The same with so many such links at most: those of before, then the first of the others. */
    Situation bounded(Situation before) {
        List<Subject> links = states.keySet().stream()
                .filter(subject -> subject.kind() == Kind.LINK)
                .sorted(Comparator.comparing(link -> !before.states.containsKey(link)))
                .toList();
        if (links.size() <= MAX_LINKS) {
            return this;
        }
        Map<Subject, State> fewer = new TreeMap<>(states);
        links.subList(MAX_LINKS, links.size()).forEach(fewer::remove);
        return new Situation(fewer);
    }

    /**
     * The same of a node that has just started, but as it was before where it can't know yet: it has heard hardly anybody,
     * which is no news of them. Only who is new, or was unknown, and the config are as they are now.
     */
    public Situation recalling(Situation before) {
        Map<Subject, State> recalled = new TreeMap<>();
        states.forEach((subject, state) -> {
            if (subject.kind() == Kind.CONFIG) {
                recalled.put(subject, state);
            } else if (subject.kind() == Kind.NODE) {
                State former = before.of(subject);
                boolean isNews = former.word().equals(Kind.NODE.absent())
                        || former.word().equals(NodeState.UNKNOWN.word());
                recalled.put(subject, isNews ? state : former);
            }
        });
        before.states.forEach((subject, state) -> {
            boolean isOfMembers = subject.kind() != Kind.LINK
                    || subject.ends().stream().map(Subject::node).allMatch(states::containsKey);
            if (subject.kind() != Kind.NODE && subject.kind() != Kind.CONFIG && isOfMembers) {
                recalled.put(subject, state);
            }
        });
        return new Situation(recalled);
    }

    /**
     * Whether the view of a node that has started knows enough to say what has changed since: everybody who was well has
     * been heard, or is down according to all who would know; this node has an opinion of whom it polls; who called a link
     * broken speaks otherwise of it now; nobody calls this node offline as it was while it was away; and that it hears few
     * is not because it has not met them yet.
     *
     * @param view what is so now
     * @param input what the view is made of, for a member
     */
    boolean isAnsweredBy(NetworkView view, ViewInput input) {
        String asker = Objects.requireNonNull(input.asker(), "a member");
        return view.nodes().stream()
                        .allMatch(node -> isAnsweredOf(node, asker, input.observers())
                                && (!node.nodeId().equals(asker) || isAnsweredOfAsker(node)))
                && states.keySet().stream()
                        .filter(subject -> subject.kind() == Kind.LINK)
                        .allMatch(link -> isAnsweredOfLink(link, view))
                && (view.minority() == isMinority()
                        || view.nodes().stream().noneMatch(node -> node.state() == NodeState.UNKNOWN));
    }

    private boolean isAnsweredOf(NodeVerdict node, String asker, Observers observers) {
        String before = of(Subject.node(node.nodeId())).word();
        boolean wasWell = before.equals(NodeState.ONLINE.word()) || before.equals(NodeState.DEGRADED.word());
        boolean isAsked = node.nodeId().equals(asker)
                || !observers.polls(asker, node.nodeId())
                || says(asker, node).isPresent();
        return !wasWell || (isAsked && (node.fresh() || node.state() == NodeState.OFFLINE));
    }

    private boolean isAnsweredOfAsker(NodeVerdict asker) {
        return asker.witnesses().stream()
                .allMatch(witness -> witness.status() != PingStatus.OFFLINE
                        || states.containsKey(Subject.link(witness.observer(), asker.nodeId())));
    }

    private static boolean isAnsweredOfLink(Subject link, NetworkView view) {
        Optional<NodeVerdict> from = view.node(link.ends().getFirst());
        Optional<NodeVerdict> to = view.node(link.ends().getLast());
        return from.isEmpty()
                || to.isEmpty()
                || !from.get().fresh()
                || !to.get().fresh()
                || says(from.get().nodeId(), to.get())
                        .filter(said -> said != PingStatus.OFFLINE || stands(link, view))
                        .isPresent();
    }

    private static boolean stands(Subject link, NetworkView view) {
        return view.brokenLinks().stream()
                .anyMatch(fault -> fault.standing()
                        && Subject.link(fault.from(), fault.to()).equals(link));
    }

    private static Optional<PingStatus> says(String observer, NodeVerdict of) {
        return of.witnesses().stream()
                .filter(witness -> witness.observer().equals(observer))
                .map(Witness::status)
                .findFirst();
    }

    private boolean isMinority() {
        return states.keySet().stream().anyMatch(subject -> subject.kind() == Kind.MINORITY);
    }

    /** As JSON, which {@link #parse} reads. */
    public byte[] json() {
        return StrictJson.write(this::write);
    }

    void write(JsonGenerator json) throws IOException {
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
    }

    /** Reads it back. */
    public static Situation parse(byte[] json) throws InvalidJsonException {
        return StrictJson.parse(json, Situation::read);
    }

    static Situation read(StrictJson json) throws InvalidJsonException, IOException {
        Map<Subject, State> states = new TreeMap<>();
        json.object(word -> {
            Kind kind = Kind.of(word)
                    .orElseThrow(
                            () -> new InvalidJsonException("found an unknown kind of record, expected a known one"));
            json.object(name -> {
                @Nullable String[] parts = new @Nullable String[2];
                json.object(part -> {
                    switch (part) {
                        case "word" -> parts[0] = json.textIfAtMost(State.MAX_WORD_BYTES);
                        case "reason" -> parts[1] = json.textOrNull();
                        default -> json.skip();
                    }
                });
                if (parts[0] == null) {
                    throw new InvalidJsonException("found no word for a %s, expected one".formatted(word));
                }
                states.put(new Subject(kind, name), new State(parts[0], parts[1]));
            });
        });
        return new Situation(states);
    }
}
