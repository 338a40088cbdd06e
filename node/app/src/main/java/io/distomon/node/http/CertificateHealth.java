package io.distomon.node.http;

import io.distomon.node.tls.CertificateStatus;
import io.distomon.node.tls.CertificateWatch;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Tells in readiness how the certificate stands. It is always up, for the reason of {@link ConfigHealth}. */
@Singleton
@Readiness
final class CertificateHealth implements HealthIndicator {
    private final CertificateWatch certificates;

    CertificateHealth(CertificateWatch certificates) {
        this.certificates = certificates;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        CertificateStatus status = certificates.status();
        if (status == null) {
            return Publishers.empty();
        }
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("expires_at", status.expiresAt().toString());
        details.put("error", status.error());
        return Publishers.just(HealthResult.builder("certificate", HealthStatus.UP)
                .details(details)
                .build());
    }
}
