package io.distomon.node.connections;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;

/** Sees which connections somebody known uses: an exchange or a login that succeeded, or a request with a token. */
@ServerFilter("/**")
final class KnownClients {
    private static final int SUCCESS = 2;
    private static final List<String> PROVES_WHO_ONE_IS = List.of("/mon/", "/login", "/token");

    private final ConnectionLimits limits;

    KnownClients(ConnectionLimits limits) {
        this.limits = limits;
    }

    @ResponseFilter
    void answered(HttpRequest<?> request, HttpResponse<?> response) {
        boolean known = request.getUserPrincipal().isPresent()
                || (response.code() / 100 == SUCCESS
                        && PROVES_WHO_ONE_IS.stream().anyMatch(request.getPath()::startsWith));
        if (known) {
            limits.known(request);
        }
    }
}
