package io.distomon.core.exchange;

import java.util.Locale;

/** Why a request was refused as {@link RefusalCode#BUSY}. Its sender is not told; metrics are. */
public enum BusyReason {
    /** {@link Limits#MAX_CONCURRENT_REQUESTS} of its sender are under way. */
    AT_ONCE,
    /** {@link Limits#MAX_BODIES_PER_NONCE} bodies under this very head are under way. */
    COPIES,
    /** {@link Limits#MAX_NONCES} of its sender are kept. */
    NONCES,
    /** Its sender asks more often than {@link Limits#REQUESTS_A_SECOND}. */
    REQUESTS,
    /** Its sender's messages and their answers are longer than {@link Limits#BYTES_A_SECOND}. */
    BYTES,
    /** There is no room for its body. */
    MEMORY;

    /** The form in metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
