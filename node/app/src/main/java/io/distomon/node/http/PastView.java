package io.distomon.node.http;

import io.distomon.core.record.Kind;
import io.distomon.core.record.Rewind;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.store.EntryDate;
import io.distomon.core.view.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node had recorded of a moment. Who said so is in the events before it.
 *
 * @param asker whose records these are
 * @param at the moment
 * @param unrecordedSince since when the asker had not been recording, so that it may have been otherwise; null when it was
 * @param toldBy which peer recorded it, while the asker did not; null when none did, or the asker was recording
 * @param minority whether the asker, or the peer who recorded it, heard from fewer than half of the members
 * @param strainedLinks links that were slow or lossy
 * @param configDigest of the config that it ran with
 */
record PastView(
        String networkId,
        String asker,
        String at,
        @Nullable String unrecordedSince,
        @Nullable String toldBy,
        boolean minority,
        List<Node> nodes,
        List<Link> brokenLinks,
        List<Strained> strainedLinks,
        List<List<String>> partitions,
        @Nullable String configDigest) {
    /** A member; {@code reason} as in events. */
    record Node(String nodeId, String state, @Nullable String reason) {}

    /** A link between two that were not down on which polls failed, according to {@code from}. */
    record Link(
            String from,
            String to,
            boolean oneWay,
            @Nullable String error) {}

    /** A link that was slow or lossy, according to {@code from}; {@code reason} is what it measured then, in words. */
    record Strained(
            String from, String to, String kind, @Nullable String reason) {}

    static PastView of(String networkId, String asker, long atMicros, Rewind.Past past) {
        Situation situation = past.situation();
        Subject partition = new Subject(Kind.PARTITION, networkId);
        List<List<String>> groups = situation.states().containsKey(partition)
                ? State.groups(situation.of(partition).word())
                : List.of();
        List<Node> nodes = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        List<Strained> strained = new ArrayList<>();
        for (Map.Entry<Subject, State> entry : situation.states().entrySet()) {
            Subject subject = entry.getKey();
            State state = entry.getValue();
            if (subject.kind() == Kind.NODE) {
                nodes.add(new Node(subject.name(), state.word(), state.reason()));
            } else if (subject.kind() == Kind.LINK && isOfItsOwn(subject, situation, groups)) {
                String from = subject.ends().getFirst();
                String to = subject.ends().getLast();
                if (state.isStrained()) {
                    strained.add(new Strained(from, to, state.word().toLowerCase(Locale.ROOT), state.reason()));
                } else {
                    links.add(new Link(from, to, state.word().equals(State.ONE_WAY), state.reason()));
                }
            }
        }
        State config = situation.states().get(new Subject(Kind.CONFIG, networkId));
        return new PastView(
                networkId,
                asker,
                EntryDate.format(atMicros),
                EntryDate.formatOrNull(past.unrecordedSinceMicros()),
                past.toldBy(),
                situation.states().containsKey(new Subject(Kind.MINORITY, networkId)),
                nodes,
                links,
                strained,
                groups,
                config == null ? null : config.word());
    }

    /** Whether it was no part of something larger: one of both was down, or they were in groups apart. */
    private static boolean isOfItsOwn(Subject link, Situation situation, List<List<String>> groups) {
        boolean isOneDown = link.ends().stream()
                .anyMatch(
                        end -> situation.of(new Subject(Kind.NODE, end)).word().equals(NodeState.OFFLINE.word()));
        return !isOneDown && (groups.isEmpty() || groups.stream().anyMatch(group -> group.containsAll(link.ends())));
    }
}
