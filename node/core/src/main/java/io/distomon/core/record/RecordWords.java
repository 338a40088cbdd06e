package io.distomon.core.record;

import io.distomon.core.view.NodeState;
import io.distomon.core.view.Reason;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records as sentences: "nyc is down: 4 of 4 observers say so". The same record gives the same text. */
public final class RecordWords {
    /** Of a group so many are named, and the others counted. */
    private static final int MAX_NAMED = 12;

    private static final int DIGEST_LENGTH = 12;

    private RecordWords() {}

    /** What happened, in one sentence without its end. */
    public static String of(FlightRecord record) {
        boolean isPeers = record.toldBy() != null && record.subject().kind() != Kind.RECORDER;
        return isPeers ? "%s recorded: %s".formatted(record.toldBy(), words(record)) : words(record);
    }

    private static String words(FlightRecord record) {
        return switch (record.subject().kind()) {
            case NODE -> node(record);
            case LINK -> link(record);
            case PARTITION ->
                record.to().equals(Kind.PARTITION.absent())
                        ? "the network is whole again"
                        : "the network is divided: " + groups(record.to());
            case MINORITY ->
                record.to().equals(Kind.MINORITY.absent())
                        ? oneWho(record) + " hears from most of the members again"
                        : oneWho(record)
                                + " hears from fewer than half of the members: it may be the one that is cut off";
            case CONFIG ->
                record.from().equals(Kind.CONFIG.absent())
                        ? "this node runs with the config " + digest(record.to())
                        : "the config has changed, from %s to %s".formatted(digest(record.from()), digest(record.to()));
            case RECORDER -> recorder(record);
        };
    }

    private static String node(FlightRecord record) {
        String id = record.subject().name();
        String to = record.to();
        if (to.equals(Kind.NODE.absent())) {
            return id + " is no member any more";
        }
        boolean isNew = record.from().equals(Kind.NODE.absent());
        String member = isNew ? ", a member from now on" : "";
        if (to.equals(NodeState.ONLINE.word())) {
            boolean was = record.from().equals(NodeState.OFFLINE.word())
                    || record.from().equals(NodeState.DEGRADED.word());
            return id + " is online" + (was ? " again" : "") + member;
        }
        if (to.equals(NodeState.OFFLINE.word())) {
            return State.PLANNED.equals(record.reason())
                    ? id + " has left as announced"
                    : "%s is down%s%s".formatted(id, member, observers(record));
        }
        if (to.equals(NodeState.DEGRADED.word())) {
            return "%s is degraded%s: %s".formatted(id, member, degraded(record));
        }
        return "%s is %s%s".formatted(id, to.toLowerCase(Locale.ROOT), isNew ? member : because(record.reason()));
    }

    /** Of the witnesses a record may name only some. */
    private static String observers(FlightRecord record) {
        String agree = record.shownAs();
        return agree == null ? "" : ": " + agree + (agree.startsWith("1 of") ? " says so" : " say so");
    }

    private static String degraded(FlightRecord record) {
        String reason = record.reason() == null ? "" : record.reason();
        for (Reason known : Reason.values()) {
            if (known.word().equals(reason)) {
                return switch (known) {
                    case SILENT -> "it answers, but its own reports have ceased";
                    case ISOLATED -> "it reaches nobody, and nobody who reports reaches it";
                    case PARTITION -> "it is in a group that is cut off from the others";
                    case OUTBOUND -> "it gets no answer from most of those whom others reach";
                    case INBOUND -> "it reports, but most of those who watch it get no answer from it";
                    case LOSSY -> "it loses more polls than it may" + observers(record);
                    case SLOW -> "it takes longer to answer than it may" + observers(record);
                    case UNOBSERVED, UNREPORTED -> reason;
                };
            }
        }
        return reason.equals(State.PLANNED) ? "it leaves as announced" : reason;
    }

    private static String link(FlightRecord record) {
        List<String> ends = record.subject().ends();
        String from = ends.getFirst();
        String to = ends.getLast();
        State before = new State(record.from(), null);
        State now = new State(record.to(), record.reason());
        if (now.isStrained()) {
            return "%s finds %s %s%s"
                    .formatted(from, to, record.to().toLowerCase(Locale.ROOT), because(record.reason()));
        }
        if (record.to().equals(Kind.LINK.absent())) {
            if (before.isStrained()) {
                return (record.witnesses().containsKey(from)
                                ? "%s finds %s no longer %s"
                                : "%s no longer says that it finds %s %s")
                        .formatted(from, to, record.from().toLowerCase(Locale.ROOT));
            }
            return (record.witnesses().containsKey(from)
                            ? "%s gets answers from %s again"
                            : "%s no longer says that it gets no answer from %s")
                    .formatted(from, to);
        }
        return "%s gets no answer from %s%s%s"
                .formatted(
                        from,
                        to,
                        because(record.reason()),
                        record.to().equals(State.ONE_WAY)
                                ? ", though %s gets answers from %s".formatted(to, from)
                                : "");
    }

    private static String oneWho(FlightRecord record) {
        return record.toldBy() == null ? "this node" : record.toldBy();
    }

    private static String recorder(FlightRecord record) {
        String id = record.subject().name();
        if (record.toldBy() != null) {
            return record.to().equals(Transition.RUNNING)
                    ? "from here on %s tells what it recorded while this node did not".formatted(id)
                    : "up to here %s has told what it recorded while this node did not".formatted(id);
        }
        return record.to().equals(Transition.RUNNING)
                ? "%s begins to record%s".formatted(id, because(record.reason()))
                : "%s ends recording".formatted(id);
    }

    private static String groups(String word) {
        return State.groups(word).stream()
                .map(group -> group.size() <= MAX_NAMED
                        ? String.join(", ", group)
                        : "%s and %s more"
                                .formatted(
                                        group.stream().limit(MAX_NAMED).collect(Collectors.joining(", ")),
                                        group.size() - MAX_NAMED))
                .collect(Collectors.joining(" | "));
    }

    private static String digest(String hex) {
        return hex.length() <= DIGEST_LENGTH ? hex : hex.substring(0, DIGEST_LENGTH);
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : " (" + reason + ")";
    }
}
