package io.distomon.node.ui;

import io.distomon.node.http.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;

/**
 * {@code GET /} and {@code GET /page/{name}}: the page. All of it refers to the rest, and to the API, by relative
 * addresses, so that it works below any path of a proxy's. {@link PageRule} says who may.
 */
@Controller
@Hidden
final class PageController {
    /**
     * Nothing from elsewhere, nothing inline, nothing of it in a frame, and no text that becomes markup. Addresses may
     * tell what somebody looks at, so they go to nobody else.
     */
    private static final Map<String, String> PROTECTION = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                    + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final PageFiles files;

    PageController(PageFiles files) {
        this.files = files;
    }

    @Get(
            uris = {"/", "/page/{name}"},
            produces = MediaType.ALL)
    HttpResponse<?> file(HttpRequest<?> request) {
        return files.at(request.getUri().getRawPath())
                .<HttpResponse<?>>map(file -> answer(file, request))
                .orElseGet(() -> Problem.of(HttpStatus.NOT_FOUND, null).response());
    }

    /** Browsers ask each time whether it is still the same: after an upgrade nobody has half of the page before. */
    private static HttpResponse<?> answer(PageFile file, HttpRequest<?> request) {
        boolean held =
                request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH).stream().anyMatch(file::isHeldBy);
        MutableHttpResponse<?> response = held
                ? HttpResponse.notModified()
                : HttpResponse.ok(file.bytes()).contentType(file.type());
        response.header(HttpHeaders.ETAG, file.etag()).header(HttpHeaders.CACHE_CONTROL, "no-cache");
        PROTECTION.forEach(response::header);
        return response;
    }
}
