package io.distomon.core.exchange;

import io.distomon.core.store.StrictJson;
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

    /** Most entries in a message. */
    static final int MAX_ENTRIES = StrictJson.MAX_MEMBERS;

    private Limits() {}

    /** Requests whose signature was made before this are refused by their date alone. */
    static long earliestCreatedSeconds(Moment now) {
        return now.wallSeconds() - CLOCK_WINDOW_SECONDS;
    }
}
