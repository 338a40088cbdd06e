package io.distomon.core.record;

import io.distomon.core.crypto.Sha256;
import io.distomon.core.store.RawEntry;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A change of one subject, and who said so.
 *
 * @param from what was so before
 * @param to what is so now
 * @param shownAs how many agree, in words; null where nobody is asked
 * @param sinceMicros since when, by the clocks of those who say so, microseconds since the epoch; null when it can't be
 *     told
 * @param witnesses who says what of it, by observer
 * @param entries the signed entries that say so, by signer
 * @param toldBy as in {@link FlightRecord}
 */
public record Transition(
        Subject subject,
        String from,
        State to,
        @Nullable String shownAs,
        @Nullable Long sinceMicros,
        Map<String, Statement> witnesses,
        Map<String, RawEntry> entries,
        @Nullable String toldBy) {
    /** The recorder's state while it is at work. */
    public static final String RUNNING = "Running";

    static final String STOPPED = "Stopped";

    public Transition {
        witnesses = Collections.unmodifiableMap(new TreeMap<>(witnesses));
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /** One that the recorder noticed itself. */
    public Transition(
            Subject subject,
            String from,
            State to,
            @Nullable String shownAs,
            @Nullable Long sinceMicros,
            Map<String, Statement> witnesses,
            Map<String, RawEntry> entries) {
        this(subject, from, to, shownAs, sinceMicros, witnesses, entries, null);
    }

    /** A change that nobody else vouches for. */
    public static Transition unwitnessed(Subject subject, String from, State to) {
        return new Transition(subject, from, to, null, null, Map.of(), Map.of());
    }

    /**
     * The recorder begins to look. Of the time since it was last at work it knows nothing.
     *
     * @param lastAtWorkMicros when it was last at work, microseconds since the epoch; null when it never was
     * @param reason what became of the records of before; null when they go on
     */
    public static Transition started(String nodeId, @Nullable Long lastAtWorkMicros, @Nullable String reason) {
        return new Transition(
                new Subject(Kind.RECORDER, nodeId),
                Kind.RECORDER.absent(),
                new State(RUNNING, reason),
                null,
                lastAtWorkMicros,
                Map.of(),
                Map.of());
    }

    /** Whether this is news of what was {@code from}. */
    static boolean isNews(Subject subject, State from, State to) {
        return switch (subject.kind()) {
            // Why polls fail on a link, its observer may say differently each second.
            case LINK -> !from.word().equals(to.word());
            case NODE, PARTITION, MINORITY, CONFIG -> !from.equals(to);
            // That it began again it tells each time.
            case RECORDER -> true;
        };
    }

    /** The same change of what is so before it; empty when it changes nothing then. */
    public Optional<Transition> after(State before) {
        return isNews(subject, before, to)
                ? Optional.of(
                        new Transition(subject, before.word(), to, shownAs, sinceMicros, witnesses, entries, toldBy))
                : Optional.empty();
    }

    /** The same change, with fewer of the entries that say so. */
    public Transition restingOn(Map<String, RawEntry> fewer) {
        return new Transition(subject, from, to, shownAs, sinceMicros, witnesses, fewer, toldBy);
    }

    /** The recorder ends on purpose. */
    public static Transition stopped(String nodeId) {
        return unwitnessed(new Subject(Kind.RECORDER, nodeId), RUNNING, new State(STOPPED, null));
    }

    /** What stands for an entry in a record: the SHA-256, in hex, of its signer, payload and signature, a line each. */
    public static String digest(RawEntry entry) {
        return Sha256.hex(entry.sigId() + "\n" + entry.payload() + "\n" + entry.signature() + "\n");
    }
}
