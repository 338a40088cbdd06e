package io.distomon.node.security;

import io.distomon.node.http.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import org.jspecify.annotations.Nullable;

/** Refuses a login's body by its head, before any of it is held: whoever logs in is nobody yet. */
@ServerFilter({"/login", "/token"})
final class LoginBody {
    /** A name and a password of the greatest length that config allows, each character escaped as JSON does. */
    private static final int MAX_BYTES = 32 * 1024;

    @RequestFilter
    @Nullable
    HttpResponse<?> limit(HttpRequest<?> request) {
        if (request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return Problem.of(HttpStatus.LENGTH_REQUIRED, null).response();
        }
        if (request.getContentLength() > MAX_BYTES) {
            return Problem.of(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "expected at most %s bytes".formatted(MAX_BYTES))
                    .response();
        }
        return null;
    }
}
