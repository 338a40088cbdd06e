package io.distomon.core.exchange;

import io.distomon.core.json.StrictJson;
import java.time.Duration;

/** The bounds of an exchange, which the transport keeps too: it reads no more, and waits no longer, than they say. */
public final class Limits {
    /** Largest body of a request or an answer, bytes. */
    public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    /** Most bytes of header fields. */
    public static final int MAX_HEAD_BYTES = 16 * 1024;

    /** Within this from its head's arrival a request must be here whole. */
    public static final Duration REQUEST_ARRIVAL = Duration.ofSeconds(10);

    /** How far a signature's {@code created} may be from our clock, seconds. */
    public static final int CLOCK_WINDOW_SECONDS = 120;

    /** Most nonces kept per sender. */
    public static final int MAX_NONCES = 4096;

    /** Most requests of one sender at once. */
    public static final int MAX_CONCURRENT_REQUESTS = 2;

    /** Most bodies that are taken at once under one nonce: the request's, and that of somebody's copy of its head. */
    public static final int MAX_BODIES_PER_NONCE = 2;

    /**
     * Requests of one sender a second. One at a time, and ten more of those that are out of turn, are half of them; and
     * the nonces of so many fit into {@link #MAX_NONCES} while they are kept.
     */
    public static final int REQUESTS_A_SECOND = 20;

    /** Requests of one sender in a row, after a pause. */
    public static final int REQUESTS_IN_A_ROW = 60;

    /** Bytes a second that one sender's messages and the answers to them may have; thirty times what one in a network of 1,000 needs. */
    public static final int BYTES_A_SECOND = 1024 * 1024;

    /** Bytes in a row, after a pause: four of the longest messages with their answers, as after a restart. */
    public static final int BYTES_IN_A_ROW = 8 * MAX_MESSAGE_BYTES;

    /** Entries that one sender may bring in vain a second; of more, none is judged. */
    public static final int VAIN_ENTRIES_A_SECOND = 50;

    /** Entries in vain in a row: all of one message, as when everybody has new keys of which we don't know yet. */
    public static final int VAIN_ENTRIES_IN_A_ROW = StrictJson.MAX_MEMBERS;

    /** Most entries in a message. */
    static final int MAX_ENTRIES = StrictJson.MAX_MEMBERS;

    private Limits() {}

    /** Requests whose signature was made before this are refused by their date alone. */
    static long earliestCreatedSeconds(Moment now) {
        return now.wallSeconds() - CLOCK_WINDOW_SECONDS;
    }
}
