package io.distomon.node.http;

import io.distomon.core.text.ForeignText;
import io.micronaut.http.HttpRequest;
import java.util.List;

/** A parameter of the query that is {@code true} or {@code false}, and false when it is not there. */
final class Flag {
    private static final String EXPECTED = "true or false";

    private Flag() {}

    /** Anything else is answered 400: who mistypes must not get what was not asked for. */
    static boolean of(HttpRequest<?> request, String name) {
        List<String> values = request.getParameters().getAll(name);
        if (values.size() > 1) {
            throw QueryField.wrong(name, values.size() + " values", EXPECTED);
        }
        if (values.isEmpty()) {
            return false;
        }
        return switch (values.getFirst()) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw QueryField.wrong(name, ForeignText.quoted(other), EXPECTED);
        };
    }
}
