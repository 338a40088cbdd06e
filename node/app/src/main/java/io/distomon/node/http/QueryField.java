package io.distomon.node.http;

import io.distomon.core.store.EntryDate;
import io.distomon.core.text.ForeignText;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fields of the query that need not be there. Whatever is there and wrong is answered 400, as a {@link Flag} is. */
final class QueryField {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private QueryField() {}

    /** As it is. */
    static Optional<String> text(HttpRequest<?> request, String name) {
        List<String> values = request.getParameters().getAll(name);
        if (values.size() > 1) {
            throw wrong(name, values.size() + " values", "one");
        }
        return values.stream().findFirst();
    }

    /** A moment as entries have it, microseconds since the epoch. */
    static Optional<Long> time(HttpRequest<?> request, String name) {
        return text(request, name)
                .map(text -> EntryDate.parse(text)
                        .orElseThrow(
                                () -> wrong(name, ForeignText.quoted(text), "a time such as 2026-11-29T10:42:07Z")));
    }

    /** A whole number within bounds. */
    static Optional<Long> number(HttpRequest<?> request, String name, long least, long most) {
        return text(request, name).map(text -> {
            long value = NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
            if (value < least || value > most) {
                throw wrong(name, ForeignText.quoted(text), "a number from %s to %s".formatted(least, most));
            }
            return value;
        });
    }

    static HttpStatusException wrong(String name, String found, String expected) {
        return new HttpStatusException(
                HttpStatus.BAD_REQUEST, "%s: found %s, expected %s".formatted(name, found, expected));
    }
}
