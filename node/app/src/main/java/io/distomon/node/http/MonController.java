package io.distomon.node.http;

import io.distomon.core.Clock;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Limits;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.Receiver;
import io.distomon.node.connections.ConnectionLimits;
import io.distomon.node.connections.Owner;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * {@code POST /mon/{network_id}}: the answering side of an exchange. Only carries bytes: the head to the core at once, the
 * body when the core wants it, and the answer back exactly as it was signed.
 */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
final class MonController {
    private final Receiver receiver;
    private final Clock clock;
    private final ConnectionLimits connections;

    MonController(Receiver receiver, Clock clock, ConnectionLimits connections) {
        this.receiver = receiver;
        this.clock = clock;
        this.connections = connections;
    }

    @Post(uri = "/mon/{networkId}", consumes = MediaType.ALL)
    HttpResponse<byte[]> exchange(String networkId, ServerHttpRequest<?> request) throws Exception {
        return switch (receiver.admit(head(request))) {
            case Admission.Refused(HttpAnswer answer) -> http(answer);
            case Admission.Admitted admitted -> {
                HttpResponse<byte[]> response =
                        admitted.wantsBody() ? answer(admitted, request) : refuse(admitted, request);
                if (admitted.isProven()) {
                    connections.belongsTo(request, new Owner.Member(admitted.networkId(), admitted.sender()));
                }
                yield response;
            }
        };
    }

    private HttpResponse<byte[]> answer(Admission.Admitted admitted, ServerHttpRequest<?> request) throws Exception {
        try (admitted;
                CloseableByteBody body = request.byteBody().move()) {
            return whenThrough(body.buffer(), whole -> {
                Moment arrived = Moment.now(clock);
                try (whole) {
                    return receiver.answer(admitted, whole.toByteArray(), arrived);
                }
            });
        }
    }

    private HttpResponse<byte[]> refuse(Admission.Admitted admitted, ServerHttpRequest<?> request) throws Exception {
        try (admitted;
                CloseableByteBody body = request.byteBody().move()) {
            FutureTask<String> digest = new FutureTask<>(() -> digestOf(body));
            Thread.startVirtualThread(digest);
            return whenThrough(digest, value -> receiver.refuse(admitted, value, Moment.now(clock)));
        }
    }

    private <T> HttpResponse<byte[]> whenThrough(Future<T> body, Function<T, HttpAnswer> answer) throws Exception {
        try {
            return http(answer.apply(body.get(Limits.REQUEST_ARRIVAL.toNanos(), TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            body.cancel(true);
            return http(receiver.bodyMissing()).header(HttpHeaders.CONNECTION, "close");
        } catch (ExecutionException e) {
            // Too long, or the connection broke: the framework knows what to say, if there is anybody to hear it.
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Keeps nothing of the body. */
    private static String digestOf(CloseableByteBody body) throws Exception {
        try (InputStream passing = body.toInputStream()) {
            return ContentDigest.of(passing);
        } catch (IOException e) {
            // What a stream wraps is what the framework would have thrown.
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static HttpRequestHead head(ServerHttpRequest<?> request) {
        List<HttpFields.Field> lines = new ArrayList<>();
        request.getHeaders()
                .forEach((name, values) -> values.forEach(value -> lines.add(new HttpFields.Field(name, value))));
        return new HttpRequestHead(request.getMethodName(), request.getUri().getRawPath(), new HttpFields(lines));
    }

    private static MutableHttpResponse<byte[]> http(HttpAnswer answer) {
        MutableHttpResponse<byte[]> response =
                HttpResponse.<byte[]>status(HttpStatus.valueOf(answer.status())).body(answer.body());
        answer.fields().lines().forEach(line -> response.header(line.name(), line.value()));
        return response;
    }
}
