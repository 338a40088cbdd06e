package io.distomon.operator.page;

import io.distomon.core.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no answer, as nodes say it (RFC 9457).
 *
 * @param detail for people; null where the status says it all
 * @param retryAfterSeconds when to ask again; 0 where that is no matter of time
 */
record Problem(Status status, @Nullable String detail, long retryAfterSeconds) {
    static final String TYPE = "application/problem+json";

    /** HTTP's. */
    enum Status {
        BAD_REQUEST(400, "Bad Request"),
        UNAUTHORIZED(401, "Unauthorized"),
        NOT_FOUND(404, "Not Found"),
        METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
        LENGTH_REQUIRED(411, "Length Required"),
        TOO_LARGE(413, "Request Entity Too Large"),
        TOO_LONG(414, "Request-URI Too Long"),
        TOO_MANY(429, "Too Many Requests"),
        UNAVAILABLE(503, "Service Unavailable");

        private final int code;
        private final String title;

        Status(int code, String title) {
            this.code = code;
            this.title = title;
        }

        int code() {
            return code;
        }
    }

    Problem(Status status, @Nullable String detail) {
        this(status, detail, 0);
    }

    byte[] body() {
        return StrictJson.write(json -> {
            json.writeStartObject();
            json.writeStringField("title", status.title);
            json.writeNumberField("status", status.code);
            if (detail != null) {
                json.writeStringField("detail", detail);
            }
            json.writeEndObject();
        });
    }
}
