package io.distomon.node.ui;

import io.distomon.node.http.Problem;
import io.distomon.page.Page;
import io.distomon.page.PageFile;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.Hidden;

/** {@code GET /} and {@code GET /page/{name}}: the page. {@link PageRule} says who may. */
@Controller
@Hidden
final class PageController {
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

    private static HttpResponse<?> answer(PageFile file, HttpRequest<?> request) {
        boolean held =
                request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH).stream().anyMatch(file::isHeldBy);
        MutableHttpResponse<?> response = held
                ? HttpResponse.notModified()
                : HttpResponse.ok(file.bytes()).contentType(MediaType.of(file.type()));
        response.header(HttpHeaders.ETAG, file.etag());
        Page.FIELDS.forEach(response::header);
        return response;
    }
}
