package io.distomon.node.security;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Asked last, about what no other rule knows. Who has a token learns that a path or method does not exist; who has none
 * is refused alike everywhere.
 */
@Singleton
final class UnknownPathRule implements SecurityRule<HttpRequest<?>> {
    @Override
    public Publisher<SecurityRuleResult> check(HttpRequest<?> request, @Nullable Authentication authentication) {
        return Publishers.just(authentication == null ? SecurityRuleResult.REJECTED : SecurityRuleResult.ALLOWED);
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
