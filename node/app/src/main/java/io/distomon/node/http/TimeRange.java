package io.distomon.node.http;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which part of the past is asked for, and from where on, as {@code openapi.yml} describes it. */
@Parameter(
        in = ParameterIn.QUERY,
        name = "since",
        description = "Only from this moment on, as RFC 3339.",
        schema = @Schema(implementation = String.class))
@Parameter(
        in = ParameterIn.QUERY,
        name = "until",
        description = "Only before this moment, as RFC 3339.",
        schema = @Schema(implementation = String.class))
@Parameter(
        in = ParameterIn.QUERY,
        name = "after",
        description = "`next` of an earlier answer.",
        schema = @Schema(implementation = String.class))
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
@interface TimeRange {}
