package io.distomon.node.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import java.util.List;

/** A parameter of the query that is {@code true} or {@code false}, and false when it is not there. */
final class Flag {
    private Flag() {}

    /** Anything else is answered 400: who mistypes must not get what was not asked for. */
    static boolean of(HttpRequest<?> request, String name) {
        List<String> values = request.getParameters().getAll(name);
        if (values.size() > 1) {
            throw wrong(name, values.size() + " values");
        }
        if (values.isEmpty()) {
            return false;
        }
        return switch (values.getFirst()) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw wrong(name, Found.quoted(other));
        };
    }

    private static HttpStatusException wrong(String name, String found) {
        return new HttpStatusException(
                HttpStatus.BAD_REQUEST, "%s: found %s, expected true or false".formatted(name, found));
    }
}
