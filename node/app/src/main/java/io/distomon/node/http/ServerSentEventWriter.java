package io.distomon.node.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.body.TypedMessageBodyWriter;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes what is in its form already, and so before Micronaut's own, which takes everything for data. */
@Singleton
@Produces(MediaType.TEXT_EVENT_STREAM)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ServerSentEventWriter implements TypedMessageBodyWriter<ServerSentEvent> {
    @Override
    public Argument<ServerSentEvent> getType() {
        return Argument.of(ServerSentEvent.class);
    }

    @Override
    public void writeTo(
            Argument<ServerSentEvent> type,
            MediaType mediaType,
            ServerSentEvent event,
            MutableHeaders headers,
            OutputStream out) {
        try {
            out.write(event.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
