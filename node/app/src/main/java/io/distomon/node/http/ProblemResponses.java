package io.distomon.node.http;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every error that Micronaut itself answers (404, 405, 400, 413, 401, 500 …) as {@link Problem}. */
@Singleton
final class ProblemResponses implements ErrorResponseProcessor<Problem> {
    /** What comes behind it is about our classes. */
    private static final String OTHER_FORM = "Failed to convert argument [body]";

    @Override
    public MutableHttpResponse<Problem> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        HttpStatus status = HttpStatus.valueOf(response.code());
        MutableHttpResponse<Problem> answer = response.body(Problem.of(status, detail(context, status)));
        answer.contentType(Problem.MEDIA_TYPE);
        return answer;
    }

    /** What went wrong inside the server is for its log only: an exception's message may hold anything. */
    private static @Nullable String detail(ErrorContext context, HttpStatus status) {
        if (status.getCode() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
            return null;
        }
        // A parser's message goes on about where it stands; its first line says what is wrong.
        String detail = context.getErrors().stream()
                .flatMap(error -> error.getMessage().lines().limit(1))
                .map(line -> line.startsWith(OTHER_FORM) ? "found a body of another form than is expected here" : line)
                .collect(Collectors.joining("; "));
        return detail.isEmpty() || detail.equals(status.getReason()) ? null : detail;
    }
}
