package io.distomon.node.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.distomon.core.crypto.CanonicalBase64;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.StoreChanges;
import io.distomon.node.threads.MonitorManager;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code GET /store/{network_id}}: the entries that this node holds, by node id. */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class StoreController {
    /** Names the moment of an answer; given back as {@code after}, only what changed since comes. */
    static final String CURSOR = "Distomon-Cursor";

    /** Whether these are all entries there are ({@code true}), or only those that changed since the cursor. */
    static final String COMPLETE = "Distomon-Complete";

    private final MonitorManager monitors;

    StoreController(MonitorManager monitors) {
        this.monitors = monitors;
    }

    /**
     * An entry for people.
     *
     * @param data the JSON that was signed, as it is, with what only newer versions know
     */
    record ParsedEntry(@JsonRawValue String data, String signature, String sigId) {
        static ParsedEntry of(RawEntry raw) {
            byte[] json = CanonicalBase64.decode(raw.payload())
                    .orElseThrow(() -> new IllegalStateException("an entry was held that is no base64"));
            return new ParsedEntry(new String(json, StandardCharsets.UTF_8), raw.signature(), raw.sigId());
        }
    }

    /**
     * With {@code raw=true} in the wire form, whose signature can be verified.
     *
     * @param after the cursor of an earlier answer; of one that is not understood, everything comes
     */
    @Get("/store/{networkId}")
    @Operation(summary = "The entries that the node holds, by node id")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "raw",
            description = "In the wire form, whose signature can be verified.",
            schema = @Schema(implementation = Boolean.class))
    @ApiResponse(
            responseCode = "200",
            description =
                    "Entries by node id: with raw=true payload, signature and sig_id, otherwise data, signature and sig_id.",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = "object",
                                            additionalProperties = Schema.AdditionalPropertiesValue.TRUE)),
            headers = {
                @Header(
                        name = "Distomon-Cursor",
                        description = "To be given back as `after`.",
                        schema = @Schema(type = "string")),
                @Header(
                        name = "Distomon-Complete",
                        description = "Whether these are all entries there are.",
                        schema = @Schema(type = "boolean"))
            })
    @Refusals.OfQueries
    @Refusals.OfStrangers
    @Refusals.AboutNetworks
    HttpResponse<?> store(String networkId, HttpRequest<?> request, @QueryValue @Nullable String after) {
        boolean raw = Flag.of(request, "raw");
        return monitors.network(networkId)
                .<HttpResponse<?>>map(network -> {
                    StoreChanges changes = network.store().changesAfter(after);
                    Map<String, ?> entries =
                            raw ? entries(changes, Function.identity()) : entries(changes, ParsedEntry::of);
                    return HttpResponse.ok(entries)
                            .header(CURSOR, changes.cursor())
                            .header(COMPLETE, String.valueOf(changes.complete()));
                })
                .orElseGet(() -> Problem.unknownNetwork(networkId).response());
    }

    private static <T> Map<String, T> entries(StoreChanges changes, Function<RawEntry, T> form) {
        Map<String, T> entries = new LinkedHashMap<>();
        for (Map.Entry<String, HeldEntry> held : changes.entries().entrySet()) {
            entries.put(held.getKey(), form.apply(held.getValue().entry().raw()));
        }
        return entries;
    }
}
