package io.distomon.core.exchange;

import java.util.Locale;

/** Why a poll failed. Written in lower case into a ping's {@code error}. */
public enum PollError {
    /** The whole answer did not arrive in time. */
    TIMEOUT,
    /** No connection, or it broke. */
    CONNECT,
    /** The TLS handshake failed, or the certificate is not trusted. */
    TLS,
    /** An unsigned 401: the peer does not know our key, or is not who we think. */
    UNAUTHENTICATED,
    /** Anything else that is not a verified answer. */
    BAD_ANSWER;

    /** The form in entries, messages and metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
