package io.distomon.node.metrics;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code GET /metrics} on the management port, for anyone who reaches that. */
@Endpoint(id = "metrics", defaultSensitive = false)
final class MetricsEndpoint {
    private final NodeMetrics metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();

    MetricsEndpoint(NodeMetrics metrics) {
        this.metrics = metrics;
    }

    /** In the format that {@code Accept} asks for: OpenMetrics, else the text format. */
    @Read(produces = MediaType.ALL)
    HttpResponse<byte[]> scrape(HttpRequest<?> request) throws IOException {
        ExpositionFormatWriter format = formats.findWriter(request.getHeaders().get(HttpHeaders.ACCEPT));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        format.write(text, metrics.scrape());
        return HttpResponse.ok(text.toByteArray()).header(HttpHeaders.CONTENT_TYPE, format.getContentType());
    }
}
