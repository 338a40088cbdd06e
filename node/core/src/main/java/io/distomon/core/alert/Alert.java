package io.distomon.core.alert;

import io.distomon.core.crypto.Sha256;
import io.distomon.core.text.ForeignText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that people are told of. Immutable; all times are microseconds since the epoch.
 *
 * @param id 64 hex digits: what tells it from others, the same whoever tells it
 * @param sinceMicros since when it is so, by those who say so
 * @param firedMicros when it had been so for long enough to be told
 * @param summary it in a sentence
 * @param shownAs how many agree, in words; null where nobody is asked
 * @param witnesses some of those who say so, sorted
 * @param groups of a division that fires, the ids of those that reached only themselves; empty else
 * @param endedMicros since when it is over; null while it is so
 * @param resolvedMicros when it had been over for long enough to be told; null before
 */
public record Alert(
        String id,
        Subject subject,
        long sinceMicros,
        long firedMicros,
        String summary,
        @Nullable String shownAs,
        List<String> witnesses,
        List<List<String>> groups,
        @Nullable Long endedMicros,
        @Nullable Long resolvedMicros) {
    private static final int MAX_SUMMARY_CHARS = 400;

    public Alert {
        witnesses = List.copyOf(witnesses);
        groups = groups.stream().map(List::copyOf).toList();
    }

    /** One that fires. */
    static Alert fired(String networkId, Trouble trouble, long sinceMicros, long nowMicros) {
        return new Alert(
                idOf(networkId, trouble.subject(), sinceMicros),
                trouble.subject(),
                sinceMicros,
                nowMicros,
                ForeignText.plain(trouble.summary(), MAX_SUMMARY_CHARS),
                trouble.shownAs(),
                trouble.witnesses(),
                trouble.groups(),
                null,
                null);
    }

    /** By which somebody tries whether messages arrive. */
    public static Alert test(String networkId, String text, long nowMicros) {
        Trouble none = new Trouble(new Subject(AlertKind.TEST, networkId), null, text, null, List.of(), List.of());
        return fired(networkId, none, nowMicros, nowMicros);
    }

    /** The SHA-256, in hex, of network, kind, subject and since, a line each. */
    static String idOf(String networkId, Subject subject, long sinceMicros) {
        return Sha256.hex("distomon-alert-1\n%s\n%s\n%s\n%s\n"
                .formatted(networkId, subject.kind().word(), subject.name(), sinceMicros));
    }

    /** Whether it is still so, or was a moment ago. */
    public boolean isFiring() {
        return resolvedMicros == null;
    }

    /** It in a sentence, or that it is over, and after how long. */
    public String sentence() {
        return AlertWords.sentence(this);
    }

    Alert resolved(long endedMicros, long nowMicros) {
        return new Alert(
                id, subject, sinceMicros, firedMicros, summary, shownAs, witnesses, List.of(), endedMicros, nowMicros);
    }
}
