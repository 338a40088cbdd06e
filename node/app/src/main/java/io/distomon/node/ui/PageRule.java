package io.distomon.node.ui;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Lets anybody have the page's own files, and says nothing of any other path or method. */
@Singleton
final class PageRule implements SecurityRule<HttpRequest<?>> {
    private final PageFiles files;

    PageRule(PageFiles files) {
        this.files = files;
    }

    @Override
    public Publisher<SecurityRuleResult> check(HttpRequest<?> request, @Nullable Authentication authentication) {
        String path = request.getUri().getRawPath();
        // Whatever else a target holds: what is looked at here is what the router goes by.
        boolean own = request.getMethod() == HttpMethod.GET
                && request.getUri().getScheme() == null
                && request.getPath().equals(path)
                && files.at(path).isPresent();
        return Publishers.just(own ? SecurityRuleResult.ALLOWED : SecurityRuleResult.UNKNOWN);
    }
}
