package io.distomon.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error (RFC 9457), of type {@code about:blank}: the status says it all, {@code detail} helps a person.
 *
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what was wrong with this request; null when there is nothing to add
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String title, int status, @Nullable String detail) {

    /** The media type of problem details. */
    public static final MediaType MEDIA_TYPE = new MediaType("application/problem+json");

    public static Problem of(HttpStatus status, @Nullable String detail) {
        return new Problem(status.getReason(), status.getCode(), detail);
    }

    /** Told only to those who may ask. */
    static Problem unknownNetwork(String networkId) {
        return of(HttpStatus.NOT_FOUND, "this node is in no network " + networkId);
    }

    /** This as the answer to a request. */
    public MutableHttpResponse<Problem> response() {
        return HttpResponse.<Problem>status(HttpStatus.valueOf(status))
                .body(this)
                .contentType(MEDIA_TYPE);
    }
}
