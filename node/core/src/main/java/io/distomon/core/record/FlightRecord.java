package io.distomon.core.record;

import io.distomon.core.crypto.Sha256;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One record of a chain: a {@link Transition} that has its place. Immutable.
 *
 * @param seq its number, from 1 on, without gaps
 * @param timeMicros when it was noticed, by the recorder's clock, microseconds since the epoch; a clock that is set makes
 *     it go back, the numbers never do
 * @param entries what stands for each signed entry, by signer; see {@link Transition#digest}
 * @param toldBy which peer noticed it, while the recorder was not at work, by whose clock the time is then; null: the
 *     recorder itself. What it signed is its entry: an {@link Account}
 * @param previous the hash of the record before, 64 hex digits; see {@link ChainPoint}
 */
public record FlightRecord(
        long seq,
        long timeMicros,
        Subject subject,
        String from,
        String to,
        @Nullable String reason,
        @Nullable String shownAs,
        @Nullable Long sinceMicros,
        Map<String, Statement> witnesses,
        Map<String, String> entries,
        @Nullable String toldBy,
        String previous) {
    public FlightRecord {
        witnesses = Collections.unmodifiableMap(new TreeMap<>(witnesses));
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /** What it tells, but for who said so. */
    public Change change() {
        return new Change(timeMicros, subject, new State(to, reason), sinceMicros, toldBy);
    }

    /** The SHA-256, in hex, of its canonical bytes: see {@link FlightRecordCodec}. */
    public String hash() {
        return hashOf(FlightRecordCodec.encode(this));
    }

    /** Likewise, of bytes that are at hand. */
    public static String hashOf(byte[] canonical) {
        return Sha256.hex(canonical);
    }
}
