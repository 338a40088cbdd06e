package io.distomon.core.exchange;

import java.util.Locale;

/**
 * Why a request was refused: {@code error} in the problem details (RFC 9457). In the order of the checks. From
 * {@link #CLOCK} on the sender is known, and the answer is signed.
 */
public enum RefusalCode {
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    NOT_FOUND(404, "Not Found"),
    CONTENT_TOO_LARGE(413, "Content Too Large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
    /** The body took longer than {@link Limits#REQUEST_ARRIVAL}. */
    REQUEST_TIMEOUT(408, "Request Timeout"),
    /** Anything wrong with signature, key, digest or network; which, the sender is not told. */
    UNAUTHENTICATED(401, "Unauthorized"),
    /** Signed too long ago, too far ahead, or before this process started. */
    CLOCK(409, "Conflict"),
    /** The nonce was used before. */
    REPLAY(409, "Conflict"),
    /** More nonces to keep, or more requests at once, than one sender may have. */
    BUSY(429, "Too Many Requests"),
    /** The body is no request. */
    BAD_BODY(400, "Bad Request"),
    /** The body names another network than the path. */
    WRONG_NETWORK(403, "Forbidden"),
    /** The body names another sender than the signature, or the receiver itself. */
    WRONG_SENDER(403, "Forbidden"),
    /** The body is for another node. */
    WRONG_RECEIVER(403, "Forbidden");

    private final int status;
    private final String title;

    RefusalCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem's title. */
    public String title() {
        return title;
    }

    /** The form in messages and metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
