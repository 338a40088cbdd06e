package io.distomon.core.record;

import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.RawEntry;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Standing;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Witness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What differs between two situations, with the witnesses that the later one's view names. A pure fold. */
public final class Transitions {
    /** Most witnesses that a record names, those that count first: in a full mesh of hundreds everybody is one. */
    public static final int MAX_WITNESSES = 64;

    private final NetworkView view;
    private final Map<String, HeldEntry> held;

    private Transitions(NetworkView view, Map<String, HeldEntry> held) {
        this.view = view;
        this.held = held;
    }

    /**
     * All changes, sorted by subject.
     *
     * @param before what was recorded
     * @param after what is so now
     * @param view what it was made of
     * @param held the entries that the view rests on, by signer
     */
    public static List<Transition> between(
            Situation before, Situation after, NetworkView view, Map<String, HeldEntry> held) {
        Transitions transitions = new Transitions(view, held);
        TreeSet<Subject> subjects = new TreeSet<>(before.states().keySet());
        subjects.addAll(after.states().keySet());
        List<Transition> changes = new ArrayList<>();
        for (Subject subject : subjects) {
            State from = before.of(subject);
            State to = after.of(subject);
            if (subject.kind() != Kind.RECORDER && Transition.isNews(subject, from, to)) {
                changes.add(transitions.of(subject, from.word(), to));
            }
        }
        return changes;
    }

    private Transition of(Subject subject, String from, State to) {
        return switch (subject.kind()) {
            case NODE ->
                view.node(subject.name())
                        .map(verdict -> ofNode(subject, from, to, verdict))
                        .orElseGet(() -> Transition.unwitnessed(subject, from, to));
            case LINK -> ofLink(subject, from, to);
            case PARTITION -> {
                List<String> across = view.nodes().stream()
                        .flatMap(node -> node.witnesses().stream())
                        .filter(witness -> witness.standing() == Standing.ACROSS)
                        .map(Witness::observer)
                        .distinct()
                        .sorted()
                        .limit(MAX_WITNESSES)
                        .toList();
                yield new Transition(subject, from, to, null, null, Map.of(), entries(across.stream()));
            }
            case MINORITY, CONFIG, RECORDER -> Transition.unwitnessed(subject, from, to);
        };
    }

    private Transition ofNode(Subject subject, String from, State to, NodeVerdict verdict) {
        Map<String, Statement> witnesses = new TreeMap<>();
        verdict.witnesses().stream()
                .sorted(Comparator.comparing(Witness::standing))
                .limit(MAX_WITNESSES)
                .forEach(witness -> witnesses.put(witness.observer(), statement(witness)));
        return new Transition(
                subject,
                from,
                to,
                verdict.shownAs(),
                verdict.sinceMicros(),
                witnesses,
                entries(Stream.concat(Stream.of(verdict.nodeId()), witnesses.keySet().stream())));
    }

    private Transition ofLink(Subject subject, String from, State to) {
        Stream<LinkFault> broken = view.brokenLinks().stream()
                .filter(link -> Subject.link(link.from(), link.to()).equals(subject));
        Stream<StrainedLink> strained = view.strainedLinks().stream()
                .filter(link -> Subject.link(link.from(), link.to()).equals(subject));
        List<String> ends = subject.ends();
        Map<String, Statement> witnesses = new TreeMap<>();
        view.node(ends.getLast()).stream()
                .flatMap(node -> node.witnesses().stream())
                .filter(witness -> witness.observer().equals(ends.getFirst()))
                .forEach(witness -> witnesses.put(witness.observer(), statement(witness)));
        return new Transition(
                subject,
                from,
                to,
                null,
                Stream.concat(broken.map(LinkFault::sinceMicros), strained.map(StrainedLink::sinceMicros))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                witnesses,
                entries(ends.stream()));
    }

    private static Statement statement(Witness witness) {
        return new Statement(
                witness.status().name().toLowerCase(Locale.ROOT),
                witness.sinceMicros(),
                witness.error(),
                witness.standing().word());
    }

    private Map<String, RawEntry> entries(Stream<String> signers) {
        Map<String, RawEntry> entries = new TreeMap<>();
        signers.forEach(signer -> {
            HeldEntry entry = held.get(signer);
            if (entry != null) {
                entries.put(signer, entry.entry().raw());
            }
        });
        return entries;
    }
}
