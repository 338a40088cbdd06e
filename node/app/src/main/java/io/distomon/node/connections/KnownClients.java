package io.distomon.node.connections;

import io.distomon.core.login.SourceAddress;
import io.distomon.node.proxies.Proxies;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;

/** Sees which connections users have: those that carry a token, or a login that succeeds. */
@ServerFilter("/**")
final class KnownClients {
    private static final int SUCCESS = 2;
    private static final List<String> LOGIN = List.of("/login", "/token");

    private final ConnectionLimits limits;
    private final Proxies proxies;

    KnownClients(ConnectionLimits limits, Proxies proxies) {
        this.limits = limits;
        this.proxies = proxies;
    }

    @ResponseFilter
    void answered(HttpRequest<?> request, HttpResponse<?> response) {
        boolean known = request.getUserPrincipal().isPresent()
                || (response.code() / 100 == SUCCESS && LOGIN.stream().anyMatch(request.getPath()::startsWith));
        if (known) {
            limits.belongsTo(request, new Owner.User(SourceAddress.of(proxies.client(request))));
        }
    }
}
