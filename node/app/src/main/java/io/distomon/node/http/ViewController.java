package io.distomon.node.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.distomon.node.evidence.EvidenceAnswer;
import io.distomon.node.evidence.ViewAnswer;
import io.distomon.node.threads.Asked;
import io.distomon.node.threads.MonitorManager;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Optional;

/** {@code GET /view} and {@code GET /view/{network_id}}: what the entries mean, as this node sees it. */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class ViewController {
    private final MonitorManager monitors;
    private final Recorded records;

    ViewController(MonitorManager monitors, Recorded records) {
        this.monitors = monitors;
        this.records = records;
    }

    /** The views of all networks of this node. */
    record Views(List<ViewAnswer> networks) {}

    /** A view, and what it was made of. */
    record ProvenView(@JsonUnwrapped ViewAnswer view, EvidenceAnswer evidence) {}

    @Get("/view")
    @Operation(summary = "What the node makes of all its networks")
    @ApiResponse(responseCode = "200", description = "A view for each network.")
    @Refusals.OfStrangers
    Views views() {
        return new Views(monitors.networks().stream()
                .map(network -> answer(network.ask()))
                .toList());
    }

    /**
     * With {@code evidence=true} it adds the signed entries, which {@code verify-evidence} checks; with {@code at} it is
     * what was recorded of that moment.
     */
    @Get("/view/{networkId}")
    @Operation(summary = "Verdicts on all members of a network, with their witnesses")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "at",
            description = "What was recorded of this moment, as RFC 3339; without witnesses or evidence.",
            schema = @Schema(implementation = String.class))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "evidence",
            description = "Adds the signed entries, which `verify-evidence` checks.",
            schema = @Schema(implementation = Boolean.class))
    @ApiResponse(
            responseCode = "200",
            description = "The view; with evidence=true its evidence too, with `at` that of a moment in the past.",
            content = @Content(schema = @Schema(anyOf = {ViewAnswer.class, ProvenView.class, PastView.class})))
    @Refusals.OfQueries
    @Refusals.OfStrangers
    @Refusals.AboutThePast
    HttpResponse<?> view(String networkId, HttpRequest<?> request) {
        boolean evidence = Flag.of(request, "evidence");
        Optional<Long> at = QueryField.time(request, "at");
        if (at.isPresent()) {
            if (evidence) {
                throw QueryField.wrong("evidence", "true with at", "false: what proves the past is at /events");
            }
            return records.answer(
                    networkId,
                    (network, recorder) -> PastView.of(
                            networkId,
                            network.config().nodeId(),
                            at.get(),
                            recorder.past(at.get())
                                    .orElseThrow(() -> QueryField.wrong(
                                            "at", "a time before the oldest record", "one after it"))));
        }
        return monitors.network(networkId)
                .<HttpResponse<?>>map(network -> {
                    Asked asked = network.ask();
                    ViewAnswer view = answer(asked);
                    return HttpResponse.ok(evidence ? new ProvenView(view, EvidenceAnswer.of(asked.evidence())) : view);
                })
                .orElseGet(() -> Problem.unknownNetwork(networkId).response());
    }

    private static ViewAnswer answer(Asked asked) {
        return ViewAnswer.of(asked.view(), asked.input().asker(), asked.at().wallMicros(), asked.equivocations());
    }
}
