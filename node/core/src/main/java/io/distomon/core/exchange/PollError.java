package io.distomon.core.exchange;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

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

    /** What kept an answer from coming, by the failure of a socket, or of what reads from one. */
    public static PollError of(IOException failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case InterruptedIOException timeout -> {
                    return TIMEOUT;
                }
                case SSLException tls -> {
                    return TLS;
                }
                case CertificateException tls -> {
                    return TLS;
                }
                case ProtocolException noHttp -> {
                    return BAD_ANSWER;
                }
                default -> {} // another layer may say more
            }
        }
        return CONNECT;
    }

    /** The form in entries, messages and metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
