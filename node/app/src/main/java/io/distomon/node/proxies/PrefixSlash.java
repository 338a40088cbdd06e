package io.distomon.node.proxies;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;
import org.jspecify.annotations.Nullable;

/**
 * Sends who asks for the prefix alone to the same with a slash, where the page's relative addresses are right. Itself by a
 * relative address, since there may be more of a path in front of the prefix than the node knows.
 */
@ServerFilter("/**")
final class PrefixSlash {
    private final String prefix;

    PrefixSlash(ProxyProperties properties) {
        this.prefix = properties.prefix();
    }

    @PreMatching
    @RequestFilter
    @Nullable
    HttpResponse<?> withSlash(HttpRequest<?> request) {
        if (prefix.isEmpty()
                || request.getMethod() != HttpMethod.GET
                || !request.getUri().getRawPath().equals(prefix)) {
            return null;
        }
        return HttpResponse.status(HttpStatus.PERMANENT_REDIRECT)
                .header(HttpHeaders.LOCATION, prefix.substring(prefix.lastIndexOf('/') + 1) + "/");
    }
}
