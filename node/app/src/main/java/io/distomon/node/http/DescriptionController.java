package io.distomon.node.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code GET /openapi.yml}: the description of the API, made from the controllers when they are compiled. Anybody may have
 * it, as it is in every release; {@code POST /mon} is not in it, which is between nodes.
 */
@Controller
@Hidden
@Secured(SecurityRule.IS_ANONYMOUS)
@OpenAPIDefinition(
        info =
                @Info(
                        title = "distomon node",
                        version = "1",
                        description = "What a node of a distomon mesh tells people and programs. Errors are problem"
                                + " details (RFC 9457). What is unknown to a reader may be added at any time."),
        security = @SecurityRequirement(name = "token"))
@SecurityScheme(
        name = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT",
        description = "Of POST /login; half an hour long.")
final class DescriptionController {
    private static final String FILE = "/META-INF/swagger/openapi.yml";

    private final byte[] description;

    DescriptionController() {
        try (InputStream file = DescriptionController.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("the jar has no " + FILE);
            }
            description = file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Get(value = "/openapi.yml", produces = "application/yaml")
    HttpResponse<byte[]> description() {
        return HttpResponse.ok(description);
    }
}
