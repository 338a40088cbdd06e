package io.distomon.core.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The header fields of a message, in order, one line each. Names are equal whatever their case. */
public record HttpFields(List<Field> lines) {
    public HttpFields {
        lines = List.copyOf(lines);
    }

    /** One line. The value has no white space around it. */
    public record Field(String name, String value) {}

    /** Fields from names and values in turn. */
    public static HttpFields of(String... namesAndValues) {
        List<Field> lines = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new HttpFields(lines);
    }

    /** The values of all lines of this name. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                values.add(line.value());
            }
        }
        return Collections.unmodifiableList(values);
    }

    /** The value of the only line of this name; empty when there is none or more than one. */
    public Optional<String> only(String name) {
        List<String> values = all(name);
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /** Whether the only line of this name has exactly this value. */
    public boolean isExactly(String name, String value) {
        return only(name).filter(value::equals).isPresent();
    }

    /** Whether there is a line of this name. */
    public boolean has(String name) {
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** The same with another line of this name in the place of those that there are. */
    HttpFields with(String name, String value) {
        List<Field> others = new ArrayList<>(without(name).lines());
        others.add(new Field(name, value));
        return new HttpFields(others);
    }

    /** The same without the lines of this name. */
    HttpFields without(String name) {
        return new HttpFields(lines.stream()
                .filter(line -> !line.name().equalsIgnoreCase(name))
                .toList());
    }

    /** Size on the wire in HTTP/1.1, bytes. */
    int sizeBytes() {
        return lines.stream()
                .mapToInt(line -> line.name().length() + line.value().length() + 4)
                .sum();
    }
}
