package io.distomon.node.metrics;

import io.distomon.node.tls.CertificateStatus;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the certificate stands that the API is served with. */
final class TlsMetrics {
    private TlsMetrics() {}

    /** @param status null when it is served by http: then there is no series */
    static List<MetricSnapshot> of(@Nullable CertificateStatus status) {
        Series.Gauge expiry = Series.gauge(
                "distomon_tls_certificate_expiry_timestamp_seconds",
                "Until when the certificate is valid that the API is served with, seconds since the epoch.");
        Series.Gauge ok = Series.gauge(
                "distomon_tls_certificate_ok",
                "1 when the newest certificate in the files is in use, 0 when it can't be used: then the last good one is."
                        + " /info and the log tell why.");
        if (status != null) {
            expiry.add((double) status.expiresAt().getEpochSecond());
            ok.add(status.error() == null);
        }
        return List.of(expiry.built().build(), ok.built().build());
    }
}
