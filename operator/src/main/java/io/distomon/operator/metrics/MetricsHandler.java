package io.distomon.operator.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Answers a scrape in the format that {@code Accept} asks for: OpenMetrics, else the text format. Of several at once, one is
 * made at a time: together they take no more memory than one and what was not read yet.
 */
public final class MetricsHandler implements HttpHandler {
    private final Supplier<MetricSnapshots> metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final ReentrantLock making = new ReentrantLock();

    public MetricsHandler(Supplier<MetricSnapshots> metrics) {
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExpositionFormatWriter format =
                    formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
            byte[] body = scrape(format);
            exchange.getResponseHeaders().set("Content-Type", format.getContentType());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private byte[] scrape(ExpositionFormatWriter format) throws IOException {
        making.lock();
        try {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            format.write(text, metrics.get());
            return text.toByteArray();
        } finally {
            making.unlock();
        }
    }
}
