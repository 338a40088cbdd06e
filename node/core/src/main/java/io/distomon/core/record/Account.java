package io.distomon.core.record;

import io.distomon.core.Identifier;
import io.distomon.core.exchange.Absence;
import io.distomon.core.store.RawEntry;
import io.distomon.core.view.NodeState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a peer recorded of a span of time, which it tells one who was away. Times are by the peer's clock. Immutable.
 *
 * @param networkId of which network
 * @param teller whose records these are
 * @param span of which time it tells all that it recorded
 * @param situation what was so at its beginning
 * @param changes what changed until its end, in their order
 */
public record Account(String networkId, String teller, Absence span, Situation situation, List<Change> changes) {
    /** Of what it tells: what runs with which config, and who records, each says of itself. */
    private static final Set<Kind> KINDS = EnumSet.of(Kind.NODE, Kind.LINK, Kind.PARTITION, Kind.MINORITY);

    private static final Set<String> LINK_STATES =
            Set.of(Kind.LINK.absent(), State.BROKEN, State.ONE_WAY, State.LOSSY, State.SLOW);

    public Account {
        changes = List.copyOf(changes);
    }

    /** Whether it says what such a record says, which {@link #recorded} makes of it. */
    public boolean tells(Change recorded) {
        if (recorded.subject().kind() == Kind.RECORDER) {
            boolean isEnd = recorded.timeMicros() == span.toMicros()
                    && recorded.to().equals(new State(Transition.STOPPED, null))
                    && recorded.sinceMicros() == null;
            boolean isBegin = recorded.timeMicros() == span.fromMicros()
                    && recorded.to().equals(new State(Transition.RUNNING, null));
            return recorded.subject().name().equals(teller) && (isBegin || isEnd);
        }
        boolean isSoAtItsBeginning = recorded.timeMicros() == span.fromMicros()
                && recorded.sinceMicros() == null
                && isToldOf(recorded.subject())
                && situation.of(recorded.subject()).equals(recorded.to());
        return isSoAtItsBeginning
                || changes.contains(
                        new Change(recorded.timeMicros(), recorded.subject(), recorded.to(), recorded.sinceMicros()));
    }

    static boolean isToldOf(Subject subject) {
        return KINDS.contains(subject.kind());
    }

    /** Whether such a thing can be so: others read what is written of it. */
    static boolean isPossible(String networkId, Subject subject, State state) {
        String name = subject.name();
        String word = state.word();
        return switch (subject.kind()) {
            case NODE ->
                Identifier.isValid(name)
                        && (word.equals(Kind.NODE.absent())
                                || Arrays.stream(NodeState.values())
                                        .anyMatch(known -> known.word().equals(word)));
            case LINK ->
                subject.ends().size() == 2
                        && subject.ends().stream().allMatch(Identifier::isValid)
                        && LINK_STATES.contains(word);
            case PARTITION -> name.equals(networkId) && (word.equals(Kind.PARTITION.absent()) || isDivided(word));
            case MINORITY -> name.equals(networkId) && (word.equals(Kind.MINORITY.absent()) || word.equals("Minority"));
            case CONFIG, RECORDER -> false;
        };
    }

    private static boolean isDivided(String word) {
        List<List<String>> groups = State.groups(word);
        return State.divided(groups).word().equals(word)
                && groups.stream().flatMap(List::stream).allMatch(Identifier::isValid);
    }

    /**
     * What one who was away records by it: that the peer's recorder was at work, what was different at the beginning from
     * what it had recorded itself, what changed, and where the account ends.
     *
     * @param gap the time in which it was away
     * @param signed the account as it was signed
     */
    public List<Noted> recorded(Gaps.Gap gap, RawEntry signed) {
        Situation before = gap.before();
        Map<String, RawEntry> entries = Map.of(teller, signed);
        Subject recorder = new Subject(Kind.RECORDER, teller);
        List<Noted> noted = new ArrayList<>();
        noted.add(new Noted(
                span.fromMicros(),
                new Transition(
                        recorder,
                        Kind.RECORDER.absent(),
                        new State(Transition.RUNNING, null),
                        null,
                        gap.away().fromMicros(),
                        Map.of(),
                        entries,
                        teller)));
        Set<Subject> subjects = new TreeSet<>(before.states().keySet());
        subjects.addAll(situation.states().keySet());
        Stream<Change> differences = subjects.stream()
                .filter(Account::isToldOf)
                .map(subject -> new Change(span.fromMicros(), subject, situation.of(subject), null));
        Map<Subject, State> soFar = new TreeMap<>(before.states());
        for (Change change : Stream.concat(differences, changes.stream()).toList()) {
            State was = Situation.of(change.subject(), soFar);
            if (Transition.isNews(change.subject(), was, change.to())) {
                noted.add(new Noted(
                        change.timeMicros(),
                        new Transition(
                                change.subject(),
                                was.word(),
                                change.to(),
                                null,
                                change.sinceMicros(),
                                Map.of(),
                                entries,
                                teller)));
                Situation.apply(change, soFar);
            }
        }
        noted.add(new Noted(
                span.toMicros(),
                new Transition(
                        recorder,
                        Transition.RUNNING,
                        new State(Transition.STOPPED, null),
                        null,
                        null,
                        Map.of(),
                        entries,
                        teller)));
        return noted;
    }
}
