package io.distomon.node.security;

import io.distomon.node.config.ApiSecrets;
import io.distomon.node.http.Problem;
import io.distomon.node.proxies.Proxies;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.authentication.BasicAuthUtils;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.token.generator.TokenGenerator;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Name and password for a token: {@code POST /login}, or {@code /token}, with Basic authentication or a body. */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
final class LoginController {
    private static final int TOKEN_SECONDS = 30 * 60;
    private static final Logger LOG = LoggerFactory.getLogger(LoginController.class);

    private final Login login;
    private final TokenGenerator tokens;
    private final Proxies proxies;

    LoginController(Login login, TokenGenerator tokens, Proxies proxies) {
        this.login = login;
        this.tokens = tokens;
        this.proxies = proxies;
    }

    /** The body of a login without Basic authentication. */
    record Credentials(@Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "Credentials[…]";
        }
    }

    /** RFC 6749 section 5.1, with the user's name. */
    record Token(String accessToken, String tokenType, int expiresIn, String username) {}

    @Post(
            uris = {"/login", "/token"},
            consumes = {MediaType.APPLICATION_JSON, MediaType.APPLICATION_FORM_URLENCODED})
    @Operation(summary = "A token for a name and a password", description = "By Basic authentication, or by a body.")
    @SecurityRequirements
    @ApiResponse(
            responseCode = "200",
            description = "The token.",
            content = @Content(schema = @Schema(implementation = Token.class)))
    @ApiResponse(
            responseCode = "400",
            description = "The body can't be read.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "411",
            description = "A body without a length.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "413",
            description = "The body is too long.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "415",
            description = "The body is neither JSON nor a form.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "401",
            description = "Wrong, or nothing given.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    @ApiResponse(
            responseCode = "429",
            description = "Too many attempts; Retry-After says when the next one is looked at.",
            content =
                    @Content(mediaType = "application/problem+json", schema = @Schema(implementation = Problem.class)))
    HttpResponse<?> login(HttpRequest<?> request, @Body @Nullable Credentials body) throws InterruptedException {
        Credentials given = request.getHeaders()
                .getAuthorization()
                .flatMap(BasicAuthUtils::parseCredentials)
                .map(basic -> new Credentials(basic.getUsername(), basic.getPassword()))
                .orElse(body);
        if (given == null || given.username() == null || given.password() == null) {
            return unauthorized(
                    "expected Basic authentication, or a body with username and password, as JSON or as a form");
        }
        InetAddress from = proxies.client(request);
        return switch (login.attempt(from, given.username(), given.password())) {
            case Login.Outcome.Compared.RIGHT -> token();
            case Login.Outcome.Compared.WRONG -> {
                LOG.warn("Refused a login from {}", from);
                yield unauthorized("wrong username or password");
            }
            case Login.Outcome.TooMany(Duration pause) -> tooMany(pause);
        };
    }

    private HttpResponse<?> token() {
        String token = tokens.generateToken(Authentication.build(ApiSecrets.USERNAME), TOKEN_SECONDS)
                .orElseThrow(() -> new IllegalStateException("no token could be signed"));
        return HttpResponse.ok(new Token(token, "Bearer", TOKEN_SECONDS, ApiSecrets.USERNAME))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private static HttpResponse<?> tooMany(Duration pause) {
        long seconds = pause.plusNanos(999_999_999).toSeconds();
        return Problem.of(HttpStatus.TOO_MANY_REQUESTS, "too many logins, the next one in %s s".formatted(seconds))
                .response()
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
    }

    private static HttpResponse<?> unauthorized(String detail) {
        return Problem.of(HttpStatus.UNAUTHORIZED, detail)
                .response()
                .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"distomon\", charset=\"UTF-8\"");
    }
}
