package io.distomon.node.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How operations refuse, as {@code openapi.yml} describes it: each of these once, for all that have it in common. */
interface Refusals {
    /** Of a query that can't be taken. */
    @ApiResponse(
            responseCode = "400",
            description = "A parameter that can't be taken; the detail names it.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.CLASS)
    @interface OfQueries {}

    /** Of who has no token. */
    @ApiResponse(
            responseCode = "401",
            description = "No valid token.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.CLASS)
    @interface OfStrangers {}

    /** Of what is asked about a network. */
    @ApiResponse(
            responseCode = "404",
            description = "The node is in no such network.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "413",
            description = "The request is too long.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.CLASS)
    @interface AboutNetworks {}

    /** Of what is asked about a network's past. */
    @ApiResponse(
            responseCode = "404",
            description = "The node is in no such network, or records nothing of it.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "413",
            description = "The request is too long.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "503",
            description = "The records can't be read now; the detail says why.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.CLASS)
    @interface AboutThePast {}
}
