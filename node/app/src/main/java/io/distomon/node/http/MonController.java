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
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.body.CloseableAvailableByteBody;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code POST /mon/{network_id}}: the answering side of an exchange. Only carries bytes: the head to the core at once, the
 * body when the core wants it, and the answer back exactly as it was signed.
 */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
final class MonController {
    private final Receiver receiver;
    private final Clock clock;

    MonController(Receiver receiver, Clock clock) {
        this.receiver = receiver;
        this.clock = clock;
    }

    @Post(uri = "/mon/{networkId}", consumes = MediaType.ALL)
    HttpResponse<byte[]> exchange(String networkId, ServerHttpRequest<?> request) throws Exception {
        return switch (receiver.admit(head(request))) {
            case Admission.Refused(HttpAnswer answer) -> http(answer);
            case Admission.Admitted admitted when admitted.wantsBody() -> answer(admitted, request);
            case Admission.Admitted admitted -> refuse(admitted, request);
        };
    }

    private HttpResponse<byte[]> answer(Admission.Admitted admitted, ServerHttpRequest<?> request) throws Exception {
        try (admitted;
                CloseableByteBody body = request.byteBody().move()) {
            CompletableFuture<? extends CloseableAvailableByteBody> arriving = body.buffer();
            try (CloseableAvailableByteBody whole =
                    arriving.get(Limits.REQUEST_ARRIVAL.toNanos(), TimeUnit.NANOSECONDS)) {
                Moment arrived = Moment.now(clock);
                return http(receiver.answer(admitted, whole.toByteArray(), arrived));
            } catch (TimeoutException e) {
                arriving.cancel(true);
                return http(receiver.bodyMissing()).header(HttpHeaders.CONNECTION, "close");
            } catch (ExecutionException e) {
                // Too long, or the connection broke: the framework knows what to say, if there is anybody to hear it.
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    /** Keeps nothing of the body; when it does not come, the connection is closed. */
    private HttpResponse<byte[]> refuse(Admission.Admitted admitted, ServerHttpRequest<?> request) throws Exception {
        try (admitted;
                CloseableByteBody body = request.byteBody().move();
                InputStream passing = body.toInputStream()) {
            String digest = ContentDigest.of(passing);
            return http(receiver.refuse(admitted, digest, Moment.now(clock)));
        } catch (IOException e) {
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
