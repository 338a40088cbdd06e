package io.distomon.node.http;

import io.distomon.node.threads.MonitorManager;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.util.List;

/** {@code GET /view} and {@code GET /view/{network_id}}: what the entries mean, as this node sees it. */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class ViewController {
    private final MonitorManager monitors;

    ViewController(MonitorManager monitors) {
        this.monitors = monitors;
    }

    /** The views of all networks of this node. */
    record Views(List<ViewAnswer> networks) {}

    @Get("/view")
    Views views() {
        return new Views(monitors.networks().stream().map(ViewAnswer::of).toList());
    }

    @Get("/view/{networkId}")
    HttpResponse<?> view(String networkId) {
        return monitors.network(networkId)
                .<HttpResponse<?>>map(network -> HttpResponse.ok(ViewAnswer.of(network)))
                .orElseGet(() -> Problem.unknownNetwork(networkId).response());
    }
}
