package io.distomon.node.security;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.token.Claims;
import io.micronaut.security.token.jwt.validator.GenericJwtClaimsValidator;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Refuses tokens that would be good for ever; whether one has expired is Micronaut's own check. */
@Singleton
final class ExpiryRequired implements GenericJwtClaimsValidator<HttpRequest<?>> {
    @Override
    public boolean validate(Claims claims, @Nullable HttpRequest<?> request) {
        return claims.get(Claims.EXPIRATION_TIME) != null;
    }
}
